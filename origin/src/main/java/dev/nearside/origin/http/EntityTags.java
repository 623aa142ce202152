package dev.nearside.origin.http;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Entity tags as they stand in header fields (RFC 9110, 8.8.3). */
public final class EntityTags {

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[\\x21\\x23-\\x7E\\x80-\\xFF]*\"");

    private EntityTags() {}

    /** All tags of a list; a comma may be part of a tag, so the list is not simply split. */
    static List<String> in(String field) {
        return TAG.matcher(field).results().map(MatchResult::group).toList();
    }

    /** Whether the text is one whole tag, quotes included. */
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }
}
