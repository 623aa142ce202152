package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.NotCachedReason;
import org.junit.jupiter.api.Test;

class FetchPlanTest {

    @Test
    void nothingToValidateMeansTheWhole() {
        assertThat(FetchPlan.validating(null)).isSameAs(FetchPlan.WHOLE);
        assertThat(FetchPlan.WHOLE.unshared()).isNull();
        assertThat(FetchPlan.WHOLE.forwardsRange()).isFalse();
    }

    @Test
    void plansSayOneThingEach() {
        assertThat(FetchPlan.unshared(NotCachedReason.METHOD))
                .isEqualTo(new FetchPlan(NotCachedReason.METHOD, null, null, false));
        assertThat(FetchPlan.ofRange()).isEqualTo(new FetchPlan(null, null, null, true));
    }
}
