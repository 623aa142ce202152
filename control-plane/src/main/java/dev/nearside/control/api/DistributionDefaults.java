package dev.nearside.control.api;

import dev.nearside.control.aws.Shapes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CacheBehaviors;
import software.amazon.awssdk.services.cloudfront.model.CachedMethods;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;
import software.amazon.awssdk.services.cloudfront.model.CustomHeaders;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginGroups;
import software.amazon.awssdk.services.cloudfront.model.OriginShield;
import software.amazon.awssdk.services.cloudfront.model.Origins;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;
import software.amazon.awssdk.services.cloudfront.model.Restrictions;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.TrustedSigners;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

/** Fills in what CloudFront fills in, because tools read configurations back and count on every member. */
final class DistributionDefaults {

    private static final Aliases NO_ALIASES = Aliases.builder().quantity(0).build();
    private static final CacheBehaviors NO_BEHAVIORS =
            CacheBehaviors.builder().quantity(0).build();
    private static final CustomErrorResponses NO_ERROR_RESPONSES =
            CustomErrorResponses.builder().quantity(0).build();
    private static final OriginGroups NO_GROUPS =
            OriginGroups.builder().quantity(0).build();
    private static final CustomHeaders NO_HEADERS =
            CustomHeaders.builder().quantity(0).build();
    private static final OriginShield NO_SHIELD =
            OriginShield.builder().enabled(false).build();
    private static final TrustedKeyGroups NO_KEY_GROUPS =
            TrustedKeyGroups.builder().enabled(false).quantity(0).build();
    private static final TrustedSigners NO_SIGNERS =
            TrustedSigners.builder().enabled(false).quantity(0).build();
    private static final LambdaFunctionAssociations NO_LAMBDA =
            LambdaFunctionAssociations.builder().quantity(0).build();
    private static final FunctionAssociations NO_FUNCTIONS =
            FunctionAssociations.builder().quantity(0).build();
    private static final List<Method> READS = List.of(Method.HEAD, Method.GET);
    private static final CachedMethods CACHED_READS =
            CachedMethods.builder().quantity(2).items(READS).build();
    private static final AllowedMethods READ_ONLY = AllowedMethods.builder()
            .quantity(2)
            .items(READS)
            .cachedMethods(CACHED_READS)
            .build();
    private static final LoggingConfig NO_LOGGING = LoggingConfig.builder()
            .enabled(false)
            .includeCookies(false)
            .bucket("")
            .prefix("")
            .build();
    private static final ViewerCertificate DEFAULT_CERTIFICATE = ViewerCertificate.builder()
            .cloudFrontDefaultCertificate(true)
            .minimumProtocolVersion("TLSv1")
            .build();
    private static final Restrictions NO_RESTRICTIONS = Restrictions.builder()
            .geoRestriction(geo -> geo.restrictionType(GeoRestrictionType.NONE).quantity(0))
            .build();

    private DistributionDefaults() {}

    /** The configuration with every absent member that has a default set to it. */
    static DistributionConfig complete(DistributionConfig config) {
        return config.toBuilder()
                .aliases(orElse(config.aliases(), NO_ALIASES))
                .defaultRootObject(orElse(config.defaultRootObject(), ""))
                .origins(origins(config.origins()))
                .originGroups(orElse(config.originGroups(), NO_GROUPS))
                .defaultCacheBehavior(behavior(config.defaultCacheBehavior()))
                .cacheBehaviors(behaviors(config.cacheBehaviors()))
                .customErrorResponses(errorResponses(config.customErrorResponses()))
                .comment(orElse(config.comment(), ""))
                .logging(orElse(LoggingMapping.stored(config.logging()), NO_LOGGING))
                .priceClass(orElse(config.priceClassAsString(), PriceClass.PRICE_CLASS_ALL.toString()))
                .viewerCertificate(orElse(config.viewerCertificate(), DEFAULT_CERTIFICATE))
                .restrictions(orElse(config.restrictions(), NO_RESTRICTIONS))
                .webACLId(orElse(config.webACLId(), ""))
                .httpVersion(orElse(config.httpVersionAsString(), HttpVersion.HTTP2.toString()))
                .isIPV6Enabled(orElse(config.isIPV6Enabled(), true))
                .staging(orElse(config.staging(), false))
                .continuousDeploymentPolicyId(orElse(config.continuousDeploymentPolicyId(), ""))
                .build();
    }

    private static @Nullable Origins origins(@Nullable Origins origins) {
        return origins == null
                ? null
                : origins.toBuilder()
                        .items(origins.items().stream()
                                .map(DistributionDefaults::origin)
                                .toList())
                        .build();
    }

    private static Origin origin(Origin origin) {
        Origin.Builder complete = origin.toBuilder()
                .originPath(orElse(origin.originPath(), ""))
                .customHeaders(orElse(origin.customHeaders(), NO_HEADERS))
                .connectionAttempts(orElse(origin.connectionAttempts(), 3))
                .connectionTimeout(orElse(origin.connectionTimeout(), 10))
                .originShield(orElse(origin.originShield(), NO_SHIELD));
        CustomOriginConfig custom = origin.customOriginConfig();
        if (custom != null) {
            complete.customOriginConfig(custom.toBuilder()
                    .originReadTimeout(orElse(custom.originReadTimeout(), 30))
                    .originKeepaliveTimeout(orElse(custom.originKeepaliveTimeout(), 5))
                    .build());
        }
        return complete.build();
    }

    private static CustomErrorResponses errorResponses(@Nullable CustomErrorResponses responses) {
        if (responses == null || responses.items().isEmpty()) {
            return orElse(responses, NO_ERROR_RESPONSES);
        }
        return responses.toBuilder()
                .items(responses.items().stream()
                        .map(response -> response.toBuilder()
                                .responsePagePath(orElse(response.responsePagePath(), ""))
                                .responseCode(orElse(response.responseCode(), ""))
                                .errorCachingMinTTL(
                                        orElse(response.errorCachingMinTTL(), ErrorResponseMapping.DEFAULT_MIN_TTL))
                                .build())
                        .toList())
                .build();
    }

    private static CacheBehaviors behaviors(@Nullable CacheBehaviors behaviors) {
        if (behaviors == null || behaviors.items().isEmpty()) {
            return orElse(behaviors, NO_BEHAVIORS);
        }
        return behaviors.toBuilder()
                .items(behaviors.items().stream()
                        .map(DistributionDefaults::behavior)
                        .toList())
                .build();
    }

    /** Both kinds of behavior have the same members, but for the pattern. */
    private static CacheBehavior behavior(CacheBehavior behavior) {
        DefaultCacheBehavior same =
                Shapes.copy(behavior, DefaultCacheBehavior.builder()).build();
        DefaultCacheBehavior complete = Objects.requireNonNull(behavior(same));
        return Shapes.copy(complete, CacheBehavior.builder())
                .pathPattern(behavior.pathPattern())
                .build();
    }

    private static @Nullable DefaultCacheBehavior behavior(@Nullable DefaultCacheBehavior behavior) {
        if (behavior == null) {
            return null;
        }
        AllowedMethods methods = orElse(behavior.allowedMethods(), READ_ONLY);
        AllowedMethods complete = methods.toBuilder()
                .cachedMethods(orElse(methods.cachedMethods(), CACHED_READS))
                .build();
        return behavior.toBuilder()
                .trustedSigners(orElse(behavior.trustedSigners(), NO_SIGNERS))
                .trustedKeyGroups(orElse(behavior.trustedKeyGroups(), NO_KEY_GROUPS))
                .allowedMethods(complete)
                .smoothStreaming(orElse(behavior.smoothStreaming(), false))
                .compress(orElse(behavior.compress(), false))
                .lambdaFunctionAssociations(orElse(behavior.lambdaFunctionAssociations(), NO_LAMBDA))
                .functionAssociations(orElse(behavior.functionAssociations(), NO_FUNCTIONS))
                .fieldLevelEncryptionId(orElse(behavior.fieldLevelEncryptionId(), ""))
                .build();
    }

    private static <T> T orElse(@Nullable T value, T usual) {
        return value == null ? usual : value;
    }
}
