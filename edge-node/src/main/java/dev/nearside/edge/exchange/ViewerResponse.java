package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way to the viewer, before CloudFront's own fields are added.
 *
 * @param result the word for {@code x-cache}, for example {@code Hit}
 * @param ageSeconds for the Age field; negative for none
 * @param encodedHead the head encoded at storing time, valid for {@code head} as it is; null to encode it now
 */
public record ViewerResponse(
        ResponseHead head, String result, long ageSeconds, byte @Nullable [] encodedHead, Body body) {

    /** Where the bytes come from. */
    public sealed interface Body {
        record Stored(CachedResponse response) implements Body {}

        record Streaming(Fill.Reader reader) implements Body {}

        record Whole(byte[] bytes) implements Body {}
    }

    public static ViewerResponse whole(ResponseHead head, String result, byte[] bytes) {
        return new ViewerResponse(head, result, -1, null, new Body.Whole(bytes));
    }

    public static ViewerResponse hit(CachedResponse response, long nowNanos) {
        return new ViewerResponse(
                response.head(),
                "Hit",
                response.ageMillis(nowNanos) / 1000,
                response.headBlock(),
                new Body.Stored(response));
    }

    /** The same response with another head, for example after a function. */
    public ViewerResponse withHead(ResponseHead newHead) {
        return new ViewerResponse(newHead, result, ageSeconds, null, body);
    }
}
