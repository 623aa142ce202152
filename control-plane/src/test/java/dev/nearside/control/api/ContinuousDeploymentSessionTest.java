package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleWeight;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Snapshot;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.TrafficConfig;
import software.amazon.awssdk.services.cloudfront.model.UpdateContinuousDeploymentPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

/** The stock AWS SDK through a continuous deployment, from the copy to the promotion, with nodes that follow. */
class ContinuousDeploymentSessionTest {

    @TempDir
    private Path data;

    private TestPlane aws;
    private FakeNode node;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        node = aws.node("lhr-1");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void stagingIsCopiedTriedAndPromoted() throws Exception {
        String primary = primary();
        String staging = copy(primary, "copy").distribution().id();
        CreateContinuousDeploymentPolicyResponse created = policy(staging, header("blue"));
        String policyId = created.continuousDeploymentPolicy().id();
        assertThat(created.location()).endsWith("/2020-05-31/continuous-deployment-policy/" + policyId);
        attach(primary, policyId);
        change(staging, config -> config.defaultRootObject("next.html").comment("next"));

        Distribution copied = served().distribution(staging).orElseThrow();
        assertThat(copied.staging()).isTrue();
        assertThat(copied.aliases()).isEmpty();
        assertThat(served().distribution(primary).orElseThrow().continuousDeploymentPolicyId())
                .isEqualTo(policyId);
        assertThat(servedPolicy(policyId))
                .isEqualTo(new ContinuousDeploymentPolicy(
                        policyId, true, staging, new SingleHeader("aws-cf-cd-try", "blue"), null));

        long before = served().revision();
        String primaryTag = etag(primary);
        var promoted = aws.cloudFront.updateDistributionWithStagingConfig(
                r -> r.id(primary).stagingDistributionId(staging).ifMatch(primaryTag + ", " + etag(staging)));
        assertThat(promoted.eTag()).isNotEqualTo(primaryTag).isEqualTo(etag(primary));
        DistributionConfig config = promoted.distribution().distributionConfig();
        assertThat(config.defaultRootObject()).isEqualTo("next.html");
        assertThat(config.callerReference()).isEqualTo("primary");
        assertThat(config.aliases().items()).containsExactly("www.example.com");
        assertThat(config.staging()).isFalse();
        assertThat(config.continuousDeploymentPolicyId()).isEqualTo(policyId);
        assertThat(served().revision()).as("all at once").isEqualTo(before + 1);
        assertThat(servedPolicy(policyId).enabled()).isFalse();
        assertThat(aws.cloudFront
                        .getContinuousDeploymentPolicyConfig(r -> r.id(policyId))
                        .continuousDeploymentPolicyConfig()
                        .enabled())
                .isFalse();
    }

    @Test
    void promotionNeedsBothVersionsAndTheRightStagingDistribution() throws Exception {
        String primary = primary();
        String staging = copy(primary, "copy").distribution().id();
        String tags = etag(primary) + "," + etag(staging);
        assertRefused(400, "IllegalUpdate", "no continuous deployment policy", () -> promote(primary, staging, tags));
        attach(
                primary,
                policy(staging, header("blue")).continuousDeploymentPolicy().id());

        String tag = etag(primary);
        assertRefused(412, "PreconditionFailed", "If-Match", () -> promote(primary, staging, tags));
        assertRefused(400, "InvalidIfMatchVersion", "If-Match", () -> promote(primary, staging, tag));
        assertRefused(412, "PreconditionFailed", "If-Match", () -> promote(primary, staging, tag + ",E1"));
        assertRefused(400, "IllegalUpdate", staging, () -> promote(primary, primary, tag + "," + etag(staging)));
        assertRefused(404, "NoSuchDistribution", "E1", () -> promote("E1", staging, tag + "," + etag(staging)));
        assertThat(etag(primary)).as("nothing has changed").isEqualTo(tag);
    }

    @Test
    void copyNeedsTheNewestPrimary() throws Exception {
        String primary = primary();
        String tag = etag(primary);
        CopyDistributionResponse first = copy(primary, "copy");
        assertThat(copy(primary, "copy").distribution().id())
                .as("the same request again")
                .isEqualTo(first.distribution().id());
        String staging = first.distribution().id();
        assertThat(aws.cloudFront.listDistributions().distributionList().items())
                .anySatisfy(one -> {
                    assertThat(one.id()).isEqualTo(staging);
                    assertThat(one.staging()).isTrue();
                });
        assertRefused(400, "InvalidArgument", "staging distribution", () -> copy(staging, "again"));
        assertRefused(
                400,
                "InvalidArgument",
                "Staging",
                () -> aws.cloudFront.copyDistribution(r -> r.primaryDistributionId(primary)
                        .callerReference("plain")
                        .ifMatch(tag)));
        change(primary, config -> config.comment("changed"));
        assertRefused(
                412,
                "PreconditionFailed",
                "If-Match",
                () -> aws.cloudFront.copyDistribution(r -> r.primaryDistributionId(primary)
                        .callerReference("late")
                        .staging(true)
                        .ifMatch(tag)));
        var disabled = aws.cloudFront.copyDistribution(r -> r.primaryDistributionId(primary)
                .callerReference("off")
                .staging(true)
                .enabled(false)
                .ifMatch(etag(primary)));
        assertThat(disabled.distribution().distributionConfig().enabled()).isFalse();
    }

    @Test
    void policyGoesThroughItsLife() throws Exception {
        String primary = primary();
        String staging = copy(primary, "copy").distribution().id();
        CreateContinuousDeploymentPolicyResponse created = policy(staging, weight(0.1f, 300));
        String id = created.continuousDeploymentPolicy().id();
        assertRefused(409, "ContinuousDeploymentPolicyAlreadyExists", id, () -> policy(staging, weight(0.1f, 300)));
        assertRefused(409, "StagingDistributionInUse", id, () -> policy(staging, weight(0.05f, 300)));
        assertRefused(409, "StagingDistributionInUse", id, () -> disable(staging));
        attach(primary, id);
        SingleWeight weight = Objects.requireNonNull(servedPolicy(id).weight());
        assertThat(weight.weight()).isEqualTo(0.1);

        assertRefused(412, "PreconditionFailed", "If-Match", () -> update(id, "E1", staging, weight(0.15f, 600)));
        UpdateContinuousDeploymentPolicyResponse updated = update(id, created.eTag(), staging, weight(0.15f, 600));
        SingleWeight heavier = Objects.requireNonNull(servedPolicy(id).weight());
        assertThat(heavier.weight()).isEqualTo(0.15);
        assertThat(Objects.requireNonNull(heavier.stickiness()).idleSeconds()).isEqualTo(600);
        assertThat(heavier.stickiness().generation())
                .as("sessions go on")
                .isEqualTo(Objects.requireNonNull(weight.stickiness()).generation());
        assertThat(aws.cloudFront
                        .listContinuousDeploymentPolicies(r -> r.maxItems("1"))
                        .continuousDeploymentPolicyList()
                        .items())
                .singleElement()
                .satisfies(one -> assertThat(one.continuousDeploymentPolicy())
                        .isEqualTo(aws.cloudFront
                                .getContinuousDeploymentPolicy(r -> r.id(id))
                                .continuousDeploymentPolicy()));

        assertRefused(409, "ContinuousDeploymentPolicyInUse", primary, () -> delete(id, updated.eTag()));
        attach(primary, "");
        assertThat(served().continuousDeploymentPolicy(id)).isEmpty();
        assertRefused(412, "PreconditionFailed", "If-Match", () -> delete(id, created.eTag()));
        delete(id, updated.eTag());
        assertRefused(
                404,
                "NoSuchContinuousDeploymentPolicy",
                id,
                () -> aws.cloudFront.getContinuousDeploymentPolicy(r -> r.id(id)));
        disable(staging);
        aws.cloudFront.deleteDistribution(r -> r.id(staging).ifMatch(etag(staging)));
        assertThat(served().distribution(staging)).isEmpty();
    }

    @Test
    void whileAttachedOnlySomeMembersChange() throws Exception {
        String primary = primary();
        String staging = copy(primary, "copy").distribution().id();
        String id = policy(staging, header("blue")).continuousDeploymentPolicy().id();
        assertRefused(404, "NoSuchContinuousDeploymentPolicy", "none", () -> attach(primary, "none"));
        attach(primary, id);
        change(primary, config -> config.comment("may change"));
        assertRefused(400, "IllegalUpdate", "not supported", () -> disable(primary));
        assertRefused(
                400, "IllegalUpdate", "not supported", () -> change(staging, c -> c.priceClass("PriceClass_100")));
        assertRefused(400, "IllegalUpdate", "Staging", () -> change(staging, c -> c.staging(false)));

        String other = aws.cloudFront
                .createDistribution(r ->
                        r.distributionConfig(TestPlane.distribution("other").build()))
                .distribution()
                .id();
        assertRefused(409, "ContinuousDeploymentPolicyInUse", primary, () -> attach(other, id));
        assertRefused(
                400,
                "InvalidArgument",
                "being created",
                () -> aws.cloudFront.createDistribution(r -> r.distributionConfig(TestPlane.distribution("third")
                        .continuousDeploymentPolicyId(id)
                        .build())));
    }

    /** CloudFront has no continuous deployment with HTTP/3, whichever way a distribution becomes part of one. */
    @ParameterizedTest
    @ValueSource(strings = {"http3", "http2and3"})
    void distributionsWithHttp3HaveNoPartInIt(String version) throws Exception {
        String primary = primary();
        String staging = copy(primary, "copy").distribution().id();
        String id = policy(staging, header("blue")).continuousDeploymentPolicy().id();

        assertRefused(
                400,
                "InvalidArgument",
                "HttpVersion is " + version + ", expected http1.1 or http2 on a staging distribution",
                () -> aws.cloudFront.createDistribution(r -> r.distributionConfig(TestPlane.distribution("direct")
                        .staging(true)
                        .httpVersion(version)
                        .build())));
        assertRefused(400, "InvalidArgument", version, () -> change(staging, c -> c.httpVersion(version)));
        change(primary, config -> config.httpVersion(version));
        assertRefused(400, "InvalidArgument", version, () -> attach(primary, id));
        assertRefused(400, "InvalidArgument", version, () -> copy(primary, "again"));
    }

    @Test
    void restartKeepsThePolicyAndItsSessions() throws Exception {
        String primary = primary();
        String staging = copy(primary, "copy").distribution().id();
        String id =
                policy(staging, weight(0.1f, 300)).continuousDeploymentPolicy().id();
        attach(primary, id);
        Snapshot before = served();
        aws.close();

        aws = new TestPlane(data);
        node = aws.node("fresh");
        assertThat(served()).isEqualTo(before);
        assertThat(servedPolicy(id))
                .isEqualTo(before.continuousDeploymentPolicy(id).orElseThrow());
        promote(primary, staging, etag(primary) + "," + etag(staging));
        assertThat(servedPolicy(id).enabled()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("refusedTraffic")
    void trafficThatCloudFrontRefuses(TrafficConfig traffic, String text) throws Exception {
        String staging = copy(primary(), "copy").distribution().id();
        assertRefused(400, "InvalidArgument", text, () -> policy(staging, traffic));
    }

    static Stream<Arguments> refusedTraffic() {
        return Stream.of(
                Arguments.of(weight(0.16f, 300), "Weight is 0.16, expected 0 to 0.15"),
                Arguments.of(weight(-0.01f, 300), "Weight is -0.01"),
                Arguments.of(weight(0.1f, 299), "IdleTTL is 299"),
                Arguments.of(weight(0.1f, 3601), "IdleTTL is 3601"),
                Arguments.of(header(" blue"), "Value of the header 'aws-cf-cd-try'"),
                Arguments.of(header("blue").toBuilder().type("SingleWeight").build(), "of type 'SingleWeight'"),
                Arguments.of(
                        TrafficConfig.builder()
                                .type("SingleHeader")
                                .singleHeaderConfig(h -> h.header("x-try").value("blue"))
                                .build(),
                        "begins with aws-cf-cd-"));
    }

    @Test
    void policyNamesOneStagingDistribution() throws Exception {
        String primary = primary();
        assertRefused(
                400, "InvalidArgument", "expected the domain name of a staging", () -> policy(primary, header("blue")));
        assertRefused(
                400,
                "InvalidArgument",
                "has 0 names",
                () -> aws.cloudFront.createContinuousDeploymentPolicy(r -> r.continuousDeploymentPolicyConfig(
                        c -> c.enabled(false).stagingDistributionDnsNames(names -> names.quantity(0)))));
    }

    private String primary() {
        return aws.cloudFront
                .createDistribution(r -> r.distributionConfig(TestPlane.distribution("primary")
                        .aliases(aliases -> aliases.quantity(1).items("www.example.com"))
                        .build()))
                .distribution()
                .id();
    }

    private CopyDistributionResponse copy(String primary, String reference) {
        return aws.cloudFront.copyDistribution(r -> r.primaryDistributionId(primary)
                .callerReference(reference)
                .staging(true)
                .ifMatch(etag(primary)));
    }

    private void promote(String primary, String staging, String tags) {
        aws.cloudFront.updateDistributionWithStagingConfig(
                r -> r.id(primary).stagingDistributionId(staging).ifMatch(tags));
    }

    private UpdateDistributionResponse change(String id, UnaryOperator<DistributionConfig.Builder> edit) {
        var found = aws.cloudFront.getDistributionConfig(r -> r.id(id));
        DistributionConfig config =
                edit.apply(found.distributionConfig().toBuilder()).build();
        return aws.cloudFront.updateDistribution(
                r -> r.id(id).ifMatch(found.eTag()).distributionConfig(config));
    }

    private void attach(String primary, String policyId) {
        change(primary, config -> config.continuousDeploymentPolicyId(policyId));
    }

    private void disable(String id) {
        change(id, config -> config.enabled(false));
    }

    private String etag(String id) {
        return aws.cloudFront.getDistribution(r -> r.id(id)).eTag();
    }

    private CreateContinuousDeploymentPolicyResponse policy(String staging, TrafficConfig traffic) {
        return aws.cloudFront.createContinuousDeploymentPolicy(
                r -> r.continuousDeploymentPolicyConfig(config(staging, traffic)));
    }

    private UpdateContinuousDeploymentPolicyResponse update(
            String id, String etag, String staging, TrafficConfig traffic) {
        return aws.cloudFront.updateContinuousDeploymentPolicy(
                r -> r.id(id).ifMatch(etag).continuousDeploymentPolicyConfig(config(staging, traffic)));
    }

    private void delete(String id, String etag) {
        aws.cloudFront.deleteContinuousDeploymentPolicy(r -> r.id(id).ifMatch(etag));
    }

    private ContinuousDeploymentPolicyConfig config(String staging, TrafficConfig traffic) {
        return ContinuousDeploymentPolicyConfig.builder()
                .enabled(true)
                .stagingDistributionDnsNames(names -> names.quantity(1).items(DistributionMapping.domainName(staging)))
                .trafficConfig(traffic)
                .build();
    }

    private static TrafficConfig header(String value) {
        return TrafficConfig.builder()
                .type("SingleHeader")
                .singleHeaderConfig(header -> header.header("aws-cf-cd-try").value(value))
                .build();
    }

    private static TrafficConfig weight(float weight, int idleSeconds) {
        return TrafficConfig.builder()
                .type("SingleWeight")
                .singleWeightConfig(single -> single.weight(weight)
                        .sessionStickinessConfig(
                                sticky -> sticky.idleTTL(idleSeconds).maximumTTL(3600)))
                .build();
    }

    /** What a node has once it has heard of every change. */
    private Snapshot served() throws Exception {
        node.follow(0);
        return node.snapshot();
    }

    private ContinuousDeploymentPolicy servedPolicy(String id) throws Exception {
        return served().continuousDeploymentPolicy(id).orElseThrow();
    }

    private static void assertRefused(int status, String code, String text, Runnable call) {
        AwsServiceException error = catchThrowableOfType(AwsServiceException.class, call::run);
        assertThat(error).isNotNull();
        assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.awsErrorDetails().errorMessage()).contains(text);
    }
}
