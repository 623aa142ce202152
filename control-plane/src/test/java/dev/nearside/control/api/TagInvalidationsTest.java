package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Invalidation;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudfront.model.CacheTagConfig;

/** CacheTagConfig and invalidations of {@code #tag}, by the AWS SDK. */
class TagInvalidationsTest {

    @TempDir
    private Path data;

    private TestPlane aws;
    private FakeNode node;
    private String id;

    @BeforeEach
    void start() throws Exception {
        aws = new TestPlane(data);
        id = create("one", "X-Amz-Meta-Cache-Tag");
        node = aws.node("nrt-1");
        node.follow(0);
        node.follow(0);
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void headerTravelsToTheNodesAndComesBackAsItWasGiven() throws Exception {
        assertThat(distribution().cacheTagHeader()).isEqualTo("X-Amz-Meta-Cache-Tag");
        var current = aws.cloudFront.getDistributionConfig(get -> get.id(id));
        assertThat(current.distributionConfig().cacheTagConfig().headerName()).isEqualTo("X-Amz-Meta-Cache-Tag");

        aws.cloudFront.updateDistribution(update -> update.id(id)
                .ifMatch(current.eTag())
                .distributionConfig(current.distributionConfig().toBuilder()
                        .cacheTagConfig((CacheTagConfig) null)
                        .build()));
        node.follow(0);

        assertThat(distribution().cacheTagHeader()).isNull();
    }

    @Test
    void pathsAndTagsReachTheNodesInOneInvalidation() throws Exception {
        List<String> items = List.of("/images/*", "#brand:Acme", "#50%*?!");
        var created = aws.cloudFront.createInvalidation(create -> create.distributionId(id)
                .invalidationBatch(batch -> batch.callerReference("r")
                        .paths(paths -> paths.quantity(items.size()).items(items))));
        node.follow(0);

        assertThat(node.snapshot().all(Invalidation.class))
                .extracting(Invalidation::paths)
                .containsExactly(items);
        assertThat(aws.cloudFront
                        .getInvalidation(get ->
                                get.distributionId(id).id(created.invalidation().id()))
                        .invalidation()
                        .invalidationBatch()
                        .paths()
                        .items())
                .isEqualTo(items);
    }

    @Test
    void tagCountsAsOnePathAndNeverAsAWildcard() {
        assertThat(invalidate("a", Collections.nCopies(16, "#a*"))).isNull();
        assertThat(invalidate("b", Collections.nCopies(2_984, "#a"))).isNull();

        AwsServiceException refused = invalidate("c", List.of("#one-more"));
        assertThat(refused).isNotNull();
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("TooManyInvalidationsInProgress");
        assertThat(refused.awsErrorDetails().errorMessage()).contains("3000 are in progress and 1 would join them");
    }

    @Test
    void tagIsVisibleAsciiWithoutACommaAndHasAtMost256Characters() {
        for (String item : List.of("#", "#a,b", "#a b", "#\u00e9", "#" + "x".repeat(257))) {
            assertThat(refusal(item)).contains("'" + item + "'").contains("1 to 256 visible ASCII characters");
        }
        assertThat(invalidate("a", List.of("#" + "x".repeat(256)))).isNull();
    }

    @Test
    void distributionWithoutTagsHasNoneToInvalidate() {
        id = aws.cloudFront
                .createDistribution(
                        r -> r.distributionConfig(TestPlane.distribution("two").build()))
                .distribution()
                .id();

        assertThat(refusal("#a")).contains(id).contains("no CacheTagConfig");
        assertThat(invalidate("b", List.of("/a"))).isNull();
    }

    private String create(String reference, String header) {
        return aws.cloudFront
                .createDistribution(r -> r.distributionConfig(TestPlane.distribution(reference)
                        .cacheTagConfig(tags -> tags.headerName(header))
                        .build()))
                .distribution()
                .id();
    }

    private Distribution distribution() {
        return node.snapshot().distribution(id).orElseThrow();
    }

    private String refusal(String item) {
        AwsServiceException refused = invalidate("refused", List.of(item));
        assertThat(refused).as(item).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("InvalidArgument");
        return refused.awsErrorDetails().errorMessage();
    }

    /** The refusal; null if it was taken. */
    private @Nullable AwsServiceException invalidate(String reference, List<String> items) {
        return catchThrowableOfType(
                AwsServiceException.class,
                () -> aws.cloudFront.createInvalidation(create -> create.distributionId(id)
                        .invalidationBatch(batch -> batch.callerReference(reference)
                                .paths(paths -> paths.quantity(items.size()).items(items)))));
    }
}
