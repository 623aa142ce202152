package dev.nearside.kit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private final ManualTime time = new ManualTime(1_700_000_000_000L);

    @Test
    void standsStillUntilItIsMoved() {
        assertThat(time.nanos()).isZero();
        assertThat(time.epochMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(time.now()).isEqualTo(Instant.parse("2023-11-14T22:13:20Z"));
    }

    @Test
    void bothClocksMoveTogether() {
        time.advance(Duration.ofNanos(999_999));
        assertThat(time.epochMillis()).isEqualTo(1_700_000_000_000L);
        time.advance(Duration.ofNanos(1));

        assertThat(time.nanos()).isEqualTo(1_000_000);
        assertThat(time.epochMillis()).isEqualTo(1_700_000_000_001L);
    }

    @Test
    void neverGoesBack() {
        time.advance(Duration.ZERO);

        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.000000001S");
    }
}
