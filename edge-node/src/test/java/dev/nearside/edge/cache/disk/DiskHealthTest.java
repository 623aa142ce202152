package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DiskHealthTest {

    private final ManualTime time = new ManualTime(0);
    private final DiskHealth health = new DiskHealth("TEST-1", time);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            health.failed(health.term(), "writing", new IOException("No space left on device"));
        }
    }

    private void restIsOver() {
        time.advance(Duration.ofNanos(DiskHealth.REST_NANOS));
    }

    @Test
    void restsAfterFailuresInARowOnly() {
        fail(2);
        assertThat(health.succeeded(health.term())).as("news").isTrue();
        fail(2);
        assertThat(health.mayWrite()).isTrue();
        fail(1);
        assertThat(health.mayWrite()).isFalse();
        assertThat(health.failures()).isEqualTo(5);
        assertThat(health.rests()).isEqualTo(1);
    }

    @Test
    void isTriedAgainAfterTheRestAndRestsAtTheFirstFailureThen() {
        fail(3);
        time.advance(Duration.ofNanos(DiskHealth.REST_NANOS - 1));
        assertThat(health.mayWrite()).isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(health.mayWrite()).isTrue();
        fail(1);
        assertThat(health.mayWrite()).isFalse();
        restIsOver();
        assertThat(health.mayWrite()).isTrue();
        assertThat(health.succeeded(health.term())).isTrue();
        fail(2);
        assertThat(health.mayWrite()).as("healthy again").isTrue();
    }

    @Test
    void lateFailureOfWhatWasBegunBeforeTheRestSaysNothingOfTheTermAfterIt() {
        long before = health.term();
        fail(3);
        restIsOver();
        assertThat(health.mayWrite()).isTrue();
        health.failed(before, "writing", new IOException("No space left on device"));

        assertThat(health.mayWrite()).isTrue();
        assertThat(health.failures()).isEqualTo(4);
        assertThat(health.succeeded(before)).as("nor does a late success").isFalse();
        assertThat(health.succeeded(health.term())).isTrue();
    }
}
