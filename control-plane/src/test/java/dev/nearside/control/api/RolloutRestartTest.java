package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;

/** Control planes that stop at awkward moments of a rollout. */
@Timeout(60)
class RolloutRestartTest {

    @TempDir
    private Path data;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestPlane aws;
    private FakeNode lhr;
    private FakeNode nrt;

    @BeforeEach
    void start() throws Exception {
        aws = new TestPlane(data);
        lhr = aws.node("lhr-1", "LHR").following("null");
        nrt = aws.node("nrt-1", "NRT").following("null");
        await(() -> lhr.snapshot().revision() == nrt.snapshot().revision());
    }

    private void restart() throws Exception {
        aws.close();
        start();
    }

    @AfterEach
    void stop() {
        http.close();
        aws.close();
    }

    @Test
    void firstReleaseOfAllMayBeARollout() throws Exception {
        policy(3600);
        String id = create("first");
        await(() -> has(lhr, id));
        restart();
        await(() -> has(lhr, id) && !has(nrt, id));
        post("rollouts/1/abort", "");
        await(() -> !has(lhr, id));
        assertThat(lhr.snapshot().digest()).isEqualTo(nrt.snapshot().digest());
    }

    @Test
    void nodesWithoutTheReleaseHaveTheSameContentAfterARestart() throws Exception {
        create("everywhere");
        policy(3600);
        String id = create("new");
        await(() -> has(lhr, id));
        aws.cloudFront.createInvalidation(invalidation -> invalidation
                .distributionId(id)
                .invalidationBatch(batch -> batch.callerReference("a")
                        .paths(paths -> paths.quantity(1).items("/a"))));
        await(() -> nrt.snapshot().revision() + 1 == lhr.snapshot().revision());
        String with = lhr.snapshot().digest();
        String without = nrt.snapshot().digest();

        restart();

        await(() -> has(lhr, id));
        assertThat(lhr.snapshot().digest()).isEqualTo(with);
        assertThat(nrt.snapshot().digest()).isEqualTo(without);
    }

    @Test
    void noNodeGoesBackToASmallerRevisionWhenARolloutComesToNothing() throws Exception {
        String id = create("gone");
        policy(0.3);
        GetDistributionConfigResponse before = aws.cloudFront.getDistributionConfig(get -> get.id(id));
        String disabled = aws.cloudFront
                .updateDistribution(update -> update.id(id)
                        .ifMatch(before.eTag())
                        .distributionConfig(before.distributionConfig().toBuilder()
                                .enabled(false)
                                .build()))
                .eTag();
        aws.cloudFront.deleteDistribution(delete -> delete.id(id).ifMatch(disabled));
        await(() -> !has(lhr, id) && !has(nrt, id));
        long most = Math.max(lhr.snapshot().revision(), nrt.snapshot().revision());

        await(() -> !answer("rollouts").contains("\"running\""));
        await(() -> lhr.snapshot().revision() == nrt.snapshot().revision());
        assertThat(lhr.snapshot().revision()).isGreaterThanOrEqualTo(most);
    }

    private String create(String reference) {
        return aws.cloudFront
                .createDistribution(create -> create.distributionConfig(
                        TestPlane.distribution(reference).build()))
                .distribution()
                .id();
    }

    private static boolean has(FakeNode node, String id) {
        return node.snapshot().distribution(id).isPresent();
    }

    private void policy(double bakeSeconds) throws Exception {
        post("rollouts/policy", "{\"waves\": [{\"pops\": [\"LHR\"]}], \"bakeSeconds\": " + bakeSeconds + "}");
    }

    private void post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .POST(BodyPublishers.ofString(body))
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private String answer(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString())
                .body();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/" + path);
    }

    private static void await(Callable<Boolean> holds) throws Exception {
        while (!holds.call()) {
            Thread.onSpinWait();
        }
    }
}
