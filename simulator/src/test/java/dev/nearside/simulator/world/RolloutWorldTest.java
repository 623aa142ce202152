package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;

/** A rollout of a handler that fails, as viewers of two PoPs see it. */
class RolloutWorldTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    /** What viewers got under each revision; one revision must never stand for two contents. */
    private final Map<Long, String> seen = new ConcurrentSkipListMap<>();

    @Test
    void handlerThatFailsIsTakenBackFromItsWaveAndNeverSeenElsewhere() throws Exception {
        try (World world = World.start(WorldConfig.onFreePorts(folder).withPops("LHR", "NRT"));
                AwsClients aws = new AwsClients(world.apiAddress().getPort());
                HttpClient http = HttpClient.newHttpClient()) {
            URI rollouts = URI.create("http://127.0.0.1:" + world.apiAddress().getPort() + "/_nearside/rollouts");
            String good = aws.publishedFunction(
                    "f", FunctionZip.ofIndex("exports.handler = async () => ({ status: '200', body: 'good' });"));
            DistributionConfig config =
                    AwsClients.distribution("rollout", world.originAddress().getPort(), AwsClients.RFC_POLICY);
            Distribution made = aws.deployed(AwsClients.with(config, good, EventType.VIEWER_REQUEST));
            post(http, rollouts.resolve("rollouts/policy"), """
                    {"waves": [{"pops": ["LHR"]}], "bakeSeconds": 3600, "minRequests": 30}""");

            String bad = aws.publishedUpdate(
                    "f", FunctionZip.ofIndex("exports.handler = async () => { throw new Error('bad'); };"));
            GetDistributionConfigResponse before = aws.cloudFront().getDistributionConfig(get -> get.id(made.id()));
            aws.update(
                    made.id(),
                    AwsClients.with(before.distributionConfig(), bad, EventType.VIEWER_REQUEST),
                    before.eTag());

            Await.until(LIMIT, "the rollout is rolled back", () -> {
                look(world, "LHR", made.domainName());
                assertThat(look(world, "NRT", made.domainName())).isEqualTo("200 good");
                return JSON.readTree(http.send(HttpRequest.newBuilder(rollouts).build(), BodyHandlers.ofString())
                                .body())
                        .at("/rollouts/0/state")
                        .asText()
                        .equals("rolled-back");
            });
            Await.until(
                    LIMIT,
                    "LHR serves the good version",
                    () -> look(world, "LHR", made.domainName()).equals("200 good"));
            assertThat(seen).containsValue("503 error");
        }
    }

    private String look(World world, String pop, String host) throws IOException {
        Viewer.Response response = Viewer.get(world.node(pop).address().getPort(), host, "/");
        String content = response.status() + (response.text().equals("good") ? " good" : " error");
        String other = seen.putIfAbsent(Long.parseLong(response.field("x-nearside-revision")), content);
        assertThat(content)
                .as("revision " + response.field("x-nearside-revision"))
                .isEqualTo(other == null ? content : other);
        return content;
    }

    private static void post(HttpClient http, URI uri, String body) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(http.send(
                        HttpRequest.newBuilder(uri)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body());
        assertThat(answer.has("policy")).as(answer.toString()).isTrue();
    }
}
