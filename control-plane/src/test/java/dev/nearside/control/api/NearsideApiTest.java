package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearsideApiTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path data;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestPlane aws;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
    }

    @AfterEach
    void stop() {
        http.close();
        aws.close();
    }

    @Test
    void statusAndHealthAreTold() throws Exception {
        assertThat(get("health").statusCode()).isEqualTo(200);
        JsonNode status = MAPPER.readTree(get("status").body());
        assertThat(status.path("revision").asLong()).isZero();
        assertThat(status.path("stateId").asText()).hasSize(32);
        assertThat(status.path("nodesConnected").asInt()).isZero();
    }

    @Test
    void nodesAreListedWithWhatTheyServe() throws Exception {
        FakeNode node = aws.node("lhr-1");
        node.follow(1_000);

        JsonNode listed = MAPPER.readTree(get("nodes").body()).path("nodes").path(0);
        assertThat(listed.path("node").asText()).isEqualTo("lhr-1");
        assertThat(listed.path("pop").asText()).isEqualTo("LHR");
        assertThat(listed.path("connected").asBoolean()).isTrue();
        assertThat(listed.path("stateId").asText()).isEqualTo(node.snapshot().stateId());
    }

    @Test
    void traceComesFromTheNodeThatHasIt() throws Exception {
        aws.node("one").following("null");
        aws.node("two").following("{\"id\":\"a/b==\"}");
        awaitNodes(2);

        HttpResponse<String> trace = get("traces/a%2Fb%3D%3D");
        assertThat(trace.statusCode()).isEqualTo(200);
        assertThat(trace.body()).isEqualTo("{\"id\":\"a/b==\"}");
    }

    @Test
    void traceThatNobodyHasIsNotFound() throws Exception {
        aws.node("one").following("null");
        awaitNodes(1);

        HttpResponse<String> trace = get("traces/abc%3D%3D");
        assertThat(trace.statusCode()).isEqualTo(404);
        assertThat(trace.body()).contains("'abc=='");
    }

    @Test
    void tracesOfAllNodesAreMergedNewestFirst() throws Exception {
        aws.node("one")
                .following("[{\"startedAt\":\"2026-01-01T00:00:03Z\"},{\"startedAt\":\"2026-01-01T00:00:01Z\"}]");
        aws.node("two").following("[{\"startedAt\":\"2026-01-01T00:00:02Z\"}]");
        awaitNodes(2);

        assertThat(MAPPER.readTree(get("traces?limit=2").body()).path("traces").findValuesAsText("startedAt"))
                .containsExactly("2026-01-01T00:00:03Z", "2026-01-01T00:00:02Z");
        assertThat(get("traces?limit=many").statusCode()).isEqualTo(400);
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(get("nonsense").statusCode()).isEqualTo(404);
        HttpRequest post = HttpRequest.newBuilder(uri("nodes"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void oversizedRequestIsRefusedInTheServicesOwnWords() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("nodes").resolve("/2020-05-31/distribution"))
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/cloudfront/aws4_request")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1024 * 1024 + 1]))
                .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("<Code>RequestEntityTooLargeException</Code>", "1048576");
    }

    private void awaitNodes(int count) throws Exception {
        while (MAPPER.readTree(get("status").body()).path("nodesConnected").asInt() < count) {
            Thread.onSpinWait();
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/" + path);
    }
}
