package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.http.ResponseHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way to the viewer, before CloudFront's own fields are added.
 *
 * @param result the word for {@code x-cache}, for example {@code Hit}
 * @param ageSeconds for the Age field; negative for none
 * @param cacheStatus for the Cache-Status field; null if the cache had no part in it
 * @param encodedHead the head encoded at storing time, valid for {@code head} as it is; null to encode it now
 */
public record ViewerResponse(
        ResponseHead head,
        String result,
        long ageSeconds,
        @Nullable CacheStatus cacheStatus,
        byte @Nullable [] encodedHead,
        Body body) {

    /** Where the bytes come from. */
    public sealed interface Body {

        /** The bytes of a stored body from one position up to another. */
        record Stored(CachedResponse response, long from, long end) implements Body {}

        /**
         * What a fill brings.
         *
         * @param skip bytes to leave out at the beginning
         * @param length bytes to deliver then; -1 for all
         */
        record Streaming(Fill.Reader reader, long skip, long length) implements Body {}

        record Whole(byte[] bytes) implements Body {}

        /** Several ranges of a stored body (RFC 9110 §14.6). */
        record Multipart(CachedResponse response, List<Part> parts) implements Body {
            public Multipart {
                parts = List.copyOf(parts);
            }
        }
    }

    /** Bytes of their own, then bytes of the stored body from one position up to another. */
    public record Part(byte[] preamble, long from, long end) {}

    public static ViewerResponse whole(ResponseHead head, String result, byte[] bytes) {
        return new ViewerResponse(head, result, -1, null, null, new Body.Whole(bytes));
    }

    /** A stored response, fresh or not. */
    public static ViewerResponse stored(CachedResponse response, String result, CacheStatus status, long nowNanos) {
        return new ViewerResponse(
                response.head(),
                result,
                response.ageMillis(nowNanos) / 1000,
                status,
                response.headBlock(),
                new Body.Stored(response, 0, response.body().length()));
    }

    /** A stored response without a question to the origin. */
    public static ViewerResponse hit(CachedResponse response, long nowNanos) {
        long ttlMillis = response.freshness().lifetimeMillis() - response.ageMillis(nowNanos);
        return stored(response, "Hit", CacheStatus.hit(ttlMillis / 1000), nowNanos);
    }

    /** The same response with another head, for example after a function. */
    public ViewerResponse withHead(ResponseHead newHead) {
        return new ViewerResponse(newHead, result, ageSeconds, cacheStatus, null, body);
    }

    /** The same response with another head and body. */
    ViewerResponse with(ResponseHead newHead, Body newBody) {
        return new ViewerResponse(newHead, result, ageSeconds, cacheStatus, null, newBody);
    }

    /** The same response under another word for {@code x-cache}. */
    ViewerResponse withResult(String newResult) {
        return new ViewerResponse(head, newResult, ageSeconds, cacheStatus, encodedHead, body);
    }

    ViewerResponse withCacheStatus(CacheStatus status) {
        return new ViewerResponse(head, result, ageSeconds, status, encodedHead, body);
    }

    /** The body's length in bytes, or -1 if nobody knows it yet. */
    public long length() {
        return switch (body) {
            case Body.Stored stored -> stored.end() - stored.from();
            case Body.Whole whole -> whole.bytes().length;
            case Body.Streaming streaming when streaming.length() >= 0 -> streaming.length();
            case Body.Streaming _ -> head.contentLength().orElse(-1);
            case Body.Multipart multipart ->
                multipart.parts().stream()
                        .mapToLong(part -> part.preamble().length + part.end() - part.from())
                        .sum();
        };
    }
}
