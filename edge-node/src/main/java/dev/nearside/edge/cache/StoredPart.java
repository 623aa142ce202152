package dev.nearside.edge.cache;

import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a representation is stored.
 *
 * @param range the bytes that are there
 * @param asked the Range field that was answered with it, so that the same question gets the same answer; empty if the
 *     part was put together from several
 */
public record StoredPart(ContentRange range, String asked) {

    /**
     * The part that a 206 brought: what its Content-Range says, or its beginning if fewer bytes came.
     *
     * @return null if the response is no part, or has more bytes than it says
     */
    public static @Nullable StoredPart of(ResponseHead head, long bodyBytes, String asked) {
        ContentRange declared = head.status() == 206 ? ContentRange.of(head.headers()) : null;
        if (declared == null || bodyBytes == 0 || bodyBytes > declared.length()) {
            return null;
        }
        return new StoredPart(
                new ContentRange(declared.first(), declared.first() + bodyBytes, declared.completeLength()), asked);
    }
}
