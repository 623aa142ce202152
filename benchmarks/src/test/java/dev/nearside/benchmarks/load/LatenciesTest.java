package dev.nearside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatenciesTest {

    private static final int MANY = 10_000;

    @ParameterizedTest(name = "p{0} of 1 to 10,000 ms is {1}")
    @CsvSource({"0.001, 1", "50, 5000", "99, 9900", "99.9, 9990", "100, 10000"})
    void percentilesAreExact(double percentile, double millis) {
        Latencies latencies = new Latencies();
        for (long number = MANY; number > 0; number--) {
            latencies.add(number * 1_000_000);
        }

        assertThat(latencies.millisAt(percentile)).isEqualTo(millis);
        assertThat(latencies.count()).isEqualTo(MANY);
    }

    @Test
    void nothingHasNoPercentiles() {
        assertThat(new Latencies().millisAt(99)).isZero();
    }
}
