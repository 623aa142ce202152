package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.Await;
import dev.nearside.simulator.world.Ports;
import dev.nearside.simulator.world.Viewer;
import dev.nearside.simulator.world.WorldConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are asked to stop, and one that cannot start. */
class StartAndStopTest {

    private static final int POPS = WorldConfig.DEFAULT_POPS.size();
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** As a shell sees a process that a signal ended. */
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private final List<Viewer> viewers = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void disconnectViewers() throws IOException {
        for (Viewer viewer : viewers) {
            viewer.close();
        }
    }

    @Test
    void everyPartStopsSoonAndQuietlyWhenAsked() throws Exception {
        try (Fleet fleet = new Fleet(folder)) {
            List<NearsideProcess> parts = List.of(fleet.edge("LHR"), fleet.origin(), fleet.controlPlane());
            for (NearsideProcess part : parts) {
                part.ready();
            }
            fleet.awaitNodes(1);
            for (NearsideProcess part : parts) {
                part.terminate();
                assertThat(part.exitCode(STOP_LIMIT)).isIn(0, ENDED_BY_SIGTERM);
                assertThat(part.out() + part.err()).doesNotContain("\tat ", "ERROR");
            }
        }
    }

    @Test
    void aWorldStopsSoonAndQuietlyWhenAskedEvenUnderSlowViewers() throws Exception {
        Ports ports = FreePorts.base(POPS);
        try (NearsideProcess up = up(ports.base()).ready()) {
            for (int pop = 0; pop < POPS; pop++) {
                int port = ports.popHttp(pop);
                Await.until(
                        START_LIMIT,
                        "the PoP serves",
                        () -> Viewer.get(port, "demo.localhost", "/").status() == 200);
                Viewer viewer = new Viewer(port);
                viewers.add(viewer);
                viewer.send("GET", "demo.localhost", "/dial/slow?size=10MB&rate=10KB&cache=no-store", "");
                assertThat(viewer.readBytes(1_000)).hasSize(1_000);
            }
            up.terminate();
            assertThat(up.exitCode(STOP_LIMIT)).isIn(0, ENDED_BY_SIGTERM);
            assertThat(up.out() + up.err()).doesNotContain("\tat ", "ERROR");
        }
    }

    @Test
    void aWorldWhosePortIsTakenSaysSoInOneLine() throws Exception {
        Ports ports = FreePorts.base(POPS);
        try (ServerSocket other = new ServerSocket(ports.popHttp(2), 1, InetAddress.getLoopbackAddress());
                NearsideProcess up = up(ports.base())) {
            assertThat(up.exitCode(START_LIMIT)).isEqualTo(1);
            assertThat(up.err().lines().filter(line -> line.startsWith("nearside: ")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(String.valueOf(other.getLocalPort()), "stop what");
            assertThat(up.out()).doesNotContain("ready");
            assertThat(up.err()).doesNotContain("\tat ");
        }
    }

    private NearsideProcess up(int portBase) throws IOException {
        return NearsideProcess.start(
                folder, "up", "--port-base", String.valueOf(portBase), "--data", folder + "/state");
    }
}
