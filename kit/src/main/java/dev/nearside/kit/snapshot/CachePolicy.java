package dev.nearside.kit.snapshot;

/**
 * What makes up the cache key and how long objects stay.
 *
 * @param ttlRules who decides on lifetimes: CloudFront's clamp, or RFC 9111 alone
 * @param minTtlSeconds 0 or more; ignored with {@link TtlRules#RFC9111}, like the two that follow
 * @param gzip whether a viewer's {@code gzip} is part of the key (and of what the origin sees)
 * @param brotli the same for {@code br}
 */
public record CachePolicy(
        String id,
        String name,
        TtlRules ttlRules,
        long minTtlSeconds,
        long defaultTtlSeconds,
        long maxTtlSeconds,
        Selection headers,
        Selection cookies,
        Selection queryStrings,
        boolean gzip,
        boolean brotli)
        implements Resource {

    /** Who decides how long a response is fresh, and whether Vary makes variants. */
    public enum TtlRules {
        CLOUDFRONT,
        RFC9111
    }

    /** The id under which a behavior asks for plain RFC 9111 caching. */
    public static final String RFC9111_ID = "Nearside-RFC9111";

    /** The origin's headers rule, Vary makes variants, and every query string is a key of its own. */
    public static final CachePolicy RFC9111 = new CachePolicy(
            RFC9111_ID,
            RFC9111_ID,
            TtlRules.RFC9111,
            0,
            0,
            0,
            Selection.NONE,
            Selection.NONE,
            Selection.ALL,
            false,
            false);
}
