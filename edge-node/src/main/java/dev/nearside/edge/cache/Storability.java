package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a response may be stored and how long it may be used: a pure function of heads, rules and time. With RFC 9111
 * rules §3 and §4.2 decide; with CloudFront's rules the policy's TTLs clamp what the origin says.
 */
public final class Storability {

    /** Stored and for how long it may be used, or not stored and why. */
    public sealed interface Verdict {
        /** Counted from the response's making (RFC 9111 §4.2.1). */
        record Store(Freshness freshness) implements Verdict {}

        record Pass(NotCachedReason reason) implements Verdict {}
    }

    /** What a behavior says of storing. */
    public record Rules(CachePolicy policy, List<ErrorResponse> errorResponses) {
        public Rules {
            errorResponses = List.copyOf(errorResponses);
        }

        /** For how long an error is kept at least, in seconds; never more than a century, so that sums cannot overflow. */
        public long errorMinTtlSeconds(int status) {
            for (ErrorResponse response : errorResponses) {
                if (response.errorCode() == status) {
                    return Math.clamp(response.minTtlSeconds(), 0, LONGEST_SECONDS);
                }
            }
            return ERROR_MIN_TTL_SECONDS;
        }
    }

    /** RFC 9110 §15.1: may be stored without explicit freshness. */
    private static final Set<Integer> HEURISTICALLY_CACHEABLE =
            Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);

    /** The final statuses of RFC 9110 §15 that this cache understands, beyond which must-understand forbids storing. */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407,
            408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503, 504, 505);

    /** CloudFront keeps these error responses even without freshness information. */
    private static final Set<Integer> ALWAYS_CACHED_ERRORS = Set.of(404, 414, 500, 501, 502, 503, 504);

    /** CloudFront keeps these only when the origin gives a lifetime by max-age or s-maxage. */
    private static final Set<Integer> ERRORS_CACHED_WITH_LIFETIME = Set.of(400, 403, 405, 412, 415);

    /** Of these CloudFront keeps none that says no-store, no-cache or private; for other errors that means nothing. */
    private static final Set<Integer> ERRORS_THAT_MAY_FORBID = Set.of(404, 410, 414, 501);

    /** The largest TTL that CloudFront takes: 100 years. */
    private static final long LONGEST_SECONDS = 100L * 365 * 86_400;

    private static final long ERROR_MIN_TTL_SECONDS = 10;
    private static final long HEURISTIC_DIVISOR = 10;

    /** With RFC 9111's rules: for how long a stale response may stand in for an origin that is away. */
    private static final long STALE_IF_UNREACHABLE_MILLIS = 24L * 3600 * 1000;

    private Storability() {}

    /** Decides for a response that arrived at {@code epochMillis}. */
    public static Verdict decide(RequestHead request, ResponseHead response, Rules rules, long epochMillis) {
        boolean rfc9111 = rules.policy().ttlRules() == CachePolicy.TtlRules.RFC9111;
        boolean stands = request.method().equals("GET")
                || (rfc9111 && standsForGet(request, response))
                || (!rfc9111 && request.method().equals("OPTIONS"));
        if (!stands) {
            return new Verdict.Pass(NotCachedReason.METHOD);
        }
        boolean unusablePart = response.status() == 206 && ContentRange.of(response.headers()) == null;
        // 304 and 416 answer the request's own conditions and ranges; CloudFront's rules know 416 by themselves.
        boolean ofTheRequest = response.status() == 304 || (rfc9111 && response.status() == 416);
        if (ofTheRequest || response.status() < 200 || unusablePart) {
            return new Verdict.Pass(NotCachedReason.STATUS);
        }
        return rfc9111 ? byRfc9111(request, response, epochMillis) : byCloudFront(response, rules, epochMillis);
    }

    /** RFC 9110 §9.3.3: a response to POST that says it is what GET would get, and for how long. */
    private static boolean standsForGet(RequestHead request, ResponseHead response) {
        String location = response.headers().first("content-location");
        return request.method().equals("POST")
                && response.status() == 200
                && location != null
                && isSameTarget(request, location)
                && Lifetime.explicit(response, control(response.headers()), 0).isPresent();
    }

    private static boolean isSameTarget(RequestHead request, String location) {
        int authority = location.indexOf("://");
        String host = request.headers().first("host");
        if (authority < 0 || host == null) {
            return location.equals(request.target());
        }
        return location.startsWith(host, authority + 3)
                && location.substring(authority + 3 + host.length()).equals(request.target());
    }

    private static CacheControl control(Fields headers) {
        CacheControl targeted = CacheControl.targeted(headers);
        return targeted == null ? CacheControl.of(headers) : targeted;
    }

    private static Verdict byRfc9111(RequestHead request, ResponseHead response, long epochMillis) {
        CacheControl control = control(response.headers());
        NotCachedReason forbidden = whyForbidden(request, response, control);
        if (forbidden != null) {
            return new Verdict.Pass(forbidden);
        }
        OptionalLong explicit = Lifetime.explicit(response, control, epochMillis);
        boolean heuristic = HEURISTICALLY_CACHEABLE.contains(response.status()) || control.has("public");
        if (explicit.isEmpty() && !heuristic) {
            return new Verdict.Pass(NotCachedReason.STATUS);
        }
        boolean mustValidate = control.has("no-cache");
        long lifetime = mustValidate
                ? 0
                : explicit.orElseGet(() -> Lifetime.heuristic(response, epochMillis, HEURISTIC_DIVISOR));
        Freshness freshness = rfc9111Freshness(lifetime * 1000, control);
        long age = Age.initialMillis(response, epochMillis, epochMillis);
        if (freshness.isFresh(age) || freshness.mayServeWhileRevalidating(age) || hasValidator(response)) {
            return new Verdict.Store(freshness);
        }
        return new Verdict.Pass(mustValidate ? NotCachedReason.NO_CACHE : NotCachedReason.NO_LIFETIME);
    }

    /** RFC 9111 §3, as far as it does not concern freshness. */
    private static @Nullable NotCachedReason whyForbidden(
            RequestHead request, ResponseHead response, CacheControl control) {
        if (CacheControl.of(request.headers()).has("no-store")) {
            return NotCachedReason.REQUEST_NO_STORE;
        }
        if (control.has("must-understand")) {
            // Who understands the status may ignore no-store (RFC 9111 §5.2.2.3).
            if (!UNDERSTOOD.contains(response.status())) {
                return NotCachedReason.STATUS;
            }
        } else if (control.has("no-store")) {
            return NotCachedReason.NO_STORE;
        }
        if (control.has("private")) {
            return NotCachedReason.PRIVATE;
        }
        boolean shared = control.has("public") || control.has("s-maxage") || control.has("must-revalidate");
        if (request.headers().has("authorization") && !shared) {
            return NotCachedReason.AUTHORIZATION;
        }
        return variesOnAnything(response) ? NotCachedReason.VARY_ANYTHING : null;
    }

    private static Freshness rfc9111Freshness(long lifetimeMillis, CacheControl control) {
        boolean strict = control.has("must-revalidate")
                || control.has("proxy-revalidate")
                || control.has("s-maxage")
                || control.has("no-cache");
        if (strict) {
            return Freshness.strictly(lifetimeMillis);
        }
        OptionalLong ifError = control.seconds("stale-if-error");
        return new Freshness(
                lifetimeMillis,
                control.seconds("stale-while-revalidate").orElse(0) * 1000,
                ifError.orElse(0) * 1000,
                ifError.isPresent() ? ifError.getAsLong() * 1000 : STALE_IF_UNREACHABLE_MILLIS,
                false);
    }

    private static Verdict byCloudFront(ResponseHead response, Rules rules, long epochMillis) {
        CachePolicy policy = rules.policy();
        if (policy.maxTtlSeconds() == 0) {
            return new Verdict.Pass(NotCachedReason.CACHING_DISABLED);
        }
        CacheControl control = CacheControl.of(response.headers());
        OptionalLong explicit = Lifetime.explicit(response, control, epochMillis);
        if (response.status() >= 400) {
            return cloudFrontError(response.status(), control, explicit, rules);
        }
        boolean private_ = control.has("no-store") || control.has("private");
        if (private_ && policy.minTtlSeconds() == 0) {
            return new Verdict.Pass(control.has("no-store") ? NotCachedReason.NO_STORE : NotCachedReason.PRIVATE);
        }
        if (policy.minTtlSeconds() == 0 && variesOnAnything(response)) {
            return new Verdict.Pass(NotCachedReason.VARY_ANYTHING);
        }
        long lifetime;
        if (private_ || control.has("no-cache")) {
            lifetime = policy.minTtlSeconds();
        } else {
            lifetime = explicit.isPresent()
                    ? Math.clamp(explicit.getAsLong(), policy.minTtlSeconds(), policy.maxTtlSeconds())
                    : Math.max(policy.minTtlSeconds(), policy.defaultTtlSeconds());
        }
        if (lifetime > 0 || hasValidator(response)) {
            return new Verdict.Store(cloudFrontFreshness(lifetime, control, policy));
        }
        return new Verdict.Pass(control.has("no-cache") ? NotCachedReason.NO_CACHE : NotCachedReason.NO_LIFETIME);
    }

    /** CloudFront serves stale while the origin is away, unless {@code stale-if-error=0} forbids it. */
    private static Freshness cloudFrontFreshness(long lifetimeSeconds, CacheControl control, CachePolicy policy) {
        long longest = policy.maxTtlSeconds();
        long ifError = Math.min(control.seconds("stale-if-error").orElse(DeltaSeconds.MAX), longest);
        return new Freshness(
                lifetimeSeconds * 1000,
                Math.min(control.seconds("stale-while-revalidate").orElse(0), longest) * 1000,
                ifError * 1000,
                ifError * 1000,
                false);
    }

    /** CloudFront's guide, "Control how long CloudFront caches errors" and "HTTP 4xx and 5xx status codes". */
    private static Verdict cloudFrontError(int status, CacheControl control, OptionalLong explicit, Rules rules) {
        NotCachedReason forbidden = whyNotAgain(control);
        if (forbidden != null && ERRORS_THAT_MAY_FORBID.contains(status)) {
            return new Verdict.Pass(forbidden);
        }
        boolean kept = ALWAYS_CACHED_ERRORS.contains(status)
                || (ERRORS_CACHED_WITH_LIFETIME.contains(status) && hasAge(control));
        long said =
                forbidden == null ? Math.min(explicit.orElse(0), rules.policy().maxTtlSeconds()) : 0;
        long lifetime = Math.max(rules.errorMinTtlSeconds(status), said);
        return kept && lifetime > 0
                ? new Verdict.Store(Freshness.strictly(lifetime * 1000))
                : new Verdict.Pass(NotCachedReason.STATUS);
    }

    private static @Nullable NotCachedReason whyNotAgain(CacheControl control) {
        if (control.has("no-store")) {
            return NotCachedReason.NO_STORE;
        }
        if (control.has("private")) {
            return NotCachedReason.PRIVATE;
        }
        return control.has("no-cache") ? NotCachedReason.NO_CACHE : null;
    }

    /** Whether a directive, and not Expires, gives a lifetime above zero; s-maxage goes before max-age. */
    private static boolean hasAge(CacheControl control) {
        OptionalLong shared = control.seconds("s-maxage");
        return (shared.isPresent() ? shared : control.seconds("max-age")).orElse(0) > 0;
    }

    private static boolean variesOnAnything(ResponseHead response) {
        String vary = response.headers().combined("vary");
        return vary != null && VaryRule.of(vary).matchesNothing();
    }

    private static boolean hasValidator(ResponseHead response) {
        return response.headers().has("etag") || response.headers().has("last-modified");
    }
}
