package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionCode;
import software.amazon.awssdk.services.lambda.model.LoggingConfig;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.TracingMode;

/**
 * What AWS's requests can say and this release does not do. A request that says it is refused by name, since silence
 * would pass for consent; what an earlier release has stored is served without it. Members that change nothing on one
 * machine are not here: PriceClass, IsIPV6Enabled, the viewer's certificate, access controls of S3 and the like.
 */
final class UnofferedMembers {

    private static final int USUAL_STORAGE_MB = 512;

    /** A member, and what a shape says there; null or empty if it asks for nothing that would have to be done. */
    private record Member<T>(String name, Function<T, @Nullable String> asked) {}

    private static final List<Member<DistributionConfig>> OF_DISTRIBUTIONS = List.of(
            new Member<>("WebACLId", DistributionConfig::webACLId),
            new Member<>("AnycastIpListId", DistributionConfig::anycastIpListId),
            new Member<>("TenantConfig", config -> text(config.tenantConfig())),
            new Member<>("ConnectionMode", config -> otherThan("direct", config.connectionModeAsString())),
            new Member<>("ViewerMtlsConfig", config -> text(config.viewerMtlsConfig())),
            new Member<>("ConnectionFunctionAssociation", config -> text(config.connectionFunctionAssociation())));

    private static final List<Member<Origin>> OF_ORIGINS = List.of(
            new Member<>("VpcOriginConfig", origin -> text(origin.vpcOriginConfig())),
            new Member<>(
                    "ResponseCompletionTimeout", origin -> otherThan("0", text(origin.responseCompletionTimeout()))),
            new Member<>(
                    "OriginMtlsConfig",
                    origin -> origin.customOriginConfig() == null
                            ? null
                            : text(origin.customOriginConfig().originMtlsConfig())));

    private static final List<Member<DefaultCacheBehavior>> OF_BEHAVIORS = List.of(
            new Member<>("FieldLevelEncryptionId", DefaultCacheBehavior::fieldLevelEncryptionId),
            new Member<>("RealtimeLogConfigArn", DefaultCacheBehavior::realtimeLogConfigArn),
            new Member<>("SmoothStreaming", behavior -> otherThan("false", text(behavior.smoothStreaming()))),
            new Member<>(
                    "GrpcConfig",
                    behavior -> behavior.grpcConfig() == null
                            ? null
                            : otherThan("false", text(behavior.grpcConfig().enabled()))),
            new Member<>(
                    "TrustedSigners, which TrustedKeyGroups replace,",
                    behavior -> behavior.trustedSigners() == null
                                    || !Boolean.TRUE.equals(
                                            behavior.trustedSigners().enabled())
                            ? null
                            : behavior.trustedSigners().items().toString()));

    private static final List<Member<CreateFunctionRequest>> OF_FUNCTIONS = List.of(
            new Member<>("PackageType", asked -> otherThan(PackageType.ZIP.toString(), asked.packageTypeAsString())),
            new Member<>(
                    "Architectures",
                    asked -> asked.architectures().equals(List.of(Architecture.X86_64))
                            ? null
                            : items(asked.architecturesAsStrings())),
            new Member<>("Layers", asked -> items(asked.layers())),
            new Member<>(
                    "VpcConfig",
                    asked -> asked.vpcConfig() == null
                            ? null
                            : items(Stream.of(
                                            asked.vpcConfig().subnetIds(),
                                            asked.vpcConfig().securityGroupIds())
                                    .flatMap(List::stream)
                                    .toList())),
            new Member<>("FileSystemConfigs", asked -> items(asked.fileSystemConfigs())),
            new Member<>("ImageConfig", asked -> text(asked.imageConfig())),
            new Member<>("CodeSigningConfigArn", CreateFunctionRequest::codeSigningConfigArn),
            new Member<>(
                    "EphemeralStorage",
                    asked -> asked.ephemeralStorage() == null
                            ? null
                            : otherThan(
                                    String.valueOf(USUAL_STORAGE_MB),
                                    text(asked.ephemeralStorage().size()))),
            new Member<>(
                    "SnapStart",
                    asked -> asked.snapStart() == null
                            ? null
                            : otherThan("None", asked.snapStart().applyOnAsString())),
            new Member<>(
                    "TracingConfig",
                    asked -> asked.tracingConfig() == null
                            ? null
                            : otherThan(
                                    TracingMode.PASS_THROUGH.toString(),
                                    asked.tracingConfig().modeAsString())),
            new Member<>("LoggingConfig", asked -> logging(asked.loggingConfig())),
            new Member<>("CapacityProviderConfig", asked -> text(asked.capacityProviderConfig())),
            new Member<>("PublishTo", CreateFunctionRequest::publishToAsString),
            new Member<>("DurableConfig", asked -> text(asked.durableConfig())),
            new Member<>("TenancyConfig", asked -> text(asked.tenancyConfig())));

    private static final List<Member<FunctionCode>> OF_CODE = List.of(
            new Member<>("code from S3 (S3Bucket)", FunctionCode::s3Bucket),
            new Member<>("code from an image (ImageUri)", FunctionCode::imageUri),
            new Member<>("SourceKMSKeyArn", FunctionCode::sourceKMSKeyArn));

    private UnofferedMembers() {}

    /**
     * Refuses a distribution that asks for something not offered.
     *
     * @throws AwsError that names the first such member and its value
     */
    static void refuse(DistributionConfig config) {
        refuse(of(config));
    }

    /** The same for a function that is made. */
    static void refuse(CreateFunctionRequest request) {
        refuse(of(OF_FUNCTIONS, request, ""));
        if (request.code() != null) {
            refuse(of(OF_CODE, request.code(), ""));
        }
    }

    /** The same for changes of a function: of its configuration or of its code, which have members of the same names. */
    static void refuseChange(SdkPojo request) {
        refuse(of(
                OF_FUNCTIONS,
                Shapes.copy(request, CreateFunctionRequest.builder()).build(),
                ""));
        refuse(of(OF_CODE, Shapes.copy(request, FunctionCode.builder()).build(), ""));
    }

    /** What of a distribution's configuration is not done, each member with its value. */
    static List<String> of(DistributionConfig config) {
        List<String> found = new ArrayList<>(of(OF_DISTRIBUTIONS, config, ""));
        if (config.origins() != null) {
            config.origins()
                    .items()
                    .forEach(origin -> found.addAll(of(OF_ORIGINS, origin, " of origin '" + origin.id() + "'")));
        }
        if (config.defaultCacheBehavior() != null) {
            found.addAll(of(OF_BEHAVIORS, config.defaultCacheBehavior(), " of behavior '*'"));
        }
        if (config.cacheBehaviors() != null) {
            for (CacheBehavior behavior : config.cacheBehaviors().items()) {
                DefaultCacheBehavior same =
                        Shapes.copy(behavior, DefaultCacheBehavior.builder()).build();
                found.addAll(of(OF_BEHAVIORS, same, " of behavior '" + behavior.pathPattern() + "'"));
            }
        }
        return found;
    }

    private static <T> List<String> of(List<Member<T>> members, T shape, String where) {
        List<String> found = new ArrayList<>();
        for (Member<T> member : members) {
            String asked = member.asked.apply(shape);
            if (asked != null && !asked.isEmpty()) {
                found.add(member.name + " '" + asked + "'" + where);
            }
        }
        return found;
    }

    private static void refuse(List<String> unoffered) {
        if (!unoffered.isEmpty()) {
            throw AwsError.notOffered(unoffered.getFirst());
        }
    }

    /** CloudWatch's own groups and formats are not offered; AWS's usual ones are what everybody has. */
    private static @Nullable String logging(@Nullable LoggingConfig config) {
        boolean usual = config == null
                || (otherThan("Text", config.logFormatAsString()) == null
                        && config.applicationLogLevelAsString() == null
                        && config.systemLogLevelAsString() == null
                        && config.logGroup() == null);
        return usual ? null : text(config);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable String items(List<?> items) {
        return items.isEmpty() ? null : items.toString();
    }

    private static @Nullable String otherThan(String usual, @Nullable String value) {
        return usual.equals(value) ? null : value;
    }
}
