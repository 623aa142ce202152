package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.FunctionZip;
import dev.nearside.simulator.world.Viewer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;

/**
 * Rollouts over real sockets and processes whose control plane is killed and whose nodes are cut off. Each release is one
 * function version on both viewer events, and every exchange that is looked at must have met the same one on both.
 */
class RolloutProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int KILLS = Integer.getInteger("nearside.crash.rounds", 1);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static Fleet fleet;
    private static CuttableLink toTokyo;
    private static NearsideProcess controlPlane;
    private static NearsideProcess london;
    private static NearsideProcess tokyo;
    private static String distribution;
    private static String host;
    private static int newest = 1;

    private final Map<NearsideProcess, Long> revisions = new HashMap<>();

    @BeforeAll
    static void startWithFirstRelease() throws Exception {
        fleet = new Fleet(folder);
        toTokyo = new CuttableLink(fleet.watchPort());
        controlPlane = fleet.controlPlane();
        NearsideProcess origin = fleet.origin();
        london = fleet.edge("LHR");
        tokyo = fleet.edge("NRT", toTokyo.port());
        controlPlane.ready();
        origin.ready();
        fleet.awaitNodes(2);
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            String version = aws.publishedFunction("stamp", stamping(newest));
            Distribution made = aws.deployed(onBothEvents(
                    AwsClients.distribution("stamped", fleet.originPort(), AwsClients.RFC_POLICY), version));
            distribution = made.id();
            host = made.domainName();
        }
    }

    @AfterAll
    static void endProcesses() throws IOException {
        fleet.close();
        toTokyo.close();
    }

    @Test
    void killedControlPlaneGoesOnWithTheWaveItWasAt() throws Exception {
        String before = awaitBothAtTheSame();
        policy(3600);
        String next = release();
        await("the wave has the release", () -> seen(london).equals(next));

        controlPlane.kill();
        assertThat(seen(london)).isEqualTo(next);
        assertThat(seen(tokyo)).isEqualTo(before);
        controlPlane = fleet.controlPlane().ready();
        fleet.awaitNodes(2);

        JsonNode rollout = rollouts().at("/rollouts/0");
        assertThat(rollout.path("state").asText()).isEqualTo("running");
        assertThat(seen(london)).isEqualTo(next);
        assertThat(seen(tokyo)).isEqualTo(before);
        post("rollouts/" + rollout.path("rollout").asText() + "/abort", "");
        await("the release is taken back", () -> seen(london).equals(before));
        assertThat(seen(tokyo)).isEqualTo(before);
    }

    @Test
    void rolloutComesToItsEndHoweverOftenItsControlPlaneIsKilled() throws Exception {
        String before = awaitBothAtTheSame();
        policy(0.2);
        String next = release();
        for (int kill = 0; kill < KILLS; kill++) {
            controlPlane.kill();
            assertThat(seen(london)).isIn(before, next);
            assertThat(seen(tokyo)).isIn(before, next);
            controlPlane = fleet.controlPlane().ready();
        }
        await(
                "both nodes have the release",
                () -> seen(london).equals(next) && seen(tokyo).equals(next));
        await(
                "the rollout is over",
                () -> rollouts().at("/rollouts/0/state").asText().equals("completed"));
    }

    @Test
    void nodeThatIsCutOffServesOneReleaseWholeAndCatchesUp() throws Exception {
        String before = awaitBothAtTheSame();
        policy(0.2);
        toTokyo.cut();
        for (int i = 0; i < 2; i++) {
            String next = release();
            await("the connected node has the release", () -> {
                assertThat(seen(tokyo)).isEqualTo(before);
                return seen(london).equals(next);
            });
        }
        toTokyo.mend();
        await("the node that was cut off has caught up", () -> seen(tokyo).equals(Integer.toString(newest)));
        assertThat(seen(london)).isEqualTo(Integer.toString(newest));
    }

    private String awaitBothAtTheSame() throws Exception {
        await("both nodes serve the same", () -> seen(london).equals(seen(tokyo)));
        return seen(london);
    }

    /** The release that an exchange at that node met, on both events. */
    private String seen(NearsideProcess node) throws Exception {
        Viewer.Response response = Viewer.get(node.port(), host, "/");
        assertThat(response.field("x-late"))
                .as("one exchange, one release")
                .isNotEmpty()
                .isEqualTo(response.field("x-early"));
        long revision = Long.parseLong(response.field("x-nearside-revision"));
        assertThat(revision).as("revisions only grow").isGreaterThanOrEqualTo(revisions.getOrDefault(node, 0L));
        revisions.put(node, revision);
        return response.field("x-late");
    }

    /** Publishes the next version and sets it in force by the policy that holds; returns its stamp. */
    private static String release() {
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            String version = aws.publishedUpdate("stamp", stamping(++newest));
            GetDistributionConfigResponse before = aws.cloudFront().getDistributionConfig(get -> get.id(distribution));
            aws.cloudFront()
                    .updateDistribution(update -> update.id(distribution)
                            .ifMatch(before.eTag())
                            .distributionConfig(onBothEvents(before.distributionConfig(), version)));
        }
        return Integer.toString(newest);
    }

    private static DistributionConfig onBothEvents(DistributionConfig config, String version) {
        return AwsClients.with(config, version, EventType.VIEWER_REQUEST, EventType.VIEWER_RESPONSE);
    }

    private static byte[] stamping(int release) {
        return FunctionZip.ofIndex("""
                exports.handler = async (event) => {
                    const { request, response } = event.Records[0].cf;
                    if (!response) {
                        request.headers['x-early'] = [{ value: '%1$d' }];
                        return request;
                    }
                    response.headers['x-early'] = request.headers['x-early'];
                    response.headers['x-late'] = [{ value: '%1$d' }];
                    return response;
                };
                """.formatted(release));
    }

    private static void policy(double bakeSeconds) throws IOException {
        post("rollouts/policy", "{\"waves\": [{\"pops\": [\"LHR\"]}], \"bakeSeconds\": " + bakeSeconds + "}");
    }

    private static void post(String path, String body) throws IOException {
        assertThat(Viewer.request(fleet.apiPort(), "POST", api(), "/_nearside/" + path, body)
                        .status())
                .isEqualTo(200);
    }

    private static JsonNode rollouts() throws IOException {
        return JSON.readTree(
                Viewer.get(fleet.apiPort(), api(), "/_nearside/rollouts").text());
    }

    private static String api() {
        return "127.0.0.1:" + fleet.apiPort();
    }

    private static void await(String what, Await.Condition condition) throws Exception {
        Await.until(LIMIT, what, condition);
    }
}
