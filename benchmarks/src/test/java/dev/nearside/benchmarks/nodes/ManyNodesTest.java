package dev.nearside.benchmarks.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One control plane with {@code -Dnearside.nodes=N} nodes, each on a connection of its own. */
@Timeout(120)
class ManyNodesTest {

    private static final int NODES = Integer.getInteger("nearside.nodes", 200);
    private static final int CHANGES = 20;

    /** More than a change of one distribution takes, and less than the whole of a hundred. */
    private static final long MAX_BYTES_FOR_A_CHANGE = 4_000;

    @TempDir
    private Path data;

    @Test
    void everyNodeGetsEveryChangeAndOnlyWhatChanged() throws Exception {
        try (ControlPlane plane = ControlPlane.start(
                        ControlPlaneConfig.in(data.toString()).onPorts(0, 0), Time.system(), Randomness.secret());
                EditedDistribution distribution =
                        new EditedDistribution(plane.apiAddress().getPort());
                NodeSwarm swarm = new NodeSwarm(NODES, plane.watchAddress(), plane.enrolmentToken())) {
            swarm.expect(distribution.create());
            assertThat(swarm.await().nanos()).hasSize(NODES);

            for (int i = 0; i < CHANGES; i++) {
                distribution.invalidate();
            }
            swarm.expect(distribution.nextRevision() - 1);
            swarm.await();
            long before = swarm.receivedBytes();
            swarm.expect(distribution.nextRevision());
            distribution.update();
            swarm.await();
            assertThat((swarm.receivedBytes() - before) / NODES).isBetween(1L, MAX_BYTES_FOR_A_CHANGE);
        }
    }
}
