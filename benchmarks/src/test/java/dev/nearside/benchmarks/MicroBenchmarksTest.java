package dev.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.benchmarks.cache.FreshnessBenchmark;
import dev.nearside.benchmarks.cache.KeyBenchmark;
import dev.nearside.benchmarks.framing.FramingBenchmark;
import dev.nearside.benchmarks.functions.InvocationBenchmark;
import dev.nearside.benchmarks.functions.ManyFunctionsBenchmark;
import dev.nearside.benchmarks.functions.MeteringBenchmark;
import dev.nearside.benchmarks.http.FieldsBenchmark;
import dev.nearside.benchmarks.routing.RouteBenchmark;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.runner.RunnerException;

class MicroBenchmarksTest {

    /** Each with its number of methods times parameters. */
    static Stream<Arguments> benchmarks() {
        return Stream.of(
                Arguments.of(KeyBenchmark.class, 3),
                Arguments.of(FreshnessBenchmark.class, 4 * 3 * 2),
                Arguments.of(FramingBenchmark.class, 4 * 3),
                Arguments.of(RouteBenchmark.class, 4 * 3),
                Arguments.of(FieldsBenchmark.class, 4 * 2),
                Arguments.of(InvocationBenchmark.class, 2 * 4),
                Arguments.of(ManyFunctionsBenchmark.class, 2 * 2),
                Arguments.of(MeteringBenchmark.class, 2 * 4));
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void everyMethodRunsWithEveryParameter(Class<?> benchmark, int runs) throws RunnerException {
        assertThat(Smoke.run(benchmark))
                .hasSize(runs)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
