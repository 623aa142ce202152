package dev.nearside.edge.cache;

/**
 * An origin's failure to answer that stands for an error response for a while, so that not every viewer makes the node
 * try again: CloudFront's error caching.
 *
 * @param uri path under which it is kept, for invalidation
 * @param sinceNanos when this node heard of it, on its monotonic clock
 * @param untilNanos on the same clock
 */
public record KeptFailure(FillFailure failure, String uri, long sinceNanos, long untilNanos, PurgeStamp purgeStamp)
        implements Stored {

    /** The failure as it is to be told at that time. */
    FillFailure at(long nowNanos) {
        return failure.aged(failure.ageMillis() + (nowNanos - sinceNanos) / 1_000_000);
    }

    @Override
    public long weight() {
        return 160 + 2L * (uri.length() + failure.message().length());
    }
}
