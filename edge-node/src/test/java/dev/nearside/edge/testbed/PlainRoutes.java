package dev.nearside.edge.testbed;

import dev.nearside.edge.routing.PathPattern;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.signing.SigningKeys;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Routes for tests of what is decided by them alone. */
public final class PlainRoutes {

    private PlainRoutes() {}

    /** A policy with CloudFront's rules and these time-to-lives. */
    public static CachePolicy cloudFront(long minTtlSeconds, long maxTtlSeconds, Selection cookies) {
        return new CachePolicy(
                "p",
                "p",
                CachePolicy.TtlRules.CLOUDFRONT,
                minTtlSeconds,
                maxTtlSeconds,
                maxTtlSeconds,
                Selection.NONE,
                cookies,
                Selection.ALL,
                false,
                false);
    }

    /** A route with one origin and no functions. */
    public static Route with(CachePolicy policy, String... cachedMethods) {
        return route(policy, List.of(origin("one")), Set.of(), List.of(cachedMethods));
    }

    /** A route to a group of two origins. */
    public static Route group(Integer... failoverStatuses) {
        return route(
                CachePolicy.RFC9111,
                List.of(origin("one"), origin("two")),
                Set.of(failoverStatuses),
                List.of("GET", "HEAD"));
    }

    private static Route route(
            CachePolicy policy, List<Origin> origins, Set<Integer> failoverStatuses, List<String> cachedMethods) {
        Behavior behavior = new Behavior(
                "*",
                "one",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("*"),
                cachedMethods,
                policy.id(),
                null,
                null,
                false,
                List.of(),
                List.of());
        Distribution distribution = new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of(),
                true,
                "",
                origins,
                behavior,
                List.of(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE);
        return new Route(
                distribution,
                behavior,
                PathPattern.of("*"),
                origins,
                failoverStatuses,
                policy,
                null,
                null,
                SigningKeys.NONE,
                List.of(),
                Map.of(),
                null);
    }

    private static Origin origin(String id) {
        return new Origin(
                id,
                id + ".test",
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                1,
                1,
                1,
                5,
                List.of("TLSv1.2"),
                null);
    }
}
