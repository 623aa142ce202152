package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose control plane is far away over the emulated link. */
class DistantControlPlaneTest {

    private static final int ROUND_TRIP_MILLIS = 60;

    @TempDir
    Path folder;

    @Test
    void configurationComesWholeAndNoSoonerThanTheLinkAllows() throws Exception {
        Instant start = Instant.now();
        try (TestBed bed = TestBed.start(
                folder, NodeSettings.DEFAULTS.with(new EdgeNodeConfig.ControlPlaneLink(ROUND_TRIP_MILLIS, 0)))) {
            // One round trip to connect, one for the question and its answer, half of one for the acknowledgement.
            assertThat(Duration.between(start, Instant.now()))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(2 * ROUND_TRIP_MILLIS + ROUND_TRIP_MILLIS / 2));
            bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("x")));
            assertThat(bed.get("/a").text()).isEqualTo("x");
        }
    }
}
