package dev.nearside.edge.cache;

import java.util.Locale;

/** Why a response was not stored, or a request not answered from the cache. */
public enum NotCachedReason {
    /** The method is not one whose responses are stored. */
    METHOD,
    /** The request says {@code no-store} (RFC 9111 §5.2.1.5). */
    REQUEST_NO_STORE,
    /** The request has a precondition that only the origin can judge (RFC 9110 §13.1.1, §13.1.4). */
    PRECONDITION,
    /** The response says {@code no-store} (RFC 9111 §5.2.2.5). */
    NO_STORE,
    /** The response says {@code private} (RFC 9111 §5.2.2.7). */
    PRIVATE,
    /** The response says {@code no-cache}, so it would need revalidation each time (RFC 9111 §5.2.2.4). */
    NO_CACHE,
    /** The request is authorised and the response does not allow sharing (RFC 9111 §3.5). */
    AUTHORIZATION,
    /** The status is not final, not understood or not cacheable without explicit freshness. */
    STATUS,
    /** {@code Vary: *} (RFC 9111 §4.1). */
    VARY_ANYTHING,
    /** It is stale on arrival. */
    NO_LIFETIME,
    /** The cache policy switches caching off. */
    CACHING_DISABLED,
    /** It is longer than the largest object kept. */
    TOO_LARGE,
    /** The node holds as many unfinished bytes as it may. */
    TOO_MUCH_IN_FLIGHT,
    /** The key was found unshareable a moment ago. */
    HIT_FOR_MISS,
    /** The node itself made the response. */
    GENERATED;

    /** Whether one request brought it about, so that it says nothing of other requests for the same key. */
    public boolean isOfTheRequest() {
        return this == METHOD || this == REQUEST_NO_STORE || this == AUTHORIZATION || this == PRECONDITION;
    }

    /** For logs and traces. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
