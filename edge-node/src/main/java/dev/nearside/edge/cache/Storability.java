package dev.nearside.edge.cache;

import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether a response may be stored and for how long it is fresh: a pure function of heads, policy and time. With RFC
 * 9111 rules §3 and §4.2 decide; with CloudFront's rules the policy's TTLs clamp what the origin says.
 */
public final class Storability {

    /** Stored, fresh for that long after it was generated (RFC 9111 §4.2.1), or not stored and why. */
    public sealed interface Verdict {
        record Store(long lifetimeSeconds) implements Verdict {}

        record Pass(NotCachedReason reason) implements Verdict {}
    }

    /** RFC 9110 §15.1: may be stored without explicit freshness. */
    private static final Set<Integer> HEURISTICALLY_CACHEABLE =
            Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

    /** CloudFront keeps these error responses even without freshness information. */
    private static final Set<Integer> ALWAYS_CACHED_ERRORS = Set.of(404, 414, 500, 501, 502, 503, 504);

    /** CloudFront keeps these only when the origin gives a lifetime. */
    private static final Set<Integer> ERRORS_CACHED_WITH_LIFETIME = Set.of(400, 403, 405, 412, 415);

    private static final long ERROR_MIN_TTL_SECONDS = 10;
    private static final long HEURISTIC_DIVISOR = 10;

    private Storability() {}

    /** Decides for a response that arrived at {@code epochMillis}. */
    public static Verdict decide(RequestHead request, ResponseHead response, CachePolicy policy, long epochMillis) {
        if (!request.method().equals("GET")) {
            return new Verdict.Pass(NotCachedReason.METHOD);
        }
        if (response.status() == 206 || response.status() == 304 || response.status() < 200) {
            return new Verdict.Pass(NotCachedReason.STATUS);
        }
        return switch (policy.ttlRules()) {
            case RFC9111 -> byRfc9111(request, response, epochMillis);
            case CLOUDFRONT -> byCloudFront(response, policy, epochMillis);
        };
    }

    private static Verdict byRfc9111(RequestHead request, ResponseHead response, long epochMillis) {
        CacheControl control = CacheControl.of(response.headers());
        if (CacheControl.of(request.headers()).has("no-store")) {
            return new Verdict.Pass(NotCachedReason.REQUEST_NO_STORE);
        }
        if (control.has("no-store")) {
            return new Verdict.Pass(NotCachedReason.NO_STORE);
        }
        if (control.has("private")) {
            return new Verdict.Pass(NotCachedReason.PRIVATE);
        }
        if (control.has("no-cache")) {
            return new Verdict.Pass(NotCachedReason.NO_CACHE);
        }
        boolean shared = control.has("public") || control.has("s-maxage") || control.has("must-revalidate");
        if (request.headers().has("authorization") && !shared) {
            return new Verdict.Pass(NotCachedReason.AUTHORIZATION);
        }
        if (variesOnAnything(response)) {
            return new Verdict.Pass(NotCachedReason.VARY_ANYTHING);
        }
        OptionalLong explicit = explicitLifetimeSeconds(response, control, epochMillis);
        if (explicit.isPresent()) {
            return fresh(explicit.getAsLong(), response, epochMillis);
        }
        if (!HEURISTICALLY_CACHEABLE.contains(response.status()) && !control.has("public")) {
            return new Verdict.Pass(NotCachedReason.STATUS);
        }
        return fresh(heuristicLifetimeSeconds(response, epochMillis), response, epochMillis);
    }

    private static Verdict byCloudFront(ResponseHead response, CachePolicy policy, long epochMillis) {
        if (policy.maxTtlSeconds() == 0) {
            return new Verdict.Pass(NotCachedReason.CACHING_DISABLED);
        }
        CacheControl control = CacheControl.of(response.headers());
        OptionalLong explicit = explicitLifetimeSeconds(response, control, epochMillis);
        if (response.status() >= 400) {
            return cloudFrontError(response.status(), explicit);
        }
        if (control.has("no-store") || control.has("no-cache") || control.has("private")) {
            NotCachedReason reason = control.has("no-store")
                    ? NotCachedReason.NO_STORE
                    : control.has("private") ? NotCachedReason.PRIVATE : NotCachedReason.NO_CACHE;
            return policy.minTtlSeconds() > 0 ? new Verdict.Store(policy.minTtlSeconds()) : new Verdict.Pass(reason);
        }
        if (policy.minTtlSeconds() == 0 && variesOnAnything(response)) {
            return new Verdict.Pass(NotCachedReason.VARY_ANYTHING);
        }
        long lifetime = explicit.isPresent()
                ? Math.clamp(explicit.getAsLong(), policy.minTtlSeconds(), policy.maxTtlSeconds())
                : Math.max(policy.minTtlSeconds(), policy.defaultTtlSeconds());
        return lifetime > 0 ? new Verdict.Store(lifetime) : new Verdict.Pass(NotCachedReason.NO_LIFETIME);
    }

    private static Verdict cloudFrontError(int status, OptionalLong explicit) {
        if (ALWAYS_CACHED_ERRORS.contains(status)) {
            return new Verdict.Store(Math.max(ERROR_MIN_TTL_SECONDS, explicit.orElse(0)));
        }
        if (ERRORS_CACHED_WITH_LIFETIME.contains(status) && explicit.orElse(0) > 0) {
            return new Verdict.Store(Math.max(ERROR_MIN_TTL_SECONDS, explicit.getAsLong()));
        }
        return new Verdict.Pass(NotCachedReason.STATUS);
    }

    private static boolean variesOnAnything(ResponseHead response) {
        String vary = response.headers().combined("vary");
        return vary != null && VaryRule.of(vary).matchesNothing();
    }

    private static Verdict fresh(long lifetimeSeconds, ResponseHead response, long epochMillis) {
        return lifetimeSeconds * 1000 > Age.initialMillis(response, epochMillis, epochMillis)
                ? new Verdict.Store(lifetimeSeconds)
                : new Verdict.Pass(NotCachedReason.NO_LIFETIME);
    }

    /** RFC 9111 §4.2.1 for a shared cache: s-maxage, else max-age, else Expires less Date. */
    private static OptionalLong explicitLifetimeSeconds(ResponseHead response, CacheControl control, long epochMillis) {
        OptionalLong seconds = control.seconds("s-maxage");
        if (seconds.isEmpty()) {
            seconds = control.seconds("max-age");
        }
        if (seconds.isPresent()) {
            return seconds;
        }
        String expires = response.headers().first("expires");
        if (expires == null) {
            return OptionalLong.empty();
        }
        // An Expires that is no date means "already expired" (RFC 9111 §5.3).
        long date = dateMillis(response, epochMillis);
        return OptionalLong.of(HttpDates.parse(expires, epochMillis).stream()
                .map(until -> Math.max(0, (until - date) / 1000))
                .findFirst()
                .orElse(0));
    }

    /** RFC 9111 §4.2.2: a tenth of the time since the last change. */
    private static long heuristicLifetimeSeconds(ResponseHead response, long epochMillis) {
        long date = dateMillis(response, epochMillis);
        OptionalLong modified = HttpDates.parse(response.headers().first("last-modified"), epochMillis);
        return modified.isPresent() && modified.getAsLong() < date
                ? (date - modified.getAsLong()) / 1000 / HEURISTIC_DIVISOR
                : 0;
    }

    private static long dateMillis(ResponseHead response, long epochMillis) {
        return HttpDates.parse(response.headers().first("date"), epochMillis).orElse(epochMillis);
    }
}
