package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;

/** The stock AWS SDK through every operation, with a node that follows. */
class AwsSessionTest {

    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    @TempDir
    private Path data;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    private TestPlane aws;
    private FakeNode node;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, state());
        node = aws.node("lhr-1").following("null");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void functionIsCreatedReadListedAndDeleted() {
        CreateFunctionResponse created = aws.lambda.createFunction(TestPlane.function("hello")
                .environment(environment -> environment.variables(Map.of("SECRET", "value")))
                .tags(Map.of("team", "edge"))
                .build());
        assertThat(created.functionArn()).isEqualTo(HELLO);
        assertThat(created.version()).isEqualTo("$LATEST");
        assertThat(created.state()).isEqualTo(State.ACTIVE);
        assertThat(created.lastUpdateStatus()).isEqualTo(LastUpdateStatus.SUCCESSFUL);
        assertThat(created.timeout()).isEqualTo(3);
        assertThat(created.memorySize()).isEqualTo(128);
        assertThat(created.environment().variables()).containsEntry("SECRET", "value");

        GetFunctionResponse got = aws.lambda.getFunction(request -> request.functionName(HELLO));
        assertThat(got.configuration().codeSha256()).isEqualTo(created.codeSha256());
        assertThat(got.tags()).containsEntry("team", "edge");
        assertThat(aws.lambda
                        .getFunctionConfiguration(request -> request.functionName("hello"))
                        .revisionId())
                .isEqualTo(created.revisionId());
        assertThat(aws.lambda.listFunctionsPaginator().functions())
                .extracting(FunctionConfiguration::functionName)
                .containsExactly("hello");

        aws.lambda.deleteFunction(request -> request.functionName("hello"));
        assertThat(aws.lambda.listFunctions().functions()).isEmpty();
    }

    @Test
    void versionIsPublishedOnlyWhenSomethingChanged() {
        aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
        assertThat(publish().version()).isEqualTo("1");

        UpdateFunctionCodeResponse dry = aws.lambda.updateFunctionCode(request ->
                request.functionName("hello").zipFile(TestPlane.zip("// two")).dryRun(true));
        assertThat(publish().version()).as("a dry run changes nothing").isEqualTo("1");

        UpdateFunctionCodeResponse updated = aws.lambda.updateFunctionCode(
                request -> request.functionName("hello").zipFile(TestPlane.zip("// two")));
        assertThat(updated.codeSha256()).isEqualTo(dry.codeSha256());
        PublishVersionResponse second = publish();
        assertThat(second.version()).isEqualTo("2");
        assertThat(second.functionArn()).isEqualTo(HELLO + ":2");

        aws.lambda.updateFunctionConfiguration(
                request -> request.functionName("hello").timeout(5).memorySize(256));
        assertThat(publish().version()).isEqualTo("3");
        assertThat(aws.lambda
                        .getFunctionConfiguration(
                                request -> request.functionName("hello").qualifier("2"))
                        .timeout())
                .as("published versions do not change")
                .isEqualTo(3);

        aws.lambda.deleteFunction(request -> request.functionName("hello").qualifier("3"));
        assertThat(aws.lambda
                        .listVersionsByFunction(request -> request.functionName("hello"))
                        .versions())
                .extracting(FunctionConfiguration::version)
                .containsExactly("$LATEST", "1", "2");
    }

    @Test
    void distributionGoesThroughItsLife() {
        CreateDistributionResponse created = aws.cloudFront.createDistribution(request ->
                request.distributionConfig(TestPlane.distribution("one").build()));
        String id = created.distribution().id();
        assertThat(id).matches("E[A-Z0-9]{13}");
        assertThat(created.location()).endsWith("/2020-05-31/distribution/" + id);
        assertThat(created.distribution().domainName()).isEqualTo(id.toLowerCase(Locale.ROOT) + ".cdn.localhost");
        assertThat(created.distribution().arn()).isEqualTo("arn:aws:cloudfront::000000000000:distribution/" + id);

        GetDistributionResponse got = aws.cloudFront.getDistribution(request -> request.id(id));
        assertThat(got.distribution().status()).isEqualTo("Deployed");
        assertThat(got.eTag()).isEqualTo(created.eTag());
        assertThat(served().distribution(id)).isPresent();

        GetDistributionConfigResponse config = aws.cloudFront.getDistributionConfig(request -> request.id(id));
        UpdateDistributionResponse updated = aws.cloudFront.updateDistribution(request -> request.id(id)
                .ifMatch(config.eTag())
                .distributionConfig(
                        config.distributionConfig().toBuilder().enabled(false).build()));
        assertThat(updated.eTag()).isNotEqualTo(config.eTag());
        assertThat(aws.cloudFront
                        .listDistributions(request -> {})
                        .distributionList()
                        .items())
                .singleElement()
                .satisfies(summary -> {
                    assertThat(summary.id()).isEqualTo(id);
                    assertThat(summary.enabled()).isFalse();
                    assertThat(summary.comment()).isEqualTo("a test");
                });
        waitUntilDeployed(id);
        assertThat(served().distribution(id).orElseThrow().enabled()).isFalse();

        aws.cloudFront.deleteDistribution(request -> request.id(id).ifMatch(updated.eTag()));
        assertThat(aws.cloudFront
                        .listDistributions(request -> {})
                        .distributionList()
                        .quantity())
                .isZero();
    }

    @Test
    void sameCallerReferenceAndConfigurationGiveTheSameDistribution() {
        DistributionConfig config = TestPlane.distribution("one").build();
        CreateDistributionResponse first = aws.cloudFront.createDistribution(r -> r.distributionConfig(config));
        CreateDistributionResponse second = aws.cloudFront.createDistribution(r -> r.distributionConfig(config));

        assertThat(second.distribution().id()).isEqualTo(first.distribution().id());
        assertThat(second.eTag()).isEqualTo(first.eTag());
    }

    @Test
    void distributionIsCreatedWithTags() {
        var created = aws.cloudFront.createDistributionWithTags(request -> request.distributionConfigWithTags(
                with -> with.distributionConfig(TestPlane.distribution("tagged").build())
                        .tags(tags ->
                                tags.items(Tag.builder().key("k").value("v").build()))));

        assertThat(aws.cloudFront
                        .listTagsForResource(request ->
                                request.resource(created.distribution().arn()))
                        .tags()
                        .items())
                .containsExactly(Tag.builder().key("k").value("v").build());
    }

    @Test
    void newFunctionVersionReachesTheNodeWithTheUpdate() {
        aws.lambda.createFunction(TestPlane.function("hello")
                .publish(true)
                .environment(environment -> environment.variables(Map.of("SECRET", "value")))
                .build());
        String id = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("one")
                        .defaultCacheBehavior(TestPlane.behavior()
                                .cachePolicyId(CachePolicy.RFC9111_ID)
                                .lambdaFunctionAssociations(associations(HELLO + ":1"))
                                .build())
                        .build()))
                .distribution()
                .id();
        waitUntilDeployed(id);
        assertThat(served().all(FunctionVersion.class)).singleElement().satisfies(version -> {
            assertThat(version.id()).isEqualTo(HELLO + ":1");
            assertThat(version.handler()).isEqualTo("index.handler");
            assertThat(version.environment()).isEmpty();
            assertThat(version.sealedVariables()).as("variables travel sealed").isNotNull();
        });
        Distribution distribution = served().distribution(id).orElseThrow();
        assertThat(distribution.defaultBehavior().functionAssociations())
                .extracting(Distribution.FunctionAssociation::eventType)
                .containsExactly(EventType.VIEWER_REQUEST, EventType.ORIGIN_RESPONSE);
        assertThat(distribution.defaultBehavior().allowedMethods()).containsExactly("*");

        aws.lambda.updateFunctionCode(request ->
                request.functionName("hello").zipFile(TestPlane.zip("// two")).publish(true));
        GetDistributionConfigResponse config = aws.cloudFront.getDistributionConfig(request -> request.id(id));
        aws.cloudFront.updateDistribution(request -> request.id(id)
                .ifMatch(config.eTag())
                .distributionConfig(config.distributionConfig().toBuilder()
                        .defaultCacheBehavior(behavior -> behavior.targetOriginId("site")
                                .viewerProtocolPolicy("allow-all")
                                .cachePolicyId(CachePolicy.RFC9111_ID)
                                .lambdaFunctionAssociations(associations(HELLO + ":2")))
                        .build()));
        waitUntilDeployed(id);
        FunctionVersion version = served().all(FunctionVersion.class).getFirst();
        assertThat(version.id()).isEqualTo(HELLO + ":2");
    }

    @Test
    void codeThatTheSnapshotNamesCanBeFetched() throws Exception {
        aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
        String id = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("one")
                        .defaultCacheBehavior(TestPlane.behavior()
                                .lambdaFunctionAssociations(associations(HELLO + ":1"))
                                .build())
                        .build()))
                .distribution()
                .id();
        waitUntilDeployed(id);

        FunctionVersion version = served().all(FunctionVersion.class).getFirst();
        assertThat(node.code(version.codeSha256()).body())
                .hasSize((int) version.codeBytes())
                .isEqualTo(TestPlane.function("hello").build().code().zipFile().asByteArray());
    }

    @Test
    void invalidationReachesTheNodeAndCompletes() {
        String id = aws.cloudFront
                .createDistribution(request ->
                        request.distributionConfig(TestPlane.distribution("one").build()))
                .distribution()
                .id();
        CreateInvalidationResponse created = invalidate(id, "ref", "/a/*", "/b");
        String invalidationId = created.invalidation().id();
        assertThat(invalidationId).matches("I[A-Z0-9]{13}");

        assertThat(aws.cloudFront
                        .getInvalidation(request -> request.distributionId(id).id(invalidationId))
                        .invalidation()
                        .status())
                .isEqualTo("Completed");
        assertThat(served().all(Invalidation.class))
                .containsExactly(new Invalidation(invalidationId, id, List.of("/a/*", "/b")));
        assertThat(invalidate(id, "ref", "/a/*", "/b").invalidation().id())
                .as("the same caller reference")
                .isEqualTo(invalidationId);
        assertThat(aws.cloudFront
                        .listInvalidations(request -> request.distributionId(id))
                        .invalidationList()
                        .items())
                .singleElement()
                .satisfies(summary -> assertThat(summary.id()).isEqualTo(invalidationId));
    }

    @Test
    void managedPoliciesAreListedAndRead() {
        assertThat(aws.cloudFront
                        .listCachePolicies(request -> {})
                        .cachePolicyList()
                        .items())
                .extracting(summary -> summary.cachePolicy().cachePolicyConfig().name())
                .contains("Managed-CachingOptimized", "Managed-CachingDisabled", "Nearside-RFC9111");
        assertThat(aws.cloudFront
                        .getCachePolicy(request -> request.id("658327ea-f89d-4fab-a63d-7e88639e58f6"))
                        .cachePolicy()
                        .cachePolicyConfig()
                        .defaultTTL())
                .isEqualTo(86_400);
        assertThat(aws.cloudFront
                        .listOriginRequestPolicies(request -> request.type("managed"))
                        .originRequestPolicyList()
                        .quantity())
                .isEqualTo(8);
        assertThat(aws.cloudFront
                        .getOriginRequestPolicy(request -> request.id("33f36d7e-f396-46d9-90e0-52428a34d9dc"))
                        .originRequestPolicy()
                        .originRequestPolicyConfig()
                        .headersConfig()
                        .headerBehaviorAsString())
                .isEqualTo("allViewerAndWhitelistCloudFront");
    }

    @Test
    void callerIsTheAccount() {
        assertThat(aws.sts.getCallerIdentity().account()).isEqualTo("000000000000");
    }

    @Test
    void zipOfManyMegabytesIsTaken() {
        byte[] noise = new byte[30 * 1024 * 1024];
        new SplittableRandom(1).nextBytes(noise);
        byte[] zip = TestPlane.zip(Map.of("index.js", new byte[] {'/', '/'}, "noise.bin", noise));

        CreateFunctionResponse created = aws.lambda.createFunction(TestPlane.function("large")
                .code(code -> code.zipFile(SdkBytes.fromByteArrayUnsafe(zip)))
                .build());
        assertThat(created.codeSize()).isEqualTo(zip.length);
    }

    private PublishVersionResponse publish() {
        return aws.lambda.publishVersion(request -> request.functionName("hello"));
    }

    private CreateInvalidationResponse invalidate(String id, String reference, String... paths) {
        return aws.cloudFront.createInvalidation(request -> request.distributionId(id)
                .invalidationBatch(batch -> batch.callerReference(reference)
                        .paths(p -> p.quantity(paths.length).items(paths))));
    }

    private void waitUntilDeployed(String id) {
        aws.cloudFront.waiter().waitUntilDistributionDeployed(request -> request.id(id));
    }

    private Snapshot served() {
        return node.snapshot();
    }

    private static LambdaFunctionAssociations associations(String arn) {
        return LambdaFunctionAssociations.builder()
                .quantity(2)
                .items(
                        LambdaFunctionAssociation.builder()
                                .eventType("viewer-request")
                                .lambdaFunctionARN(arn)
                                .includeBody(true)
                                .build(),
                        LambdaFunctionAssociation.builder()
                                .eventType("origin-response")
                                .lambdaFunctionARN(arn)
                                .build())
                .build();
    }
}
