package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinition;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FileSystemConfig;

/** What becomes of each member of AWS's requests: it is used, accepted because it changes nothing here, or refused. */
class UnofferedMembersTest {

    /** Members that decide something: the mappings read them, and their own tests say what they do. */
    private static final List<String> USED = List.of(
            "Aliases",
            "CacheTagConfig",
            "CallerReference",
            "Comment",
            "ContinuousDeploymentPolicyId",
            "CustomErrorResponses",
            "DefaultCacheBehavior.AllowedMethods",
            "DefaultCacheBehavior.CachePolicyId",
            "DefaultCacheBehavior.Compress",
            "DefaultCacheBehavior.DefaultTTL",
            "DefaultCacheBehavior.ForwardedValues",
            "DefaultCacheBehavior.FunctionAssociations",
            "DefaultCacheBehavior.LambdaFunctionAssociations",
            "DefaultCacheBehavior.MaxTTL",
            "DefaultCacheBehavior.MinTTL",
            "DefaultCacheBehavior.OriginRequestPolicyId",
            "DefaultCacheBehavior.PathPattern",
            "DefaultCacheBehavior.ResponseHeadersPolicyId",
            "DefaultCacheBehavior.TargetOriginId",
            "DefaultCacheBehavior.TrustedKeyGroups",
            "DefaultCacheBehavior.ViewerProtocolPolicy",
            "DefaultRootObject",
            "Enabled",
            "HttpVersion",
            "Logging",
            "OriginGroups",
            "Origins.ConnectionAttempts",
            "Origins.ConnectionTimeout",
            "Origins.CustomHeaders",
            "Origins.CustomOriginConfig.HTTPPort",
            "Origins.CustomOriginConfig.HTTPSPort",
            "Origins.CustomOriginConfig.OriginKeepaliveTimeout",
            "Origins.CustomOriginConfig.OriginProtocolPolicy",
            "Origins.CustomOriginConfig.OriginReadTimeout",
            "Origins.CustomOriginConfig.OriginSslProtocols",
            "Origins.DomainName",
            "Origins.Id",
            "Origins.OriginPath",
            "Origins.OriginShield",
            "Origins.S3OriginConfig.OriginReadTimeout",
            "Restrictions",
            "Staging");

    /** Members that are taken and shown and change nothing on this machine. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "IsIPV6Enabled",
            // A local origin has no access control, and whichever of its addresses answers is taken.
            "Origins.CustomOriginConfig.IpAddressType",
            "Origins.OriginAccessControlId",
            "Origins.S3OriginConfig.OriginAccessIdentity",
            // Every node of this world is in use, and its certificates come from the local authority.
            "PriceClass",
            "ViewerCertificate");

    private static final List<String> REFUSED = List.of(
            "AnycastIpListId",
            "ConnectionFunctionAssociation",
            "ConnectionMode",
            "DefaultCacheBehavior.FieldLevelEncryptionId",
            "DefaultCacheBehavior.GrpcConfig",
            "DefaultCacheBehavior.RealtimeLogConfigArn",
            "DefaultCacheBehavior.SmoothStreaming",
            "DefaultCacheBehavior.TrustedSigners",
            "Origins.CustomOriginConfig.OriginMtlsConfig",
            "Origins.ResponseCompletionTimeout",
            "Origins.VpcOriginConfig",
            "TenantConfig",
            "ViewerMtlsConfig",
            "WebACLId");

    @Test
    void everyMemberOfADistributionIsKnown() {
        Set<String> members = new TreeSet<>();
        collect(DistributionConfig.builder(), "", members);

        assertThat(members)
                .hasSizeGreaterThan(70)
                .allSatisfy(member -> assertThat(Stream.of(USED, WITHOUT_EFFECT, REFUSED)
                                .flatMap(List::stream)
                                .filter(known -> member.equals(known) || member.startsWith(known + ".")))
                        .as(member + " is new: use it, or say what becomes of it")
                        .hasSize(1));
        assertThat(Stream.of(USED, WITHOUT_EFFECT, REFUSED).flatMap(List::stream))
                .as("of members that AWS has no more")
                .allSatisfy(known ->
                        assertThat(members).anyMatch(member -> member.equals(known) || member.startsWith(known + ".")));
    }

    /** The paths of all members below a shape; both kinds of behavior have the same. */
    private static void collect(SdkPojo shape, String path, Set<String> members) {
        for (SdkField<?> field : shape.sdkFields()) {
            String name = field.memberName();
            if (name.equals("Quantity")) {
                continue;
            }
            String below = name.equals("Items") ? path : path.isEmpty() ? name : path + "." + name;
            SdkField<?> element = field.getOptionalTrait(ListTrait.class)
                    .<SdkField<?>>map(ListTrait::memberFieldInfo)
                    .orElse(field);
            if (element.constructor() == null) {
                members.add(below.replace("CacheBehaviors.", "DefaultCacheBehavior."));
            } else {
                collect(element.constructor().get(), below, members);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> membersOfDistributionsAreRefusedByName() {
        return Stream.of(
                distribution("WebACLId 'acl'", c -> c.webACLId("acl")),
                distribution("AnycastIpListId 'ips'", c -> c.anycastIpListId("ips")),
                distribution(
                        "TenantConfig",
                        c -> c.tenantConfig(t -> t.parameterDefinitions(
                                ParameterDefinition.builder().name("n").build()))),
                distribution("ConnectionMode 'tenant-only'", c -> c.connectionMode("tenant-only")),
                distribution("ViewerMtlsConfig", c -> c.viewerMtlsConfig(m -> m.mode("required"))),
                distribution(
                        "ConnectionFunctionAssociation", c -> c.connectionFunctionAssociation(f -> f.id("function"))),
                distribution(
                        "FieldLevelEncryptionId 'fle' of behavior '*'", behavior(b -> b.fieldLevelEncryptionId("fle"))),
                distribution(
                        "RealtimeLogConfigArn 'arn:log' of behavior '*'",
                        behavior(b -> b.realtimeLogConfigArn("arn:log"))),
                distribution("SmoothStreaming 'true' of behavior '*'", behavior(b -> b.smoothStreaming(true))),
                distribution("GrpcConfig 'true' of behavior '*'", behavior(b -> b.grpcConfig(g -> g.enabled(true)))),
                distribution(
                        "TrustedSigners, which TrustedKeyGroups replace, '[self]' of behavior '*'",
                        behavior(b -> b.trustedSigners(
                                t -> t.enabled(true).quantity(1).items("self")))),
                distribution(
                        "SmoothStreaming 'true' of behavior '/live/*'",
                        c -> c.cacheBehaviors(all -> all.quantity(1)
                                .items(TestPlane.behavior("/live/*")
                                        .smoothStreaming(true)
                                        .build()))),
                distribution(
                        "VpcOriginConfig",
                        origin(o -> o.customOriginConfig((CustomOriginConfig) null)
                                .vpcOriginConfig(v -> v.vpcOriginId("vo_1")))),
                distribution(
                        "ResponseCompletionTimeout '60' of origin 'site'",
                        origin(o -> o.responseCompletionTimeout(60))),
                distribution(
                        "OriginMtlsConfig",
                        origin(o -> o.customOriginConfig(o.build().customOriginConfig().toBuilder()
                                .originMtlsConfig(m -> m.clientCertificateArn("arn:cert"))
                                .build()))));
    }

    /** What asks for nothing, and what is taken because it changes nothing: nodes get the very same. */
    @TestFactory
    Stream<DynamicTest> membersThatChangeNothingAreTaken() {
        return Stream.of(
                taken("PriceClass", c -> c.priceClass("PriceClass_100")),
                taken("IsIPV6Enabled", c -> c.isIPV6Enabled(false)),
                taken("WebACLId, empty", c -> c.webACLId("")),
                taken("ConnectionMode, direct", c -> c.connectionMode("direct")),
                taken(
                        "ViewerCertificate",
                        c -> c.viewerCertificate(v -> v.acmCertificateArn("arn:aws:acm:us-east-1:1:certificate/1")
                                .sslSupportMethod("sni-only")
                                .minimumProtocolVersion("TLSv1.2_2021"))),
                taken("FieldLevelEncryptionId, empty", behavior(b -> b.fieldLevelEncryptionId(""))),
                taken("SmoothStreaming, off", behavior(b -> b.smoothStreaming(false))),
                taken("GrpcConfig, off", behavior(b -> b.grpcConfig(g -> g.enabled(false)))),
                taken(
                        "TrustedSigners, off",
                        behavior(b -> b.trustedSigners(t -> t.enabled(false).quantity(0)))),
                taken("OriginAccessControlId", origin(o -> o.originAccessControlId("E1OAC"))),
                taken(
                        "IpAddressType",
                        origin(o -> o.customOriginConfig(o.build().customOriginConfig().toBuilder()
                                .ipAddressType("dualstack")
                                .build()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "origin-access-identity/cloudfront/E1OAI"})
    void identityForABucketIsTaken(String identity) {
        DistributionConfig bucket = origin(o -> o.domainName("b.s3.amazonaws.com")
                        .customOriginConfig((CustomOriginConfig) null)
                        .s3OriginConfig(s3 -> s3.originAccessIdentity(identity).originReadTimeout(7)))
                .apply(TestPlane.distribution("r"))
                .build();

        RequestedConfig.check(bucket);
        assertThat(map(bucket).toString()).contains("readTimeoutSeconds=7");
    }

    @TestFactory
    Stream<DynamicTest> membersOfFunctionsAreRefusedByName() {
        return Stream.of(
                function("PackageType 'Image'", f -> f.packageType("Image")),
                function("Architectures '[arm64]'", f -> f.architecturesWithStrings("arm64")),
                function("Layers '[arn:layer]'", f -> f.layers("arn:layer")),
                function("VpcConfig '[subnet-1]'", f -> f.vpcConfig(v -> v.subnetIds("subnet-1"))),
                function(
                        "FileSystemConfigs",
                        f -> f.fileSystemConfigs(FileSystemConfig.builder()
                                .arn("arn:efs")
                                .localMountPath("/mnt/a")
                                .build())),
                function("ImageConfig", f -> f.imageConfig(i -> i.command("run"))),
                function("CodeSigningConfigArn 'arn:csc'", f -> f.codeSigningConfigArn("arn:csc")),
                function("EphemeralStorage '1024'", f -> f.ephemeralStorage(e -> e.size(1024))),
                function("SnapStart 'PublishedVersions'", f -> f.snapStart(s -> s.applyOn("PublishedVersions"))),
                function("TracingConfig 'Active'", f -> f.tracingConfig(t -> t.mode("Active"))),
                function("LoggingConfig", f -> f.loggingConfig(l -> l.logFormat("JSON"))),
                function("LoggingConfig", f -> f.loggingConfig(l -> l.logGroup("/mine"))),
                function("PublishTo 'LATEST_PUBLISHED'", f -> f.publishTo("LATEST_PUBLISHED")),
                function("DurableConfig", f -> f.durableConfig(d -> d.executionTimeout(9))),
                function("TenancyConfig", f -> f.tenancyConfig(t -> t.tenantIsolationMode("PER_TENANT"))),
                function(
                        "code from S3 (S3Bucket) 'b'",
                        f -> f.code(c -> c.s3Bucket("b").s3Key("k"))),
                function("code from an image (ImageUri) 'i'", f -> f.code(c -> c.imageUri("i"))));
    }

    @Test
    void usualWordsOfFunctionsAreTaken() {
        CreateFunctionRequest usual = TestPlane.function("f")
                .packageType("Zip")
                .architecturesWithStrings("x86_64")
                .vpcConfig(v -> v.subnetIds(List.of()))
                .ephemeralStorage(e -> e.size(512))
                .snapStart(s -> s.applyOn("None"))
                .tracingConfig(t -> t.mode("PassThrough"))
                .loggingConfig(l -> l.logFormat("Text"))
                .build();

        assertThatCode(() -> UnofferedMembers.refuse(usual)).doesNotThrowAnyException();
    }

    private static DynamicTest distribution(String named, UnaryOperator<DistributionConfig.Builder> edit) {
        DistributionConfig config = edit.apply(TestPlane.distribution("r")).build();
        return DynamicTest.dynamicTest(named, () -> {
            assertRefused(named, () -> RequestedConfig.check(config));
            assertThat(UnofferedMembers.of(config))
                    .singleElement()
                    .satisfies(one -> assertThat(one).startsWith(named));
        });
    }

    private static DynamicTest function(String named, UnaryOperator<CreateFunctionRequest.Builder> edit) {
        return DynamicTest.dynamicTest(
                named,
                () -> assertRefused(
                        named,
                        () -> UnofferedMembers.refuse(
                                edit.apply(TestPlane.function("f")).build())));
    }

    private static void assertRefused(String named, Runnable check) {
        AwsError refused = catchThrowableOfType(AwsError.class, check::run);
        assertThat(refused).isNotNull();
        assertThat(refused.status()).isEqualTo(501);
        assertThat(refused.code()).isEqualTo("NotImplemented");
        assertThat(refused.text()).startsWith(named).endsWith(" is not offered by this release of Nearside");
    }

    private static DynamicTest taken(String row, UnaryOperator<DistributionConfig.Builder> edit) {
        DistributionConfig config = edit.apply(TestPlane.distribution("r")).build();
        return DynamicTest.dynamicTest(row, () -> {
            RequestedConfig.check(config);
            assertThat(map(config)).isEqualTo(map(TestPlane.distribution("r").build()));
        });
    }

    private static UnaryOperator<DistributionConfig.Builder> behavior(
            UnaryOperator<DefaultCacheBehavior.Builder> edit) {
        return config ->
                config.defaultCacheBehavior(edit.apply(TestPlane.behavior()).build());
    }

    private static UnaryOperator<DistributionConfig.Builder> origin(UnaryOperator<Origin.Builder> edit) {
        return config -> {
            Origin origin = config.build().origins().items().getFirst();
            return config.origins(
                    o -> o.quantity(1).items(edit.apply(origin.toBuilder()).build()));
        };
    }

    private static List<Resource> map(DistributionConfig config) {
        return DistributionMapping.map(
                "E1",
                config,
                new References((arn, name, version) -> Optional.empty(), kind -> List.of(), id -> Optional.empty()));
    }
}
