package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.StoredHead;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A response on its way to the viewer, before CloudFront's own fields are added. */
public final class ViewerResponse {

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

    private final String result;
    private final long ageSeconds;
    private final @Nullable CacheStatus cacheStatus;
    private final @Nullable StoredHead storedHead;
    private final Body body;
    private @Nullable ResponseHead head;

    private ViewerResponse(
            @Nullable ResponseHead head,
            @Nullable StoredHead storedHead,
            String result,
            long ageSeconds,
            @Nullable CacheStatus cacheStatus,
            Body body) {
        this.head = head;
        this.storedHead = storedHead;
        this.result = result;
        this.ageSeconds = ageSeconds;
        this.cacheStatus = cacheStatus;
        this.body = body;
    }

    /** A response that is made now, without a part of the cache in it. */
    public static ViewerResponse whole(ResponseHead head, String result, byte[] bytes) {
        return new ViewerResponse(head, null, result, -1, null, new Body.Whole(bytes));
    }

    /**
     * A response that comes from an origin.
     *
     * @param ageSeconds for the Age field; negative for none
     */
    public static ViewerResponse streaming(
            ResponseHead head, String result, long ageSeconds, @Nullable CacheStatus status, Body.Streaming body) {
        return new ViewerResponse(head, null, result, ageSeconds, status, body);
    }

    /** A stored response, fresh or not. */
    public static ViewerResponse stored(CachedResponse response, String result, CacheStatus status, long nowNanos) {
        return new ViewerResponse(
                null,
                response.storedHead(),
                result,
                response.ageMillis(nowNanos) / 1000,
                status,
                new Body.Stored(response, 0, response.body().length()));
    }

    /** A stored response without a question to the origin. */
    public static ViewerResponse hit(CachedResponse response, long nowNanos) {
        long ttlMillis = response.freshness().lifetimeMillis() - response.ageMillis(nowNanos);
        return stored(response, "Hit", CacheStatus.hit(ttlMillis / 1000), nowNanos);
    }

    /** The same response with another head, for example after a function. */
    public ViewerResponse withHead(ResponseHead newHead) {
        return with(newHead, body);
    }

    /** The same response with another head and body. */
    ViewerResponse with(ResponseHead newHead, Body newBody) {
        return new ViewerResponse(newHead, null, result, ageSeconds, cacheStatus, newBody);
    }

    /** The same response under another word for {@code x-cache}. */
    ViewerResponse withResult(String newResult) {
        return new ViewerResponse(head, storedHead, newResult, ageSeconds, cacheStatus, body);
    }

    ViewerResponse withCacheStatus(CacheStatus status) {
        return new ViewerResponse(head, storedHead, result, ageSeconds, status, body);
    }

    public int status() {
        return storedHead != null ? storedHead.status() : head().status();
    }

    /** The head; of a stored response it is read out only now. */
    public ResponseHead head() {
        ResponseHead known = head;
        if (known == null) {
            known = Objects.requireNonNull(storedHead).decoded();
            head = known;
        }
        return known;
    }

    /** The head as it is stored; null if it has been changed since or was never stored. */
    public @Nullable StoredHead storedHead() {
        return storedHead;
    }

    /** The word for {@code x-cache}, for example {@code Hit}. */
    public String result() {
        return result;
    }

    /** For the Age field; negative for none. */
    public long ageSeconds() {
        return ageSeconds;
    }

    /** For the Cache-Status field; null if the cache had no part in it. */
    public @Nullable CacheStatus cacheStatus() {
        return cacheStatus;
    }

    public Body body() {
        return body;
    }

    /** The stored response that the body is taken from; null if it comes from elsewhere. */
    @Nullable
    CachedResponse stored() {
        return switch (body) {
            case Body.Stored stored -> stored.response();
            case Body.Multipart multipart -> multipart.response();
            case Body.Whole _, Body.Streaming _ -> null;
        };
    }

    /** The first byte of the stored body that is to be sent. */
    long firstStoredByte() {
        return switch (body) {
            case Body.Stored stored -> stored.from();
            case Body.Multipart multipart -> multipart.parts().getFirst().from();
            case Body.Whole _, Body.Streaming _ -> 0;
        };
    }

    /** The same response with the same bytes out of another stored response. */
    ViewerResponse withStored(CachedResponse other) {
        Body fromOther = switch (body) {
            case Body.Stored(CachedResponse _, long from, long end) -> new Body.Stored(other, from, end);
            case Body.Multipart(CachedResponse _, List<Part> parts) -> new Body.Multipart(other, parts);
            case Body.Whole _, Body.Streaming _ -> body;
        };
        return new ViewerResponse(head, storedHead, result, ageSeconds, cacheStatus, fromOther);
    }

    /** The body's length in bytes, or -1 if nobody knows it yet. */
    public long length() {
        return switch (body) {
            case Body.Stored stored -> stored.end() - stored.from();
            case Body.Whole whole -> whole.bytes().length;
            case Body.Streaming streaming when streaming.length() >= 0 -> streaming.length();
            case Body.Streaming _ -> head().contentLength().orElse(-1);
            case Body.Multipart multipart ->
                multipart.parts().stream()
                        .mapToLong(part -> part.preamble().length + part.end() - part.from())
                        .sum();
        };
    }
}
