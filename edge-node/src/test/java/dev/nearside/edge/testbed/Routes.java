package dev.nearside.edge.testbed;

import dev.nearside.edge.routing.Route;
import dev.nearside.edge.routing.RouteTable;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.GeoRestriction;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginGroup;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** Makes the one route of a distribution on {@code site.test} for tests of what routes decide. */
public final class Routes {

    private CachePolicy cachePolicy = cachePolicy(Selection.NONE, Selection.NONE, Selection.NONE);
    private OriginRequestPolicy originRequestPolicy;
    private GeoRestriction geoRestriction = GeoRestriction.NONE;
    private ViewerProtocolPolicy protocolPolicy = ViewerProtocolPolicy.ALLOW_ALL;
    private List<String> cachedMethods = List.of("GET", "HEAD");
    private final List<KeyGroup> keyGroups = new ArrayList<>();
    private boolean compress;
    private List<Integer> failoverStatuses = List.of();

    public static CachePolicy cachePolicy(Selection headers, Selection cookies, Selection queries) {
        return new CachePolicy(
                "c", "c", CachePolicy.TtlRules.CLOUDFRONT, 0, 60, 600, headers, cookies, queries, true, true);
    }

    /** A policy with CloudFront's rules and these time-to-lives, with all parameters in the key. */
    public static CachePolicy cachePolicy(long minTtlSeconds, long maxTtlSeconds, Selection cookies) {
        return new CachePolicy(
                "c",
                "c",
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

    public static OriginRequestPolicy forwarding(
            Selection headers, Selection cloudFront, Selection cookies, Selection queries) {
        return new OriginRequestPolicy("o", "o", headers, cloudFront, cookies, queries);
    }

    public Routes with(CachePolicy policy) {
        cachePolicy = policy;
        return this;
    }

    public Routes with(OriginRequestPolicy policy) {
        originRequestPolicy = policy;
        return this;
    }

    public Routes with(GeoRestriction restriction) {
        geoRestriction = restriction;
        return this;
    }

    public Routes with(ViewerProtocolPolicy policy) {
        protocolPolicy = policy;
        return this;
    }

    public Routes with(KeyGroup group) {
        keyGroups.add(group);
        return this;
    }

    public Routes withCachedMethods(String... methods) {
        cachedMethods = List.of(methods);
        return this;
    }

    /** Switches the behavior's Compress on. */
    public Routes withCompression() {
        compress = true;
        return this;
    }

    /** Makes the origin the first of a group; the other is {@code second}, asked upon those answers. */
    public Routes withOriginGroup(Integer... statuses) {
        failoverStatuses = List.of(statuses);
        return this;
    }

    private static Origin origin(String id, String domainName) {
        return new Origin(
                id,
                domainName,
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                3,
                10,
                30,
                5,
                List.of("TLSv1.2"),
                null);
    }

    public Route route() {
        boolean grouped = !failoverStatuses.isEmpty();
        Behavior behavior = new Behavior(
                "*",
                grouped ? "group" : "main",
                protocolPolicy,
                List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                cachedMethods,
                cachePolicy.id(),
                originRequestPolicy == null ? null : originRequestPolicy.id(),
                null,
                compress,
                keyGroups.stream().map(KeyGroup::id).toList(),
                List.of());
        Distribution distribution = new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of("site.test"),
                true,
                "",
                List.of(origin("main", "origin.test"), origin("second", "second.test")),
                behavior,
                List.of(),
                grouped ? List.of(new OriginGroup("group", failoverStatuses, List.of("main", "second"))) : List.of(),
                List.of(),
                geoRestriction,
                Distribution.Logging.OFF);
        List<Resource> resources = new ArrayList<>(List.of(cachePolicy, distribution));
        resources.addAll(keyGroups);
        if (originRequestPolicy != null) {
            resources.add(originRequestPolicy);
        }
        RouteTable table = new RouteTable(Snapshot.of("s", 1, resources), association -> {
            throw new IllegalStateException("no function expected: " + association);
        });
        Route route = table.find("site.test", "/");
        if (route == null) {
            throw new IllegalStateException("the table has no route for site.test");
        }
        return route;
    }
}
