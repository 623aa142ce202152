package dev.nearside.edge.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.routing.ExchangeCounts.Outcome;
import dev.nearside.kit.watch.DistributionCounts;
import org.junit.jupiter.api.Test;

class ExchangeCountsTest {

    private final ExchangeCounts counts = new ExchangeCounts();

    @Test
    void outcomesAreCountedByDistribution() {
        counts.ended("E1", Outcome.GOOD);
        counts.ended("E1", Outcome.SERVER_ERROR);
        counts.ended("E1", Outcome.FUNCTION_FAILURE);
        counts.ended("E2", Outcome.GOOD);

        assertThat(counts.report())
                .containsExactly(new DistributionCounts("E1", 3, 2, 1), new DistributionCounts("E2", 1, 0, 0));
    }

    @Test
    void onlyTheBusiestAreReported() {
        for (int i = 0; i < 2 * DistributionCounts.MAX_REPORTED; i++) {
            counts.ended("quiet-" + i, Outcome.GOOD);
        }
        counts.ended("busy", Outcome.GOOD);
        counts.ended("busy", Outcome.GOOD);

        assertThat(counts.report()).hasSize(DistributionCounts.MAX_REPORTED);
        assertThat(counts.report().getFirst().distributionId()).isEqualTo("busy");
    }
}
