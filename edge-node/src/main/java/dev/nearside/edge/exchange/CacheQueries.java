package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.cache.Preconditions;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.routing.Route;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import org.jspecify.annotations.Nullable;

/** What a request asks the cache, and whether it may be answered from there at all; pure. */
final class CacheQueries {

    private CacheQueries() {}

    static HttpCache.Query of(Route route, RequestHead request) {
        String distributionId = route.distribution().id();
        CacheKey key = CacheKeys.of(distributionId, request, route.cachePolicy());
        boolean rfc9111 = route.cachePolicy().ttlRules() == TtlRules.RFC9111;
        return new HttpCache.Query(
                distributionId,
                request.method().equals("OPTIONS") ? key.ofMethod("OPTIONS") : key,
                CacheKeys.uriWithQuery(request, route.cachePolicy()),
                request.headers(),
                rfc9111 ? RequestDirectives.of(request.headers()) : RequestDirectives.NONE,
                rfc9111 || !forwardsCookies(route));
    }

    /** CloudFront does not let requests wait for each other where cookies are forwarded. */
    private static boolean forwardsCookies(Route route) {
        OriginRequestPolicy policy = route.originRequestPolicy();
        return route.cachePolicy().cookies().selectsSome()
                || (policy != null && policy.cookies().selectsSome());
    }

    /** Why the response is for this viewer alone whatever it says; null if it need not be. */
    static @Nullable NotCachedReason whyUnshared(Route route, RequestHead request) {
        boolean rfc9111 = route.cachePolicy().ttlRules() == TtlRules.RFC9111;
        if (!isCachedMethod(route, request.method(), rfc9111)) {
            return NotCachedReason.METHOD;
        }
        if (!rfc9111) {
            return route.cachePolicy().maxTtlSeconds() == 0 ? NotCachedReason.CACHING_DISABLED : null;
        }
        if (Preconditions.areForTheOrigin(request.headers())) {
            return NotCachedReason.PRECONDITION;
        }
        return request.method().equals("GET") && request.announcesBody() ? NotCachedReason.METHOD : null;
    }

    /** A POST's response may stand for what GET would get (RFC 9110 §9.3.3). */
    private static boolean isCachedMethod(Route route, String method, boolean rfc9111) {
        return switch (method) {
            case "GET" -> true;
            case "POST" -> rfc9111;
            case "OPTIONS" -> !rfc9111 && route.behavior().cachedMethods().contains("OPTIONS");
            default -> false;
        };
    }

    /** Whether a stored response may answer the method. */
    static boolean mayUseStored(String method) {
        return !method.equals("POST");
    }
}
