package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;

/**
 * What a viewer's Cache-Control asks of a cache (RFC 9111 §5.2.1). CloudFront does not listen to viewers; the policy
 * with RFC 9111's rules does.
 *
 * @param noCache a stored response must be validated first
 * @param maxAgeSeconds the oldest acceptable age, or -1
 * @param minFreshSeconds for how long the response must stay fresh, 0 by default
 * @param maxStaleSeconds how far past its lifetime it may be, 0 by default
 * @param onlyIfCached the origin must not be asked
 */
public record RequestDirectives(
        boolean noCache, long maxAgeSeconds, long minFreshSeconds, long maxStaleSeconds, boolean onlyIfCached) {

    /** Nothing is asked for. */
    public static final RequestDirectives NONE = new RequestDirectives(false, -1, 0, 0, false);

    public static RequestDirectives of(Fields requestHeaders) {
        if (!requestHeaders.has("cache-control")) {
            return NONE;
        }
        CacheControl control = CacheControl.of(requestHeaders);
        boolean anyStale =
                control.has("max-stale") && control.argument("max-stale").isEmpty();
        return new RequestDirectives(
                control.has("no-cache"),
                control.seconds("max-age").orElse(-1),
                control.seconds("min-fresh").orElse(0),
                anyStale ? DeltaSeconds.MAX : control.seconds("max-stale").orElse(0),
                control.has("only-if-cached"));
    }

    /** Whether a response of that age satisfies them without asking the origin. */
    public boolean accept(Freshness freshness, long ageMillis) {
        if (noCache || (maxAgeSeconds >= 0 && ageMillis > maxAgeSeconds * 1000)) {
            return false;
        }
        long left = freshness.lifetimeMillis() - ageMillis;
        if (left > 0) {
            return left >= minFreshSeconds * 1000;
        }
        return minFreshSeconds == 0 && !freshness.staleForbidden() && -left < maxStaleSeconds * 1000;
    }

    /** Whether a stale response may be served while it is refreshed: only if nothing stricter was asked for. */
    public boolean allowStaleWhileRevalidate() {
        return !noCache && maxAgeSeconds < 0 && minFreshSeconds == 0;
    }
}
