package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are asked to stop, and one that cannot start. */
class StartAndStopTest {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** As a shell sees a process that a signal ended. */
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @TempDir
    private Path folder;

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
    void aWorldStopsSoonAndQuietlyWhenAsked() throws Exception {
        try (NearsideProcess up = up(FreePorts.base(5).base()).ready()) {
            up.terminate();
            assertThat(up.exitCode(STOP_LIMIT)).isIn(0, ENDED_BY_SIGTERM);
            assertThat(up.out() + up.err()).doesNotContain("\tat ", "ERROR");
        }
    }

    @Test
    void aWorldWhosePortIsTakenSaysSoInOneLine() throws Exception {
        var ports = FreePorts.base(5);
        try (ServerSocket other = new ServerSocket(ports.popHttp(2), 1, InetAddress.getLoopbackAddress());
                NearsideProcess up = up(ports.base())) {
            assertThat(up.exitCode(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(up.err().lines().filter(line -> line.startsWith("nearside: ")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(String.valueOf(other.getLocalPort()), "stop what");
            assertThat(up.out()).doesNotContain("ready");
            assertThat(up.err()).doesNotContain("\tat ");
        }
    }

    private NearsideProcess up(int portBase) throws Exception {
        return NearsideProcess.start(
                folder, "up", "--port-base", String.valueOf(portBase), "--data", folder + "/state");
    }
}
