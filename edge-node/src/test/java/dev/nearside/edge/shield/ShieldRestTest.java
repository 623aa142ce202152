package dev.nearside.edge.shield;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShieldRestTest {

    private static final Shield ONE = new Shield("127.0.0.1", 7301, 0, 0);
    private static final Shield OTHER = new Shield("127.0.0.1", 7302, 0, 0);

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final ShieldRest rest = new ShieldRest(time);

    @Test
    void aShieldIsAskedUntilItCannotBeReached() {
        assertThat(rest.mayAsk(ONE)).isTrue();
        rest.unreachable(ONE);

        assertThat(rest.mayAsk(ONE)).isFalse();
        assertThat(rest.mayAsk(OTHER)).isTrue();
        time.advance(Duration.ofMillis(4_999));
        assertThat(rest.mayAsk(ONE)).isFalse();
    }

    @Test
    void afterItsRestOneTriesItAndTheOthersWaitForHowThatGoes() {
        rest.unreachable(ONE);
        time.advance(Duration.ofSeconds(5));

        assertThat(rest.mayAsk(ONE)).isTrue();
        assertThat(rest.mayAsk(ONE)).isFalse();
        rest.reached(ONE);
        assertThat(rest.mayAsk(ONE)).isTrue();
        assertThat(rest.mayAsk(ONE)).isTrue();
    }

    @Test
    void whoTriesItInVainBeginsAnotherRest() {
        rest.unreachable(ONE);
        time.advance(Duration.ofSeconds(5));
        assertThat(rest.mayAsk(ONE)).isTrue();
        time.advance(Duration.ofSeconds(2));
        rest.unreachable(ONE);
        time.advance(Duration.ofMillis(4_999));

        assertThat(rest.mayAsk(ONE)).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(rest.mayAsk(ONE)).isTrue();
    }

    @Test
    void whoNeverTellsHowItWentDoesNotKeepTheOthersFromTryingForEver() {
        rest.unreachable(ONE);
        time.advance(Duration.ofSeconds(5));
        assertThat(rest.mayAsk(ONE)).isTrue();
        time.advance(Duration.ofSeconds(5));

        assertThat(rest.mayAsk(ONE)).isTrue();
    }
}
