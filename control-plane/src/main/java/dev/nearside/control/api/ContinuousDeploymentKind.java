package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleWeight;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.Stickiness;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyType;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentSingleHeaderConfig;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentSingleWeightConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.SessionStickinessConfig;
import software.amazon.awssdk.services.cloudfront.model.TrafficConfig;

/**
 * Continuous deployment policies: CloudFront's checks, and the form in which nodes know them. A policy's name is its
 * staging distribution's domain name, since AWS allows one policy for each.
 */
final class ContinuousDeploymentKind implements ConfigKind<ContinuousDeploymentPolicyConfig> {

    static final ContinuousDeploymentKind INSTANCE = new ContinuousDeploymentKind();

    /** AWS's quota of policies in an account, and of staging distributions. */
    static final int MAX = 20;

    private static final Terms TERMS = new Terms(
            "continuous-deployment",
            "continuous deployment policy",
            "ContinuousDeploymentPolicyConfig",
            "NoSuchContinuousDeploymentPolicy",
            "StagingDistributionInUse",
            "ContinuousDeploymentPolicyInUse");

    private static final double MAX_WEIGHT = 0.15;
    private static final int MIN_SECONDS = 300;
    private static final int MAX_SECONDS = 3600;
    private static final int MAX_HEADER_NAME = 256;
    private static final int MAX_HEADER_VALUE = 1783;
    private static final String HEADER_PREFIX = "aws-cf-cd-";
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");

    private ContinuousDeploymentKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return ContinuousDeploymentPolicyConfig.builder();
    }

    @Override
    public String name(ContinuousDeploymentPolicyConfig config) {
        return config.stagingDistributionDnsNames().items().getFirst().toLowerCase(Locale.ROOT);
    }

    @Override
    public ContinuousDeploymentPolicyConfig checked(ContinuousDeploymentPolicyConfig config, References references) {
        ConfigErrors.checkQuantities(config, TERMS.root());
        boolean enabled = require(config.enabled(), "continuousDeploymentPolicyConfig.enabled");
        List<String> names = require(
                        config.stagingDistributionDnsNames(),
                        "continuousDeploymentPolicyConfig.stagingDistributionDnsNames")
                .items();
        if (names.size() != 1) {
            throw invalidArgument("The parameter StagingDistributionDnsNames has " + names.size()
                    + " names, expected that of one staging distribution");
        }
        boolean isStaging = references
                .distribution(DistributionMapping.idOf(names.getFirst()))
                .map(DistributionConfig::staging)
                .orElse(false);
        if (!isStaging) {
            throw invalidArgument("The parameter StagingDistributionDnsNames has '" + names.getFirst()
                    + "', expected the domain name of a staging distribution");
        }
        TrafficConfig traffic = config.trafficConfig();
        if (traffic != null) {
            checkTraffic(traffic);
        } else if (enabled) {
            throw invalidArgument("The policy is enabled and has no TrafficConfig, expected a SingleWeight or "
                    + "SingleHeader configuration");
        }
        return config;
    }

    @Override
    public void checkNew(
            ContinuousDeploymentPolicyConfig config, List<Configured<ContinuousDeploymentPolicyConfig>> existing) {
        for (Configured<ContinuousDeploymentPolicyConfig> other : existing) {
            if (other.config().equals(config)) {
                throw new AwsError(
                        409,
                        "ContinuousDeploymentPolicyAlreadyExists",
                        "The continuous deployment policy " + other.id() + " has this configuration already.");
            }
        }
        if (existing.size() >= MAX) {
            throw AwsError.badRequest(
                    "TooManyContinuousDeploymentPolicies",
                    "There are " + existing.size() + " continuous deployment policies, expected at most " + MAX);
        }
    }

    /** CloudFront ends all sessions when a policy or its stickiness is switched on or off. */
    @Override
    public boolean renews(ContinuousDeploymentPolicyConfig before, ContinuousDeploymentPolicyConfig after) {
        return !before.enabled().equals(after.enabled())
                || (stickiness(before.trafficConfig()) == null) != (stickiness(after.trafficConfig()) == null);
    }

    @Override
    public Optional<Resource> resource(String id, ContinuousDeploymentPolicyConfig config, References references) {
        TrafficConfig traffic = config.trafficConfig();
        long generation = references.require(this, id).renewed().toEpochMilli();
        return Optional.of(new ContinuousDeploymentPolicy(
                id,
                config.enabled(),
                DistributionMapping.idOf(name(config)),
                traffic == null || traffic.singleHeaderConfig() == null
                        ? null
                        : new SingleHeader(
                                traffic.singleHeaderConfig().header(),
                                traffic.singleHeaderConfig().value()),
                traffic == null || traffic.singleWeightConfig() == null
                        ? null
                        : new SingleWeight(
                                decimal(traffic.singleWeightConfig().weight()),
                                stickiness(stickiness(traffic), generation))));
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, Resource.Kind.CONTINUOUS_DEPLOYMENT_POLICY, id);
    }

    private static @Nullable SessionStickinessConfig stickiness(@Nullable TrafficConfig traffic) {
        return traffic == null || traffic.singleWeightConfig() == null
                ? null
                : traffic.singleWeightConfig().sessionStickinessConfig();
    }

    private static @Nullable Stickiness stickiness(@Nullable SessionStickinessConfig config, long generation) {
        return config == null ? null : new Stickiness(config.idleTTL(), config.maximumTTL(), generation);
    }

    private static void checkTraffic(TrafficConfig traffic) {
        ContinuousDeploymentSingleHeaderConfig header = traffic.singleHeaderConfig();
        ContinuousDeploymentSingleWeightConfig weight = traffic.singleWeightConfig();
        ContinuousDeploymentPolicyType type = require(traffic.type(), "trafficConfig.type");
        boolean fits = switch (type) {
            case SINGLE_HEADER -> header != null && weight == null;
            case SINGLE_WEIGHT -> weight != null && header == null;
            case UNKNOWN_TO_SDK_VERSION -> false;
        };
        if (!fits) {
            throw invalidArgument("The TrafficConfig of type '" + traffic.typeAsString() + "' has "
                    + (header == null ? "no" : "a") + " SingleHeaderConfig and " + (weight == null ? "no" : "a")
                    + " SingleWeightConfig, expected type SingleWeight or SingleHeader with the one that it names");
        }
        if (header != null) {
            checkHeader(header);
        }
        if (weight != null) {
            checkWeight(weight);
        }
    }

    private static void checkHeader(ContinuousDeploymentSingleHeaderConfig header) {
        String name = require(header.header(), "singleHeaderConfig.header");
        boolean prefixed = name.regionMatches(true, 0, HEADER_PREFIX, 0, HEADER_PREFIX.length());
        if (!prefixed
                || name.length() > MAX_HEADER_NAME
                || !HEADER_NAME.matcher(name).matches()) {
            throw invalidArgument("The parameter Header '" + name
                    + "' is not valid, expected the name of a header that " + "begins with " + HEADER_PREFIX);
        }
        String value = require(header.value(), "singleHeaderConfig.value");
        if (value.length() > MAX_HEADER_VALUE || !HEADER_VALUE.matcher(value).matches()) {
            throw invalidArgument("The parameter Value of the header '" + name + "' has " + value.length()
                    + " characters, expected 1 to " + MAX_HEADER_VALUE
                    + " that may stand in a header, blanks at neither "
                    + "end");
        }
    }

    private static void checkWeight(ContinuousDeploymentSingleWeightConfig config) {
        double weight = decimal(require(config.weight(), "singleWeightConfig.weight"));
        if (!(weight >= 0 && weight <= MAX_WEIGHT)) {
            throw invalidArgument("The parameter Weight is " + weight + ", expected 0 to " + MAX_WEIGHT);
        }
        SessionStickinessConfig stickiness = config.sessionStickinessConfig();
        if (stickiness == null) {
            return;
        }
        int idle = require(stickiness.idleTTL(), "sessionStickinessConfig.idleTTL");
        int maximum = require(stickiness.maximumTTL(), "sessionStickinessConfig.maximumTTL");
        boolean inRange = idle >= MIN_SECONDS && maximum <= MAX_SECONDS && idle <= maximum;
        if (!inRange) {
            throw invalidArgument(
                    "The parameter IdleTTL is " + idle + " and MaximumTTL is " + maximum + ", expected both to be "
                            + MIN_SECONDS + " to " + MAX_SECONDS + " and IdleTTL not above MaximumTTL");
        }
    }

    /** The number as it was written: a float's nearest double is another one. */
    private static double decimal(Float number) {
        return Double.parseDouble(number.toString());
    }
}
