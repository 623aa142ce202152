package dev.nearside.benchmarks.gain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.benchmarks.gain.GainTable.Measured;
import dev.nearside.simulator.geo.Atlas;
import java.util.List;
import org.junit.jupiter.api.Test;

class GainTableTest {

    @Test
    void rowsPairWhatWasMeasuredInBothPlaces() {
        List<Measured> measured = List.of(
                new Measured("fresh", "Tokyo", Place.AT_POP, 16),
                new Measured("fresh", "Tokyo", Place.AT_ORIGIN_REGION, 388),
                new Measured("kept", "Tokyo", Place.AT_ORIGIN_REGION, 194),
                new Measured("kept", "Tokyo", Place.AT_POP, 8),
                new Measured("kept", "Berlin", Place.AT_POP, 25));
        assertThat(String.join("\n", GainTable.lines(measured))).isEqualTo("""
                | connection | city | at PoP, ms | at origin region, ms | gained, ms | ratio |
                |---|---|---:|---:|---:|---:|
                | kept | Tokyo | 8.0 | 194.0 | 186.0 | 24.3 |
                | fresh | Tokyo | 16.0 | 388.0 | 372.0 | 24.3 |""");
    }

    @Test
    void theOriginRegionIsAsFarAsTheRegionAndNotAsItsPop() {
        var berlin = Atlas.builtIn().city("Berlin");
        assertThat(Place.AT_POP.pop(berlin).code()).isEqualTo("LHR");
        assertThat(Place.AT_ORIGIN_REGION.pop(berlin).code()).isEqualTo("IAD");
        assertThat(Place.AT_ORIGIN_REGION.link(berlin).roundTripNanos())
                .isGreaterThan(2 * Place.AT_POP.link(berlin).roundTripNanos());
    }
}
