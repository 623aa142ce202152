package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Resource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.CacheTagConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;

/** CloudFront's DistributionConfig as nodes know it, with everything it uses, once it passed CloudFront's checks. */
final class DistributionMapping {

    private static final String DOMAIN_SUFFIX = ".cdn.localhost";
    private static final int MAX_ALIAS = 253;
    private static final int MAX_COMMENT = 128;
    private static final int MAX_REFERENCE = 2048;
    private static final int MAX_ROOT_OBJECT = 255;

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern HOST_NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final Pattern IPV6_LITERAL = Pattern.compile("\\[?[0-9a-f:.]*:[0-9a-f:.]*]?");

    private DistributionMapping() {}

    /** Where a distribution answers. */
    static String domainName(String distributionId) {
        return distributionId.toLowerCase(Locale.ROOT) + DOMAIN_SUFFIX;
    }

    /** The id that a domain name has in it; of no distribution if the name is none of a distribution. */
    static String idOf(String domainName) {
        String lower = domainName.toLowerCase(Locale.ROOT);
        return lower.endsWith(DOMAIN_SUFFIX)
                ? lower.substring(0, lower.length() - DOMAIN_SUFFIX.length()).toUpperCase(Locale.ROOT)
                : "";
    }

    /**
     * Maps a configuration.
     *
     * @param references where what it names is found
     * @return the distribution and every policy, key group and function version that it uses
     * @throws AwsError if CloudFront would refuse it
     */
    static List<Resource> map(String id, DistributionConfig config, References references) {
        ConfigErrors.checkQuantities(config, "DistributionConfig");
        checkPlainMembers(config);
        List<Resource> parts = new ArrayList<>();
        List<Distribution.Origin> origins = OriginMapping.map(config.origins());
        List<Distribution.OriginGroup> groups = OriginGroupMapping.map(config.originGroups(), origins);
        BehaviorMapping behaviors =
                new BehaviorMapping(new BehaviorMapping.Targets(origins, groups), references, parts);
        Behavior defaultBehavior =
                behaviors.map(require(config.defaultCacheBehavior(), "distributionConfig.defaultCacheBehavior"), "*");
        Distribution distribution = new Distribution(
                        id,
                        domainName(id),
                        aliases(config.aliases()),
                        require(config.enabled(), "distributionConfig.enabled"),
                        rootObject(config.defaultRootObject()),
                        origins,
                        defaultBehavior,
                        behaviors.map(config.cacheBehaviors()),
                        groups,
                        ErrorResponseMapping.map(config.customErrorResponses()),
                        GeoRestrictionMapping.map(config.restrictions()),
                        LoggingMapping.map(config.logging()))
                .taggedBy(cacheTagHeader(config.cacheTagConfig()))
                .with(httpVersions(config));
        parts.add(deployedContinuously(distribution, config, references, parts));
        return List.copyOf(new LinkedHashSet<>(parts));
    }

    /** A word that nobody knows is refused in requests; an earlier release may have stored one. */
    private static Distribution.HttpVersions httpVersions(DistributionConfig config) {
        HttpVersion version = config.httpVersion();
        return switch (version == null ? HttpVersion.HTTP2 : version) {
            case HTTP1_1 -> Distribution.HttpVersions.HTTP1_1;
            case HTTP2, UNKNOWN_TO_SDK_VERSION -> Distribution.HttpVersions.HTTP2;
            case HTTP3 -> Distribution.HttpVersions.HTTP3;
            case HTTP2_AND3 -> Distribution.HttpVersions.HTTP2_AND_3;
        };
    }

    private static void checkPlainMembers(DistributionConfig config) {
        String reference = require(config.callerReference(), "distributionConfig.callerReference");
        if (reference.isEmpty() || reference.length() > MAX_REFERENCE) {
            throw invalidArgument("The parameter CallerReference has " + reference.length()
                    + " characters, expected 1 to " + MAX_REFERENCE);
        }
        String comment = require(config.comment(), "distributionConfig.comment");
        if (comment.length() > MAX_COMMENT) {
            throw invalidArgument(
                    "The parameter Comment has " + comment.length() + " characters, expected at most " + MAX_COMMENT);
        }
    }

    /** The response header that lists an object's tags; null without tags. */
    private static @Nullable String cacheTagHeader(@Nullable CacheTagConfig config) {
        if (config == null) {
            return null;
        }
        String name = require(config.headerName(), "distributionConfig.cacheTagConfig.headerName");
        if (!HEADER_NAME.matcher(name).matches()) {
            throw invalidArgument("The parameter CacheTagConfig has the HeaderName '" + name
                    + "', expected the name of an HTTP header, at most 256 characters");
        }
        return name;
    }

    /** The distribution with its part in continuous deployment; adds the policy to the parts. */
    private static Distribution deployedContinuously(
            Distribution distribution, DistributionConfig config, References references, List<Resource> parts) {
        String policyId = config.continuousDeploymentPolicyId();
        boolean hasPolicy = policyId != null && !policyId.isEmpty();
        if (Boolean.TRUE.equals(config.staging())) {
            if (!distribution.aliases().isEmpty()) {
                throw invalidArgument(
                        "The parameter Aliases has " + distribution.aliases()
                                + ", expected none on a staging distribution, which is reached through its primary distribution");
            }
            if (hasPolicy) {
                throw invalidArgument("The parameter ContinuousDeploymentPolicyId is '" + policyId
                        + "', expected none on a staging distribution");
            }
            return distribution.deployedContinuously(true, null);
        }
        if (!hasPolicy) {
            return distribution;
        }
        parts.add(references.continuousDeploymentPolicy(policyId));
        return distribution.deployedContinuously(false, policyId);
    }

    private static List<String> aliases(@Nullable Aliases aliases) {
        if (aliases == null) {
            return List.of();
        }
        Set<String> mapped = new LinkedHashSet<>();
        for (String alias : aliases.items()) {
            String lower = alias.toLowerCase(Locale.ROOT);
            // The length first, because the patterns backtrack.
            boolean valid = lower.length() <= MAX_ALIAS
                    && (HOST_NAME.matcher(lower).matches()
                            || IPV6_LITERAL.matcher(lower).matches());
            if (!valid) {
                throw invalidArgument("The parameter CNAME '" + alias
                        + "' is not valid, expected a host name, localhost or an IP address, without a port");
            }
            if (!mapped.add(lower)) {
                throw invalidArgument("The parameter Aliases has '" + alias + "' twice");
            }
        }
        return List.copyOf(mapped);
    }

    private static String rootObject(@Nullable String rootObject) {
        if (rootObject == null) {
            return "";
        }
        if (rootObject.startsWith("/")
                || rootObject.length() > MAX_ROOT_OBJECT
                || !rootObject.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw AwsError.badRequest(
                    "InvalidDefaultRootObject",
                    "The parameter DefaultRootObject '" + rootObject
                            + "' is not valid, expected a path without a leading slash");
        }
        return rootObject;
    }
}
