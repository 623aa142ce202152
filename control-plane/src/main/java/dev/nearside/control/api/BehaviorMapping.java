package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Shapes;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginGroup;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CacheBehaviors;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroups;

/** CloudFront's behaviors as nodes know them, with CloudFront's checks and defaults. */
final class BehaviorMapping {

    private static final int MAX_BEHAVIORS = 75;
    private static final int MAX_PATTERN = 255;
    private static final List<String> ANY_METHOD = List.of("*");
    private static final List<String> GET_HEAD = List.of("GET", "HEAD");
    private static final List<String> GET_HEAD_OPTIONS = List.of("GET", "HEAD", "OPTIONS");
    private static final List<String> ALL_METHODS = List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE");

    private static final int MAX_KEY_GROUPS = 4;

    private final Targets targets;
    private final References references;
    private final AssociationMapping associations;
    private final CloudFrontAssociationMapping cloudFrontAssociations;
    private final List<Resource> parts;

    /** What behaviors may name as their target. */
    record Targets(List<Origin> origins, List<OriginGroup> groups) {

        boolean isGroup(String id) {
            return groups.stream().anyMatch(group -> group.id().equals(id));
        }

        List<String> ids() {
            return Stream.concat(
                            origins.stream().map(Origin::id), groups.stream().map(OriginGroup::id))
                    .toList();
        }
    }

    /**
     * A mapping for one distribution.
     *
     * @param parts gets every policy, key group and function version that is used
     */
    BehaviorMapping(Targets targets, References references, List<Resource> parts) {
        this.targets = targets;
        this.references = references;
        this.associations = new AssociationMapping(references.versions(), parts);
        this.cloudFrontAssociations = new CloudFrontAssociationMapping(references.liveFunctions(), parts);
        this.parts = parts;
    }

    List<Behavior> map(@Nullable CacheBehaviors behaviors) {
        if (behaviors == null) {
            return List.of();
        }
        List<CacheBehavior> items = behaviors.items();
        if (items.size() > MAX_BEHAVIORS) {
            throw AwsError.badRequest(
                    "TooManyCacheBehaviors",
                    "The distribution has " + items.size() + " cache behaviors, expected at most " + MAX_BEHAVIORS);
        }
        List<Behavior> mapped = new ArrayList<>();
        Set<String> patterns = new HashSet<>();
        for (CacheBehavior behavior : items) {
            String pattern = require(behavior.pathPattern(), "cacheBehaviors.pathPattern");
            if (pattern.isEmpty()
                    || pattern.length() > MAX_PATTERN
                    || !pattern.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw invalidArgument("The parameter PathPattern '" + pattern + "' is not valid, expected 1 to "
                        + MAX_PATTERN + " visible ASCII characters");
            }
            if (!patterns.add(pattern)) {
                throw invalidArgument(
                        "The parameter CacheBehaviors has two behaviors for the pattern '" + pattern + "'");
            }
            mapped.add(map(Shapes.copy(behavior, DefaultCacheBehavior.builder()).build(), pattern));
        }
        return mapped;
    }

    /** Both kinds of behavior have the same members, but for the pattern. */
    Behavior map(DefaultCacheBehavior behavior, String pattern) {
        String target = require(behavior.targetOriginId(), "cacheBehavior.targetOriginId");
        if (!targets.ids().contains(target)) {
            throw new AwsError(
                    404,
                    "NoSuchOrigin",
                    "The behavior '" + pattern + "' has the TargetOriginId '" + target
                            + "', which is not one of the distribution's origins and origin groups: expected one of "
                            + targets.ids());
        }
        Policy policy = policy(behavior, pattern);
        CachePolicy cache = policy.cache;
        OriginRequestPolicy originRequest = policy.originRequest;
        parts.add(cache);
        if (originRequest != null) {
            parts.add(originRequest);
        }
        List<String> allowed = methods(behavior.allowedMethods(), pattern);
        boolean toGroup = targets.isGroup(target);
        if (toGroup && allowed.equals(ALL_METHODS)) {
            throw invalidArgument(
                    "The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached "
                            + "behavior associated with an origin group: behavior '" + pattern + "' has the target '"
                            + target
                            + "'.");
        }
        // A request that may have changed something must not be sent to a second origin.
        boolean anyMethod = cache.ttlRules() == CachePolicy.TtlRules.RFC9111 && !toGroup;
        List<FunctionAssociation> lambdas = associations.map(behavior.lambdaFunctionAssociations(), pattern);
        return new Behavior(
                pattern,
                target,
                viewerProtocolPolicy(behavior),
                anyMethod ? ANY_METHOD : allowed,
                cachedMethods(behavior.allowedMethods(), allowed, pattern),
                cache.id(),
                originRequest == null ? null : originRequest.id(),
                responseHeadersPolicyId(behavior),
                Boolean.TRUE.equals(behavior.compress()),
                keyGroups(behavior.trustedKeyGroups(), pattern),
                lambdas,
                cloudFrontAssociations.map(behavior.functionAssociations(), lambdas, pattern));
    }

    private @Nullable String responseHeadersPolicyId(DefaultCacheBehavior behavior) {
        String id = behavior.responseHeadersPolicyId();
        if (!isSet(id)) {
            return null;
        }
        parts.add(references.responseHeadersPolicy(id));
        return id;
    }

    private List<String> keyGroups(@Nullable TrustedKeyGroups groups, String pattern) {
        if (groups == null) {
            return List.of();
        }
        List<String> ids = groups.items();
        if (require(groups.enabled(), "trustedKeyGroups.enabled") == ids.isEmpty()) {
            throw invalidArgument("The parameter TrustedKeyGroups of behavior '" + pattern + "' has Enabled "
                    + groups.enabled() + " with " + ids.size() + " key groups, expected "
                    + (ids.isEmpty() ? "at least one" : "Enabled true"));
        }
        if (ids.size() > MAX_KEY_GROUPS) {
            throw AwsError.badRequest(
                    "TooManyKeyGroupsAssociatedToDistribution",
                    "The behavior '" + pattern + "' has " + ids.size() + " trusted key groups, expected at most "
                            + MAX_KEY_GROUPS);
        }
        for (String id : ids) {
            parts.add(references
                    .keyGroup(id)
                    .orElseThrow(() -> AwsError.badRequest(
                            "TrustedKeyGroupDoesNotExist",
                            "The trusted key group '" + id + "' of behavior '" + pattern + "' does not exist.")));
        }
        return ids.stream().distinct().toList();
    }

    @SuppressWarnings("deprecation") // AWS deprecates ForwardedValues and accepts it for good
    private Policy policy(DefaultCacheBehavior behavior, String pattern) {
        String id = behavior.cachePolicyId();
        boolean hasPolicy = isSet(id);
        if (hasPolicy == (behavior.forwardedValues() != null)) {
            throw invalidArgument("The behavior '" + pattern + "' has " + (hasPolicy ? "both" : "neither of")
                    + " CachePolicyId and ForwardedValues, expected one of them");
        }
        if (!hasPolicy) {
            LegacyForwarding legacy = LegacyForwarding.of(behavior);
            return new Policy(legacy.cache(), legacy.originRequest());
        }
        String originRequestId = behavior.originRequestPolicyId();
        return new Policy(
                references.cachePolicy(id),
                isSet(originRequestId) ? references.originRequestPolicy(originRequestId) : null);
    }

    /** What a behavior caches by, and what the origin sees beyond it. */
    private record Policy(CachePolicy cache, @Nullable OriginRequestPolicy originRequest) {}

    private static boolean isSet(@Nullable String id) {
        return id != null && !id.isEmpty();
    }

    private static ViewerProtocolPolicy viewerProtocolPolicy(DefaultCacheBehavior behavior) {
        return switch (require(behavior.viewerProtocolPolicy(), "cacheBehavior.viewerProtocolPolicy")) {
            case ALLOW_ALL -> ViewerProtocolPolicy.ALLOW_ALL;
            case HTTPS_ONLY -> ViewerProtocolPolicy.HTTPS_ONLY;
            case REDIRECT_TO_HTTPS -> ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
            case UNKNOWN_TO_SDK_VERSION ->
                throw invalidArgument(
                        "The parameter ViewerProtocolPolicy is '" + behavior.viewerProtocolPolicyAsString()
                                + "', expected allow-all, https-only or redirect-to-https");
        };
    }

    private static List<String> methods(@Nullable AllowedMethods allowed, String pattern) {
        return allowed == null
                ? GET_HEAD
                : oneOf(
                        allowed.itemsAsStrings(),
                        "AllowedMethods",
                        pattern,
                        List.of(GET_HEAD, GET_HEAD_OPTIONS, ALL_METHODS));
    }

    private static List<String> cachedMethods(@Nullable AllowedMethods methods, List<String> allowed, String pattern) {
        if (methods == null || methods.cachedMethods() == null) {
            return GET_HEAD;
        }
        List<List<String>> choices =
                allowed.contains("OPTIONS") ? List.of(GET_HEAD, GET_HEAD_OPTIONS) : List.of(GET_HEAD);
        return oneOf(methods.cachedMethods().itemsAsStrings(), "CachedMethods", pattern, choices);
    }

    /** CloudFront offers a few sets of methods and no others; order does not matter. */
    private static List<String> oneOf(List<String> given, String member, String pattern, List<List<String>> choices) {
        return choices.stream()
                .filter(choice ->
                        choice.size() == given.size() && Set.copyOf(choice).equals(new HashSet<>(given)))
                .findFirst()
                .orElseThrow(() -> invalidArgument("The parameter " + member + " of behavior '" + pattern + "' is "
                        + given + ", expected one of " + choices));
    }
}
