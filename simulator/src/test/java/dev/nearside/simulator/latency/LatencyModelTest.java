package dev.nearside.simulator.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.City;
import dev.nearside.simulator.geo.Pop;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyModelTest {

    private final Atlas atlas = Atlas.builtIn();
    private final LatencyModel model = LatencyModel.fitted();

    @ParameterizedTest(name = "{0} is served by {1}")
    @CsvSource({
        "New York,IAD",
        "Mexico City,IAD",
        "Paris,LHR",
        "Cairo,LHR",
        "Seoul,NRT",
        "Singapore,NRT",
        "Auckland,SYD",
        "Buenos Aires,GRU",
    })
    void viewersGoToTheNearestOfTheRunningPops(String city, String pop) {
        List<Pop> running =
                Stream.of("IAD", "LHR", "NRT", "SYD", "GRU").map(atlas::pop).toList();
        assertThat(model.nearestPop(atlas.city(city), running).code()).isEqualTo(pop);
    }

    @Test
    void viewerNextToAPopPaysForTheAccessLineOnly() {
        City london = atlas.city("London");
        long millis = TimeUnit.NANOSECONDS.toMillis(model.roundTripNanos(london, atlas.pop("LHR")));
        assertThat(millis).isBetween(14L, 15L);
    }

    @Test
    void farIsSlowerThanNear() {
        var virginia = atlas.region("us-east-1").coordinates();
        long london = model.roundTripNanos(atlas.pop("LHR").coordinates(), virginia);
        long sydney = model.roundTripNanos(atlas.pop("SYD").coordinates(), virginia);
        assertThat(TimeUnit.NANOSECONDS.toMillis(london)).isBetween(80L, 110L);
        assertThat(TimeUnit.NANOSECONDS.toMillis(sydney)).isBetween(200L, 280L);
    }

    @Test
    void jitterIsAShareOfTheRoundTrip() {
        assertThat(model.link(100_000_000).jitterNanos()).isEqualTo(2_000_000);
        assertThat(model.link(100_000_000).roundTripNanos()).isEqualTo(100_000_000);
    }

    @Test
    void worldWithoutPopsIsRefused() {
        assertThatThrownBy(() -> model.nearestPop(atlas.city("London"), List.of()))
                .hasMessageContaining("expected at least one");
    }
}
