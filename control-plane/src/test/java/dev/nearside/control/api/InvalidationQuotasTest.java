package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** How much may be invalidated at once: CloudFront's quotas, its codes and what its messages begin with. */
class InvalidationQuotasTest {

    @TempDir
    private Path data;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    private TestPlane aws;
    private FakeNode slow;
    private String id;

    @BeforeEach
    void start() throws Exception {
        aws = new TestPlane(data, state());
        id = aws.cloudFront
                .createDistribution(
                        r -> r.distributionConfig(TestPlane.distribution("one").build()))
                .distribution()
                .id();
        // It has what is there and, from now on, applies nothing by itself.
        slow = aws.node("nrt-1");
        slow.follow(0);
        slow.follow(0);
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void fifteenWildcardsMayBeInProgress() throws Exception {
        assertThat(invalidate("a", Collections.nCopies(15, "/a/*"))).isNull();

        AwsServiceException refused = invalidate("b", List.of("/*"));
        assertThat(refused).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("TooManyInvalidationsInProgress");
        assertThat(refused.awsErrorDetails().errorMessage())
                .startsWith(
                        "Processing your request will cause you to exceed the maximum number of in-progress wildcard"
                                + " invalidations")
                .contains("15 are in progress and 1 would join them");

        assertThat(invalidate("c", List.of("/file"))).isNull();
        assertThat(invalidate("a", Collections.nCopies(15, "/a/*")))
                .as("the same call again")
                .isNull();

        slow.follow(0);
        assertThat(invalidate("b", List.of("/*")))
                .as("when there is room again")
                .isNull();
    }

    @Test
    void sixteenWildcardsAreTooManyForOneCall() {
        AwsServiceException refused = invalidate("a", Collections.nCopies(16, "/a/*"));
        assertThat(refused).isNotNull();
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("TooManyInvalidationsInProgress");
    }

    @Test
    void threeThousandFilesMayBeInProgressBesideWildcards() {
        assertThat(invalidate("a", files(2_999))).isNull();
        assertThat(invalidate("b", List.of("/*", "/x*"))).isNull();
        assertThat(invalidate("c", List.of("/last"))).isNull();

        AwsServiceException refused = invalidate("d", List.of("/one-more"));
        assertThat(refused).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("TooManyInvalidationsInProgress");
        assertThat(refused.awsErrorDetails().errorMessage())
                .startsWith("Processing your request will cause you to exceed the maximum number of in-progress"
                        + " invalidations:")
                .contains("3000 are in progress and 1 would join them, expected at most 3000");
    }

    @Test
    void oneCallHasAtMostThreeThousandPaths() {
        AwsServiceException refused = invalidate("a", files(3_001));
        assertThat(refused).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("BatchTooLarge");
        assertThat(refused.awsErrorDetails().errorMessage()).contains("3001 paths, expected at most 3000");
    }

    @Test
    void pathHasAtMostFourThousandCharacters() {
        assertThat(invalidate("a", List.of("/" + "x".repeat(3_999)))).isNull();

        AwsServiceException refused = invalidate("b", List.of("/" + "x".repeat(4_000)));
        assertThat(refused).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("InvalidArgument");
        assertThat(refused.awsErrorDetails().errorMessage()).contains("at most 4000");
    }

    private static List<String> files(int count) {
        return IntStream.range(0, count).mapToObj(i -> "/f" + i).toList();
    }

    /** The refusal; null if it was taken. */
    private @Nullable AwsServiceException invalidate(String reference, List<String> paths) {
        return catchThrowableOfType(
                AwsServiceException.class,
                () -> aws.cloudFront.createInvalidation(r -> r.distributionId(id)
                        .invalidationBatch(batch -> batch.callerReference(reference)
                                .paths(p -> p.quantity(paths.size()).items(paths)))));
    }
}
