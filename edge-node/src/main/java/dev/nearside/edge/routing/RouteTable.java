package dev.nearside.edge.routing;

import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.cloudfront.LoadedCloudFrontFunction;
import dev.nearside.edge.http.Targets;
import dev.nearside.edge.signing.SigningKeys;
import dev.nearside.edge.staging.StagingRule;
import dev.nearside.edge.viewer.CloudFrontHeader;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From host and path to a route; built once for each snapshot. */
public final class RouteTable {

    /** The routes of one distribution in the order in which they are tried; the last matches everything. */
    private record Site(Distribution distribution, List<Route> routes) {

        Route find(String uri) {
            for (int i = 0; i < routes.size() - 1; i++) {
                if (routes.get(i).pattern().matches(uri)) {
                    return routes.get(i);
                }
            }
            return routes.getLast();
        }
    }

    /** What viewers may name: no staging distribution. */
    private final Map<String, Site> sitesByHost = new HashMap<>();

    /** All of them, for requests that have their distribution already. */
    private final Map<String, Site> sitesById = new HashMap<>();

    /** All of them by their own names alone, for other nodes. */
    private final Map<String, Site> sitesByDomainName = new HashMap<>();

    private final List<Distribution> distributions;

    /** What is loaded of the functions that a snapshot names. */
    public interface Functions {

        /** The loaded function of an association. */
        BoundFunction bind(FunctionAssociation association);

        /** The loaded CloudFront Function of that ARN. */
        LoadedCloudFrontFunction bind(CloudFrontFunctionAssociation association);
    }

    /**
     * Builds the table of a sound snapshot that has no CloudFront Functions.
     *
     * @param bind gives the loaded function of an association
     * @throws IllegalStateException if the snapshot has a dangling reference
     */
    public RouteTable(Snapshot snapshot, Function<FunctionAssociation, BoundFunction> bind) {
        this(snapshot, new Functions() {
            @Override
            public BoundFunction bind(FunctionAssociation association) {
                return bind.apply(association);
            }

            @Override
            public LoadedCloudFrontFunction bind(CloudFrontFunctionAssociation association) {
                throw dangling("CloudFront Function", association.functionArn());
            }
        });
    }

    /**
     * Builds the table of a sound snapshot.
     *
     * @throws IllegalStateException if the snapshot has a dangling reference
     */
    public RouteTable(Snapshot snapshot, Functions bind) {
        distributions = snapshot.all(Distribution.class).stream()
                .filter(distribution -> !distribution.staging())
                .toList();
        for (Distribution distribution : snapshot.all(Distribution.class)) {
            List<Route> routes = new ArrayList<>();
            for (Behavior behavior : distribution.behaviors()) {
                routes.add(route(snapshot, distribution, behavior, bind));
            }
            routes.add(route(snapshot, distribution, distribution.defaultBehavior(), bind));
            Site site = new Site(distribution, routes);
            sitesById.put(distribution.id(), site);
            sitesByDomainName.put(distribution.domainName(), site);
            if (!distribution.staging()) {
                sitesByHost.put(distribution.domainName(), site);
                distribution.aliases().forEach(alias -> sitesByHost.put(alias.toLowerCase(Locale.ROOT), site));
            }
        }
    }

    private static Route route(Snapshot snapshot, Distribution distribution, Behavior behavior, Functions bind) {
        Map<EventType, BoundFunction> functions = new EnumMap<>(EventType.class);
        behavior.functionAssociations()
                .forEach(association -> functions.put(association.eventType(), bind.bind(association)));
        Map<EventType, LoadedCloudFrontFunction> cloudFrontFunctions = new EnumMap<>(EventType.class);
        behavior.cloudFrontFunctionAssociations()
                .forEach(association -> cloudFrontFunctions.put(association.eventType(), bind.bind(association)));
        String requestPolicy = behavior.originRequestPolicyId();
        String responsePolicy = behavior.responseHeadersPolicyId();
        CachePolicy cachePolicy = snapshot.cachePolicy(behavior.cachePolicyId())
                .orElseThrow(() -> dangling("cache policy", behavior.cachePolicyId()));
        OriginRequestPolicy originRequestPolicy = requestPolicy == null
                ? null
                : snapshot.originRequestPolicy(requestPolicy)
                        .orElseThrow(() -> dangling("origin request policy", requestPolicy));
        Optional<Distribution.OriginGroup> group = distribution.originGroup(behavior.targetOriginId());
        List<String> originIds =
                group.map(Distribution.OriginGroup::originIds).orElse(List.of(behavior.targetOriginId()));
        return new Route(
                distribution,
                behavior,
                PathPattern.of(behavior.pathPattern()),
                originIds.stream()
                        .map(id -> distribution.origin(id).orElseThrow(() -> dangling("origin", id)))
                        .toList(),
                group.map(it -> Set.copyOf(it.failoverStatuses())).orElse(Set.of()),
                cachePolicy,
                originRequestPolicy,
                responsePolicy == null
                        ? null
                        : snapshot.responseHeadersPolicy(responsePolicy)
                                .orElseThrow(() -> dangling("response headers policy", responsePolicy)),
                SigningKeys.of(behavior.trustedKeyGroupIds().stream()
                        .map(id -> snapshot.keyGroup(id).orElseThrow(() -> dangling("key group", id)))
                        .toList()),
                CloudFrontHeader.askedFor(cachePolicy, originRequestPolicy),
                Collections.unmodifiableMap(functions),
                Collections.unmodifiableMap(cloudFrontFunctions),
                StagingRule.of(snapshot, distribution),
                null);
    }

    private static IllegalStateException dangling(String what, String id) {
        return new IllegalStateException("the snapshot refers to " + what + " '" + id + "', which it does not hold");
    }

    /** The route of a request, or null if no enabled distribution answers on that host. */
    public @Nullable Route find(String host, String uri) {
        Site site = sitesByHost.get(host);
        if (site == null) {
            site = site(Targets.withoutPort(host).toLowerCase(Locale.ROOT));
        }
        if (site == null || !site.distribution().enabled()) {
            return null;
        }
        return site.find(uri);
    }

    /**
     * The route within a distribution of this table, whatever host it answers on.
     *
     * @throws IllegalArgumentException if the table has no such distribution
     */
    public Route within(String distributionId, String uri) {
        Site site = sitesById.get(distributionId);
        if (site == null) {
            throw new IllegalArgumentException("distribution '" + distributionId + "' is not in this snapshot");
        }
        return site.find(uri);
    }

    /** Whether a distribution answers on that host name, enabled or not; in lower case and without a port. */
    public boolean answersTo(String name) {
        return site(name) != null;
    }

    /** Whether viewers of that host name may speak HTTP/2; in lower case and without a port. */
    public boolean offersHttp2(String name) {
        Site site = site(name);
        return site != null && site.distribution().httpVersions().offersHttp2();
    }

    /**
     * The route of the behavior that another node has chosen; by the path if this snapshot has no such behavior; null if
     * it has no such enabled distribution.
     *
     * @param domainName the distribution's own, a staging distribution's too
     */
    public @Nullable Route find(String domainName, String pathPattern, String uri) {
        Site site = sitesByDomainName.get(domainName);
        if (site == null || !site.distribution().enabled()) {
            return null;
        }
        for (Route route : site.routes()) {
            if (route.behavior().pathPattern().equals(pathPattern)) {
                return route;
            }
        }
        return site.find(uri);
    }

    /** By the whole name, else by a wildcard alias, whose star stands for exactly one label. */
    private @Nullable Site site(String name) {
        Site site = sitesByHost.get(name);
        int dot = name.indexOf('.');
        return site != null || dot < 0 ? site : sitesByHost.get("*" + name.substring(dot));
    }

    /** All distributions that viewers may name, for the page that says what would have answered. */
    public List<Distribution> distributions() {
        return distributions;
    }
}
