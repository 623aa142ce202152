package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.FunctionZip;
import dev.nearside.simulator.world.Viewer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.EventType;

/** Processes that are killed with SIGKILL: what goes on without them, and what is there when they come back. */
class KillTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Fleet fleet;

    @BeforeEach
    void prepare() {
        fleet = new Fleet(folder);
    }

    @AfterEach
    void endProcesses() {
        fleet.close();
    }

    @Test
    void nodesServeOnWithoutTheControlPlaneAndFollowItWhenItIsBack() throws Exception {
        NearsideProcess controlPlane = fleet.controlPlane();
        NearsideProcess origin = fleet.origin();
        NearsideProcess london = fleet.edge("LHR");
        NearsideProcess tokyo = fleet.edge("NRT");
        controlPlane.ready();
        origin.ready();
        fleet.awaitNodes(2);
        String host;
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            host = deployStamped(aws).domainName();
        }
        assertThat(stamp(london, host)).isEqualTo("first");
        assertThat(stamp(tokyo, host)).isEqualTo("first");

        controlPlane.kill();
        assertThat(stamp(london, host)).isEqualTo("first");
        tokyo.kill();
        NearsideProcess tokyoAgain = fleet.edge("NRT").ready();
        Await.until(
                LIMIT,
                "the node serves from its disk",
                () -> stamp(tokyoAgain, host).equals("first"));

        fleet.controlPlane().ready();
        fleet.awaitNodes(2);
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            replaceStamp(aws, host);
        }
        Await.until(
                LIMIT,
                "the new version serves at both nodes",
                () -> stamp(london, host).equals("second")
                        && stamp(tokyoAgain, host).equals("second"));
    }

    @Test
    void aNodeKilledInMidResponseServesTheWholeAfterItsRestart() throws Exception {
        NearsideProcess controlPlane = fleet.controlPlane();
        NearsideProcess origin = fleet.origin();
        NearsideProcess london = fleet.edge("LHR");
        controlPlane.ready();
        origin.ready();
        fleet.awaitNodes(1);
        String host;
        try (AwsClients aws = new AwsClients(fleet.apiPort())) {
            host = aws.deployed(AwsClients.distribution("plain", fleet.originPort(), AwsClients.RFC_POLICY))
                    .domainName();
        }
        String target = "/dial/long?size=400KB&rate=400KB&cache=max-age=60";
        try (Viewer viewer = new Viewer(london.port())) {
            viewer.send("GET", host, target, "");
            assertThat(viewer.readBytes(20_000)).hasSize(20_000);
            london.kill();
            assertThat(viewer.readBytes(1_000_000)).hasSizeLessThan(400_000);
        }
        NearsideProcess again = fleet.edge("LHR").ready();
        Await.until(
                LIMIT,
                "the node serves from its disk",
                () -> Viewer.get(again.port(), host, "/").status() == 200);
        Viewer.Response whole = Viewer.get(again.port(), host, target);
        assertThat(whole.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(whole.body()).hasSize(400_000);
        assertThat(whole.whole()).isTrue();
        assertThat(again.err()).doesNotContain("\tat ");
    }

    /** A distribution with a function on both viewer events, in force at all connected nodes. */
    private Distribution deployStamped(AwsClients aws) {
        String arn = aws.publishedFunction("stamp", stamping("first"));
        return aws.deployed(AwsClients.with(
                AwsClients.distribution("stamped", fleet.originPort(), AwsClients.RFC_POLICY),
                arn,
                EventType.VIEWER_RESPONSE));
    }

    private static void replaceStamp(AwsClients aws, String host) {
        String arn = aws.publishedUpdate("stamp", stamping("second"));
        String id = aws.cloudFront().listDistributions().distributionList().items().stream()
                .filter(summary -> summary.domainName().equals(host))
                .findFirst()
                .orElseThrow()
                .id();
        var current = aws.cloudFront().getDistributionConfig(get -> get.id(id));
        aws.update(id, AwsClients.with(current.distributionConfig(), arn, EventType.VIEWER_RESPONSE), current.eTag());
    }

    private static byte[] stamping(String value) {
        return FunctionZip.ofIndex("""
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.headers['x-stamp'] = [{ value: '%s' }];
                    return response;
                };
                """.formatted(value));
    }

    private static String stamp(NearsideProcess edge, String host) throws Exception {
        return Viewer.get(edge.port(), host, "/").field("x-stamp");
    }
}
