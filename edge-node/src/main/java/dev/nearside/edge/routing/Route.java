package dev.nearside.edge.routing;

import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.cloudfront.ChosenOrigins;
import dev.nearside.edge.functions.cloudfront.LoadedCloudFrontFunction;
import dev.nearside.edge.signing.SigningKeys;
import dev.nearside.edge.staging.StagingRule;
import dev.nearside.edge.viewer.CloudFrontHeader;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A behavior with everything it refers to, looked up once per snapshot instead of once per request.
 *
 * @param origins one, or the members of an origin group in the order in which they are asked
 * @param failoverStatuses answers upon which the next origin of the group is asked; empty without a group
 * @param signingKeys of which one must have signed a request, unless none needs to
 * @param cloudFrontHeaders what the policies want to know about viewers
 * @param cloudFrontFunctions on viewer events
 * @param staging by which another distribution serves some of the requests; null if none does
 * @param hostHeader what a function wants the origin to get as Host; null for the usual
 */
public record Route(
        Distribution distribution,
        Distribution.Behavior behavior,
        PathPattern pattern,
        List<Distribution.Origin> origins,
        Set<Integer> failoverStatuses,
        CachePolicy cachePolicy,
        @Nullable OriginRequestPolicy originRequestPolicy,
        @Nullable ResponseHeadersPolicy responseHeadersPolicy,
        SigningKeys signingKeys,
        List<CloudFrontHeader> cloudFrontHeaders,
        Map<EventType, BoundFunction> functions,
        Map<EventType, LoadedCloudFrontFunction> cloudFrontFunctions,
        @Nullable StagingRule staging,
        @Nullable String hostHeader) {

    /** The origin that is asked first. */
    public Distribution.Origin origin() {
        return origins.getFirst();
    }

    /** The function on an event, or null. */
    public @Nullable BoundFunction function(EventType eventType) {
        return functions.isEmpty() ? null : functions.get(eventType);
    }

    /** The CloudFront Function on a viewer event, or null. */
    public @Nullable LoadedCloudFrontFunction cloudFrontFunction(EventType eventType) {
        return cloudFrontFunctions.isEmpty() ? null : cloudFrontFunctions.get(eventType);
    }

    /** Where its requests go, as functions may change it. */
    public ChosenOrigins chosenOrigins() {
        return new ChosenOrigins(origins, failoverStatuses, hostHeader);
    }

    /** The same route to other origins. */
    public Route to(ChosenOrigins chosen) {
        return new Route(
                distribution,
                behavior,
                pattern,
                chosen.origins(),
                chosen.failoverStatuses(),
                cachePolicy,
                originRequestPolicy,
                responseHeadersPolicy,
                signingKeys,
                cloudFrontHeaders,
                functions,
                cloudFrontFunctions,
                staging,
                chosen.hostHeader());
    }

    public boolean allows(String method) {
        return behavior.allowedMethods().contains(method)
                || behavior.allowedMethods().getFirst().equals("*");
    }
}
