package dev.nearside.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.benchmarks.Smoke;
import dev.nearside.benchmarks.cache.LookupBenchmark.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

class LookupBenchmarkTest {

    private static final int METHODS = 2;

    @Test
    void lookupsAreMeasuredUnderEveryRuleSet() throws RunnerException {
        assertThat(Smoke.run(LookupBenchmark.class))
                .extracting(result -> List.of(
                        result.getPrimaryResult().getLabel(), result.getParams().getParam("rules")))
                .doesNotHaveDuplicates()
                .hasSize(METHODS * Rules.values().length);
    }
}
