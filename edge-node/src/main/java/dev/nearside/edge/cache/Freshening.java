package dev.nearside.edge.cache;

import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a 304, or the answer to a HEAD, renews what is stored (RFC 9111 §3.2, §4.3.4, §4.3.5); pure. */
public final class Freshening {

    /** What belongs to the stored bytes and not to the message that renews them (RFC 9111 §3.2). */
    private static final Set<String> KEPT = Set.of("content-length", "content-encoding", "content-range");

    private Freshening() {}

    /** The stored head with every field replaced that the newer head has too. */
    public static ResponseHead updated(ResponseHead stored, Fields newer) {
        Set<String> replaced = new HashSet<>();
        newer.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!isKept(lower)) {
                replaced.add(lower);
            }
        });
        // The age of the old message says nothing of the new one.
        replaced.add("age");
        Fields.Builder fields = Fields.builder()
                .addAll(stored.headers().without(name -> replaced.contains(name.toLowerCase(Locale.ROOT))))
                .addAll(newer.without(Freshening::isKept));
        return stored.withHeaders(fields.build());
    }

    private static boolean isKept(String name) {
        return KEPT.contains(name.toLowerCase(Locale.ROOT)) || ContentFields.isOfTheContent(name);
    }

    /** Whether a 304 stands for that stored response: its tag, if it has one, must be the same (RFC 9111 §4.3.4). */
    public static boolean confirms(Fields notModified, Fields stored) {
        String tag = notModified.first("etag");
        String storedTag = stored.first("etag");
        return tag == null || storedTag == null || EntityTag.anyWeaklyMatches(tag, storedTag);
    }

    /** Whether the answer to a HEAD still describes the stored response (RFC 9111 §4.3.5). */
    public static boolean describes(Fields answerToHead, Fields stored) {
        return agrees(answerToHead.first("etag"), stored.first("etag"))
                && agrees(answerToHead.first("last-modified"), stored.first("last-modified"))
                && agrees(answerToHead.first("content-length"), stored.first("content-length"));
    }

    private static boolean agrees(@Nullable String newer, @Nullable String stored) {
        return newer == null || newer.equals(stored);
    }
}
