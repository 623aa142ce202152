package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.kit.snapshot.Distribution;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.Origin;

/** Distributions that an earlier release took and this one would refuse: they load and serve, and can be mended. */
class StoredByEarlierReleasesTest {

    @TempDir
    private Path data;

    @Test
    void whatIsRefusedNowIsServedWithoutIt() throws Exception {
        String id = stored(config -> config.webACLId("acl")
                .httpVersion("http9")
                .priceClass("PriceClass_1")
                .anycastIpListId("ips")
                .defaultCacheBehavior(config.build().defaultCacheBehavior().toBuilder()
                        .realtimeLogConfigArn("arn:log")
                        .smoothStreaming(true)
                        .grpcConfig(grpc -> grpc.enabled(true))
                        .build()));
        try (TestPlane aws = new TestPlane(data)) {
            FakeNode node = aws.node("lhr-1");
            node.follow(0);
            Distribution served = node.snapshot().distribution(id).orElseThrow();
            assertThat(served.defaultBehavior().targetOriginId()).isEqualTo("site");

            GetDistributionConfigResponse shown = aws.cloudFront.getDistributionConfig(r -> r.id(id));
            assertThat(shown.distributionConfig().webACLId()).isEqualTo("acl");
            assertThat(shown.distributionConfig().httpVersionAsString()).isEqualTo("http9");
            assertThat(aws.cloudFront.listDistributions().distributionList().quantity())
                    .isOne();

            AwsServiceException refused = catchThrowableOfType(
                    AwsServiceException.class, () -> update(aws, id, shown, shown.distributionConfig()));
            assertThat(refused.awsErrorDetails().errorMessage()).contains("WebACLId 'acl'");
            update(
                    aws,
                    id,
                    shown,
                    TestPlane.distribution("old").comment("mended").build());
            node.follow(0);
            assertThat(node.snapshot().distribution(id)).isPresent();
        }
    }

    @Test
    void readTimeoutOfABucketThatWasIgnoredIsBroughtWithinBounds() throws Exception {
        Origin bucket = Origin.builder()
                .id("site")
                .domainName("b.s3.amazonaws.com")
                .s3OriginConfig(s3 -> s3.originAccessIdentity("").originReadTimeout(9_000))
                .build();
        String id = stored(config -> config.origins(o -> o.quantity(1).items(bucket)));
        try (TestPlane aws = new TestPlane(data)) {
            FakeNode node = aws.node("lhr-1");
            node.follow(0);
            assertThat(node.snapshot()
                            .distribution(id)
                            .orElseThrow()
                            .origins()
                            .getFirst()
                            .readTimeoutSeconds())
                    .isEqualTo(120);
        }
    }

    private static void update(TestPlane aws, String id, GetDistributionConfigResponse seen, DistributionConfig next) {
        aws.cloudFront.updateDistribution(r -> r.id(id).ifMatch(seen.eTag()).distributionConfig(next));
    }

    /** A distribution in the state on disk, with what the API of this release would not take. */
    private String stored(UnaryOperator<DistributionConfig.Builder> edit) {
        String id;
        try (TestPlane aws = new TestPlane(data)) {
            id = aws.cloudFront
                    .createDistribution(r ->
                            r.distributionConfig(TestPlane.distribution("old").build()))
                    .distribution()
                    .id();
        }
        try (Database state = Database.open(data)) {
            state.transaction(connection -> {
                StoredDistribution before =
                        StoredDistribution.find(connection, id).orElseThrow();
                DistributionConfig edited = edit.apply(StoredConfigs.read(before.config()).toBuilder())
                        .build();
                new StoredDistribution(
                                id,
                                before.callerReference(),
                                StoredConfigs.write(edited),
                                before.tags(),
                                before.etag(),
                                before.modifiedMillis(),
                                before.revision(),
                                before.requestDigest())
                        .update(connection);
                return id;
            });
        }
        return id;
    }
}
