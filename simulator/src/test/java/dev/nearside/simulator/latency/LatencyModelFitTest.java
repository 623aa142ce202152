package dev.nearside.simulator.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.Coordinates;
import dev.nearside.simulator.geo.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds the committed constants against measured round trips, where the measurements are at hand. */
class LatencyModelFitTest {

    private record Measured(double distanceKm, double millis) {}

    private final List<Measured> measurements = new ArrayList<>();

    @BeforeEach
    void readMeasurements() throws IOException {
        Path file = measurementsFile();
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: no measured round trips at " + file);
        JsonNode data = new JsonMapper().readTree(file.toFile()).path("data");
        for (Region from : Atlas.builtIn().regions()) {
            for (Region to : Atlas.builtIn().regions()) {
                JsonNode millis = data.path(from.code()).path(to.code());
                if (!from.equals(to) && millis.isNumber()) {
                    Coordinates here = from.coordinates();
                    measurements.add(new Measured(here.distanceKm(to.coordinates()), millis.asDouble()));
                }
            }
        }
    }

    @Test
    void committedConstantsAreThoseOfTheBestFit() {
        LatencyModel best = fit();
        assertThat(LatencyModel.fitted().constantMillis()).isCloseTo(best.constantMillis(), within(0.5));
        assertThat(LatencyModel.fitted().detour()).isCloseTo(best.detour(), within(0.01));
    }

    @Test
    void errorIsWhatTheDecisionNoteSays() {
        List<Double> errors = relativeErrors(LatencyModel.fitted());
        assertThat(measurements).hasSize(33 * 32);
        assertThat(errors.get(errors.size() / 2)).as("median").isCloseTo(0.133, within(0.002));
        assertThat(errors.get(errors.size() * 9 / 10)).as("p90").isCloseTo(0.352, within(0.002));
    }

    /** The constants with the least mean relative error, by trying all on a grid. */
    private LatencyModel fit() {
        LatencyModel best = LatencyModel.fitted();
        double leastError = Double.POSITIVE_INFINITY;
        for (int halfMillis = 0; halfMillis <= 40; halfMillis++) {
            for (int percent = 100; percent <= 220; percent++) {
                LatencyModel candidate = new LatencyModel(halfMillis / 2.0, percent / 100.0, 0, 0);
                double error = measurements.stream()
                        .mapToDouble(pair -> relativeError(candidate, pair))
                        .average()
                        .orElseThrow();
                if (error < leastError) {
                    leastError = error;
                    best = candidate;
                }
            }
        }
        return best;
    }

    private List<Double> relativeErrors(LatencyModel model) {
        return measurements.stream()
                .map(pair -> relativeError(model, pair))
                .sorted()
                .toList();
    }

    private static double relativeError(LatencyModel model, Measured pair) {
        return Math.abs(model.roundTripMillis(pair.distanceKm()) - pair.millis()) / pair.millis();
    }

    private static Path measurementsFile() {
        // Surefire runs in the module's folder; the measurements lie beside the project, never in it.
        return Path.of("..", "..", "shared", "data", "aws-region-rtt-p50.json");
    }
}
