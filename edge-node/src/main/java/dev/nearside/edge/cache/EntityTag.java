package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Comparison of entity tags and of dates as validators (RFC 9110 §8.8); pure. */
final class EntityTag {

    /** A date is strong if nothing can have changed in its second after the response was made (RFC 9110 §8.8.2.2). */
    private static final long STRONG_DATE_MILLIS = 1_000;

    private EntityTag() {}

    /** Whether a list of tags, or {@code *}, has one that matches weakly (RFC 9110 §13.1.2). */
    static boolean anyWeaklyMatches(String list, @Nullable String tag) {
        if (list.strip().equals("*")) {
            return true;
        }
        if (tag == null) {
            return false;
        }
        String opaque = opaque(tag);
        int at = 0;
        while (at < list.length()) {
            int end = endOfTag(list, at);
            if (opaque(list.substring(at, end).strip()).equals(opaque)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    /** Tags may hold commas between their quotes. */
    private static int endOfTag(String list, int start) {
        boolean quoted = false;
        for (int i = start; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return list.length();
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** Strong comparison (RFC 9110 §8.8.3.2): the same, and neither weak. */
    static boolean stronglyMatch(String one, @Nullable String other) {
        return one.startsWith("\"") && one.equals(other);
    }

    /** Whether Last-Modified is a strong validator. */
    static boolean isStrongDate(Fields response) {
        OptionalLong modified = HttpDates.parse(response.first("last-modified"), 0);
        OptionalLong date = HttpDates.parse(response.first("date"), 0);
        return modified.isPresent()
                && date.isPresent()
                && date.getAsLong() - modified.getAsLong() >= STRONG_DATE_MILLIS;
    }
}
