package dev.nearside.edge.cache;

import dev.nearside.edge.http.ResponseHead;

/**
 * A complete stored response; immutable.
 *
 * @param uri path under which it is stored, for invalidation
 * @param storedNanos when its head arrived, on the node's monotonic clock
 * @param initialAgeMillis how old it was then (RFC 9111 §4.2.3)
 * @param lifetimeMillis how old it may be and still be fresh
 * @param purgeStamp what it knows of the {@link PurgeLog}
 * @param headBlock its status line and stored fields, encoded for HTTP/1.1, each line ended, the section left open
 */
public record CachedResponse(
        String uri,
        ResponseHead head,
        byte[] headBlock,
        StoredBody body,
        long storedNanos,
        long initialAgeMillis,
        long lifetimeMillis,
        PurgeStamp purgeStamp)
        implements Stored {

    /** Its age in milliseconds (RFC 9111 §4.2.3). */
    public long ageMillis(long nowNanos) {
        return initialAgeMillis + (nowNanos - storedNanos) / 1_000_000;
    }

    public boolean isFresh(long nowNanos) {
        return ageMillis(nowNanos) < lifetimeMillis;
    }

    /** The same response with its bytes in another place. */
    public CachedResponse withBody(StoredBody newBody) {
        return new CachedResponse(
                uri, head, headBlock, newBody, storedNanos, initialAgeMillis, lifetimeMillis, purgeStamp);
    }

    @Override
    public long weight() {
        return 96 + 2L * uri.length() + head.headers().weight() + headBlock.length + body.weight();
    }
}
