package dev.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.benchmarks.cache.LookupBenchmark;
import dev.nearside.benchmarks.gain.EdgeGainBenchmark;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every benchmark runs, for a moment and in this process: that it works is tested here, not what it measures. */
class BenchmarksTest {

    @Test
    void theGainIsMeasuredForEveryCityAndPlace() throws RunnerException {
        assertThat(run(EdgeGainBenchmark.class))
                .extracting(result -> List.of(
                        result.getPrimaryResult().getLabel(),
                        result.getParams().getParam("city"),
                        result.getParams().getParam("place")))
                .doesNotHaveDuplicates()
                .hasSize(2 * 5 * 2);
    }

    @Test
    void lookupsAreMeasuredForEveryRuleSet() throws RunnerException {
        assertThat(run(LookupBenchmark.class))
                .extracting(result -> List.of(
                        result.getPrimaryResult().getLabel(), result.getParams().getParam("rules")))
                .doesNotHaveDuplicates()
                .hasSize(2 * 2);
    }

    private static Collection<RunResult> run(Class<?> benchmark) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(benchmark.getName())
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(200))
                        .shouldFailOnError(true)
                        .build())
                .run();
    }
}
