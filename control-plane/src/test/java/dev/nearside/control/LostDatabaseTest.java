package dev.nearside.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.testing.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** A PostgreSQL server that goes away under a control plane. */
class LostDatabaseTest {

    @TempDir
    private Path data;

    private PostgresServer server;

    @BeforeEach
    void startServer() {
        server = PostgresServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void crashOfTheServerIsOneClearAnswerAndNothingAcknowledgedIsLost() throws Exception {
        try (TestPlane aws = new TestPlane(TestPlane.config(data, new TestState(server.newDatabase())))) {
            String kept = create(aws, "kept");
            server.crash();

            assertThatThrownBy(() -> create(aws, "refused")).isInstanceOfSatisfying(CloudFrontException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(503);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ServiceUnavailable");
            });
            assertThatThrownBy(() -> aws.lambda.listFunctions()).isInstanceOfSatisfying(LambdaException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(503);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ServiceUnavailable");
                assertThat(e.awsErrorDetails().errorMessage()).contains("state database");
            });
            FakeNode node = aws.node("n");
            node.follow(5_000);
            assertThat(node.snapshot().revision()).as("nodes are served on").isEqualTo(1);

            server.restart();
            String next = create(aws, "next");
            node.follow(5_000);
            assertThat(node.snapshot().revision()).isEqualTo(2);
            assertThat(node.snapshot().all(Distribution.class))
                    .extracting(Distribution::id)
                    .containsExactlyInAnyOrder(kept, next);
        }
    }

    @Test
    void commitWhoseAnswerWasLostIsPublishedWhenTheDatabaseIsBack() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(server.port());
                TestPlane aws = new TestPlane(TestPlane.config(data, through(proxy)))) {
            FakeNode node = aws.node("n");
            proxy.cutAfterNext("COMMIT");

            // The stock client tries again by itself, with the same caller reference.
            String id = create(aws, "repeated");
            assertThat(proxy.cuts()).isEqualTo(1);
            node.follow(5_000);
            assertThat(node.snapshot().revision())
                    .as("the same change was made once")
                    .isEqualTo(1);
            assertThat(node.snapshot().distribution(id)).isPresent();
            assertThat(aws.cloudFront
                            .getDistribution(get -> get.id(id))
                            .distribution()
                            .status())
                    .isEqualTo("Deployed");
        }
    }

    @Test
    void connectionThatBreaksBeforeTheCommitPublishesNothing() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(server.port());
                TestPlane aws = new TestPlane(TestPlane.config(data, through(proxy)))) {
            FakeNode node = aws.node("n");
            proxy.cutBeforeNext("COMMIT");

            String id = create(aws, "repeated");
            assertThat(proxy.cuts()).isEqualTo(1);
            node.follow(5_000);
            assertThat(node.snapshot().revision()).isEqualTo(1);
            assertThat(node.snapshot().all(Distribution.class))
                    .extracting(Distribution::id)
                    .containsExactly(id);
        }
    }

    /** In the query mode in which each statement travels as text, so that the proxy knows it. */
    private TestState through(CuttingProxy proxy) {
        String url = server.newDatabase().replace(":" + server.port() + "/", ":" + proxy.port() + "/");
        return new TestState(url + "&preferQueryMode=simple");
    }

    private static String create(TestPlane aws, String reference) {
        return aws.cloudFront
                .createDistribution(request -> request.distributionConfig(
                        TestPlane.distribution(reference).build()))
                .distribution()
                .id();
    }
}
