package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.NotCachedReason;
import org.jspecify.annotations.Nullable;

/**
 * What a fetch is for, as the cache lookup decided it.
 *
 * @param unshared why the response is for one viewer only and is not stored; null if it may be
 * @param stale stored and to be validated, and what viewers get if the origin fails; null if there is none
 * @param begun the first bytes of the representation, which the fetch is to complete; null if there are none
 * @param forwardsRange whether the origin is asked for the range that the viewer wants, and not for the whole
 */
public record FetchPlan(
        @Nullable NotCachedReason unshared,
        @Nullable CachedResponse stale,
        @Nullable CachedResponse begun,
        boolean forwardsRange) {

    /** A plain fetch of the whole, to be stored if it may be. */
    public static final FetchPlan WHOLE = new FetchPlan(null, null, null, false);

    /** A response for one viewer. */
    public static FetchPlan unshared(NotCachedReason why) {
        return new FetchPlan(why, null, null, false);
    }

    public static FetchPlan validating(@Nullable CachedResponse stale) {
        return stale == null ? WHOLE : new FetchPlan(null, stale, null, false);
    }

    public static FetchPlan completing(CachedResponse begun) {
        return new FetchPlan(null, null, begun, false);
    }

    public static FetchPlan ofRange() {
        return new FetchPlan(null, null, null, true);
    }
}
