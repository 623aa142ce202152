package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.NotCachedReason;
import org.jspecify.annotations.Nullable;

/**
 * What the Cache-Status field says of this cache (RFC 9211).
 *
 * @param parameters of a request that went forward, beginning with its {@code fwd}; null for a hit
 * @param ttlSeconds for how long a hit stays fresh, negative for how long it has been stale
 */
public record CacheStatus(@Nullable String parameters, long ttlSeconds) {

    /** Why a request went forward (RFC 9211 §2.2). */
    enum Forward {
        BYPASS("bypass"),
        METHOD("method"),
        URI_MISS("uri-miss"),
        VARY_MISS("vary-miss"),
        REQUEST("request"),
        STALE("stale"),
        PARTIAL("partial");

        private final String word;

        Forward(String word) {
            this.word = word;
        }

        /** The word for a response that could not be shared from the start. */
        static Forward of(NotCachedReason unshared) {
            return switch (unshared) {
                case METHOD -> METHOD;
                case CACHING_DISABLED -> BYPASS;
                default -> REQUEST;
            };
        }
    }

    static CacheStatus hit(long ttlSeconds) {
        return new CacheStatus(null, ttlSeconds);
    }

    /**
     * A response that an origin was asked for.
     *
     * @param status the origin's; 0 if it gave none
     * @param collapsed whether another exchange asked
     * @param detail why it is not stored or what went wrong; null if it is stored
     */
    static CacheStatus forwarded(Forward why, int status, boolean collapsed, @Nullable String detail) {
        StringBuilder text = new StringBuilder("fwd=").append(why.word);
        if (status > 0) {
            text.append("; fwd-status=").append(status);
        }
        if (detail == null) {
            text.append("; stored");
        }
        if (collapsed) {
            text.append("; collapsed");
        }
        if (detail != null) {
            text.append("; detail=").append(detail);
        }
        return new CacheStatus(text.toString(), 0);
    }
}
