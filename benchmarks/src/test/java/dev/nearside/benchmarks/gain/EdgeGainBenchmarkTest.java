package dev.nearside.benchmarks.gain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.benchmarks.Smoke;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

class EdgeGainBenchmarkTest {

    private static final int CITIES = 5;
    private static final int CONNECTIONS = 2;

    @Test
    void theGainIsMeasuredForEveryCityPlaceAndConnection() throws IOException, RunnerException {
        // Held over all of them, so that the world is started once.
        try (RedirectingWorld _ = RedirectingWorld.hold()) {
            assertThat(Smoke.run(EdgeGainBenchmark.class))
                    .extracting(result -> List.of(
                            result.getPrimaryResult().getLabel(),
                            result.getParams().getParam("city"),
                            result.getParams().getParam("place")))
                    .doesNotHaveDuplicates()
                    .hasSize(CONNECTIONS * CITIES * Place.values().length);
        }
    }
}
