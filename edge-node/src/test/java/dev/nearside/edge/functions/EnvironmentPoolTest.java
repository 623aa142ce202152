package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.kit.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Environments that are made ahead of events: what they count for, and that they go again. */
class EnvironmentPoolTest {

    private static final int ALL = 2;
    private static final Variables NONE = (opened, _) -> opened.accept(Map.of());

    private final ManualTime time = new ManualTime(0);
    private final EnvironmentPool.Budget budget = new EnvironmentPool.Budget(ALL);
    private final List<Optional<InvocationOutcome.Failed>> told = new ArrayList<>();

    /** An environment without anything in it. */
    private final class Empty implements EnvironmentPool.Environment {
        private final List<EnvironmentPool<Empty>> home;
        private boolean gone;

        Empty(List<EnvironmentPool<Empty>> home) {
            this.home = home;
        }

        @Override
        public void discard() {
            if (!gone) {
                gone = true;
                home.getFirst().forget(this);
                budget.giveBack();
            }
        }
    }

    private EnvironmentPool<Empty> pool() {
        List<EnvironmentPool<Empty>> home = new ArrayList<>();
        home.add(new EnvironmentPool<>(budget, ALL, time, () -> new Empty(home)));
        return home.getFirst();
    }

    /** The environment for an event; null if there is none. */
    private static @Nullable Empty acquired(EnvironmentPool<Empty> pool) {
        List<Empty> got = new ArrayList<>();
        pool.acquire(NONE, got::add, _ -> {});
        return got.isEmpty() ? null : got.getFirst();
    }

    private Empty warmedUp(EnvironmentPool<Empty> pool) {
        List<Empty> started = new ArrayList<>();
        pool.warmUp(NONE, told::add, started::add);
        assertThat(started).hasSize(1);
        pool.release(started.getFirst());
        return started.getFirst();
    }

    @Test
    void theFirstEventGetsWhatWasMadeAhead() {
        EnvironmentPool<Empty> pool = pool();
        Empty made = warmedUp(pool);

        assertThat(acquired(pool)).isSameAs(made);
    }

    @Test
    void nothingIsMadeWhereThereIsOne() {
        EnvironmentPool<Empty> pool = pool();
        warmedUp(pool);
        pool.warmUp(NONE, told::add, started -> {
            throw new AssertionError("a second one was made");
        });

        assertThat(told).containsExactly(Optional.empty());
    }

    @Test
    void whatWasMadeAheadCountsInTheBudget() {
        warmedUp(pool());
        warmedUp(pool());
        EnvironmentPool<Empty> third = pool();
        third.warmUp(NONE, told::add, started -> {
            throw new AssertionError("more than " + ALL + " were made");
        });

        assertThat(told)
                .singleElement()
                .satisfies(failed -> assertThat(failed.orElseThrow().reason()).isEqualTo(FailureReason.THROTTLED));
        assertThat(third.size()).isZero();
        assertThat(acquired(third)).as("an event may take one that nobody uses").isNotNull();
    }

    @Test
    void whatNoEventUsesGoesWhenItHasBeenIdleForLong() {
        EnvironmentPool<Empty> pool = pool();
        warmedUp(pool);
        warmedUp(pool());
        budget.discardFreeSince(time.nanos());

        assertThat(pool.size()).isZero();
        warmedUp(pool());
        warmedUp(pool());
        assertThat(told).as("both shares of the budget came back").isEmpty();
    }

    @Test
    void aClosedFunctionGetsNone() {
        EnvironmentPool<Empty> pool = pool();
        pool.close();
        pool.warmUp(NONE, told::add, started -> {
            throw new AssertionError("one was made for a closed function");
        });

        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).isPresent();
    }

    @Test
    void whatIsReadyAfterTheCloseGoesAtOnce() {
        EnvironmentPool<Empty> pool = pool();
        List<Empty> started = new ArrayList<>();
        pool.warmUp(NONE, told::add, started::add);
        pool.close();
        pool.release(started.getFirst());

        assertThat(started.getFirst().gone).isTrue();
        assertThat(pool.size()).isZero();
    }
}
