package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.FakeControlPlane;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of itself below a host that no distribution has. */
class NodeHealthTest {

    private static final String HEALTH = "/_nearside/health";

    @TempDir
    Path folder;

    @Test
    void aNodeThatServesSaysWhichRevisionAndKeepsNoTraceOfIt() throws Exception {
        try (TestBed bed = TestBed.start(folder);
                RawViewer viewer = new RawViewer(bed.address())) {
            RawViewer.Response health = ask(viewer, HEALTH);
            // An exchange is over, and has its trace, before the next one of its connection starts.
            RawViewer.Response other = ask(viewer, HEALTH + "/more");
            RawViewer.Response last = ask(viewer, "/last");

            assertThat(health.status()).isEqualTo(200);
            assertThat(health.text()).isEqualTo("{\"status\":\"ok\",\"revision\":1}\n");
            assertThat(other.status()).isEqualTo(403);
            assertThat(last.status()).isEqualTo(403);
            assertThat(bed.node().traces().find(health.field("x-amz-cf-id"))).isEmpty();
            assertThat(bed.node().traces().find(other.field("x-amz-cf-id"))).isPresent();
        }
    }

    @Test
    void aDistributionKeepsThePathForItself() throws Exception {
        try (TestBed bed = TestBed.start(folder)) {
            bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("the origin's")));

            assertThat(bed.get(HEALTH).text()).isEqualTo("the origin's");
        }
    }

    @Test
    void aNodeWithoutConfigurationIsNotWell() throws Exception {
        try (FakeControlPlane controlPlane = new FakeControlPlane(0);
                Transport transport = Transport.sockets(1, "health-test");
                EdgeNode node =
                        EdgeNode.start(config(controlPlane), transport, List.of(), Time.system(), Randomness.fast());
                RawViewer viewer = new RawViewer(node.address())) {
            assertThat(ask(viewer, HEALTH).status()).isEqualTo(503);
        }
    }

    private EdgeNodeConfig config(FakeControlPlane controlPlane) {
        return NodeSettings.DEFAULTS.config(
                "LHR-1", controlPlane.address().getPort(), folder, EdgeNodeConfig.ShieldTable.NONE);
    }

    private static RawViewer.Response ask(RawViewer viewer, String path) throws IOException {
        viewer.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:7101\r\n\r\n");
        return viewer.read();
    }
}
