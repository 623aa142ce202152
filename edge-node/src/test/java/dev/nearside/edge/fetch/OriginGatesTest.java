package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.fetch.OriginGates.Entry;
import dev.nearside.edge.fetch.OriginGates.Pass;
import dev.nearside.kit.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shares and circuit breakers in virtual time. */
class OriginGatesTest {

    private static final OriginTarget ORIGIN = new OriginTarget(false, "a.test", 80);
    private static final BreakerSettings SETTINGS = new BreakerSettings(50, 4, 10);

    private final ManualTime time = new ManualTime(1_700_000_000_000L);

    private OriginGates gates(int share, Map<String, BreakerSettings> breakers) {
        return new OriginGates(share, breakers, time);
    }

    private static Pass admitted(OriginGates gates, OriginTarget target) {
        Entry entry = gates.enter(target);
        assertThat(entry).isInstanceOf(Entry.Admitted.class);
        return ((Entry.Admitted) entry).pass();
    }

    private static FillFailure refused(OriginGates gates, OriginTarget target) {
        Entry entry = gates.enter(target);
        assertThat(entry).isInstanceOf(Entry.Refused.class);
        return ((Entry.Refused) entry).why();
    }

    private static void failed(OriginGates gates, int times) {
        for (int i = 0; i < times; i++) {
            Pass pass = admitted(gates, ORIGIN);
            pass.unreachable();
            pass.leave();
        }
    }

    private static void answered(OriginGates gates, int times) {
        for (int i = 0; i < times; i++) {
            Pass pass = admitted(gates, ORIGIN);
            pass.answered();
            pass.leave();
        }
    }

    @Test
    void shareIsLimitedAndComesBack() {
        OriginGates gates = gates(2, Map.of());
        Pass first = admitted(gates, ORIGIN);
        admitted(gates, ORIGIN);
        assertThat(refused(gates, ORIGIN))
                .extracting(FillFailure::status, FillFailure::kind, FillFailure::result)
                .containsExactly(503, "origin-share-full", "LimitExceeded");
        admitted(gates, new OriginTarget(false, "b.test", 80));
        first.leave();
        admitted(gates, ORIGIN);
    }

    @Test
    void withoutABreakerFailuresChangeNothing() {
        OriginGates gates = gates(2, Map.of("b.test", SETTINGS));
        failed(gates, 100);
        admitted(gates, ORIGIN);
    }

    @Test
    void circuitOpensAtItsRateOnceThereAreEnoughCalls() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        failed(gates, 3);
        admitted(gates, ORIGIN).leave();
        failed(gates, 1);
        assertThat(refused(gates, ORIGIN))
                .extracting(FillFailure::status, FillFailure::kind, FillFailure::result)
                .containsExactly(503, "origin-circuit-open", "Error");
    }

    @Test
    void answersKeepTheRateBelow() {
        OriginGates gates = gates(9, Map.of("*", SETTINGS));
        answered(gates, 5);
        failed(gates, 4);
        admitted(gates, ORIGIN).leave();
        failed(gates, 1);
        assertThat(refused(gates, ORIGIN).kind()).isEqualTo("origin-circuit-open");
    }

    @Test
    void openCircuitLetsNothingThroughUntilItsTimeIsOver() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        failed(gates, 4);
        time.advance(Duration.ofMillis(9_999));
        assertThat(refused(gates, ORIGIN).kind()).isEqualTo("origin-circuit-open");
        time.advance(Duration.ofMillis(2));
        admitted(gates, ORIGIN);
    }

    @Test
    void halfOpenLetsAFewThrough() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        failed(gates, 4);
        time.advance(Duration.ofSeconds(11));
        List<Pass> trials = new ArrayList<>();
        for (int i = 0; i < OriginGates.TRIALS; i++) {
            trials.add(admitted(gates, ORIGIN));
        }
        assertThat(refused(gates, ORIGIN).kind()).isEqualTo("origin-circuit-open");
        trials.forEach(Pass::answered);
        trials.forEach(Pass::leave);
        answered(gates, 20);
    }

    @Test
    void failedTrialsOpenItAgain() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        failed(gates, 4);
        time.advance(Duration.ofSeconds(11));
        failed(gates, OriginGates.TRIALS);
        assertThat(refused(gates, ORIGIN).kind()).isEqualTo("origin-circuit-open");
        time.advance(Duration.ofSeconds(11));
        answered(gates, OriginGates.TRIALS);
        answered(gates, 20);
    }

    @Test
    void trialThatNobodyWaitedForMakesRoomForAnother() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        failed(gates, 4);
        time.advance(Duration.ofSeconds(11));
        for (int i = 0; i < 10; i++) {
            admitted(gates, ORIGIN).leave();
        }
    }

    @Test
    void onlyTheFirstThingToldCounts() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        for (int i = 0; i < 10; i++) {
            Pass pass = admitted(gates, ORIGIN);
            pass.answered();
            pass.unreachable();
            pass.leave();
        }
        admitted(gates, ORIGIN);
    }

    @Test
    void refusalByTheCircuitTakesNoShare() {
        OriginGates gates = gates(1, Map.of("a.test", SETTINGS));
        failed(gates, 4);
        for (int i = 0; i < 3; i++) {
            assertThat(refused(gates, ORIGIN).kind()).isEqualTo("origin-circuit-open");
        }
        time.advance(Duration.ofSeconds(11));
        admitted(gates, ORIGIN);
    }

    @Test
    void hostNamesAreComparedWithoutCase() {
        OriginGates gates = gates(9, Map.of("a.test", SETTINGS));
        OriginTarget shouted = new OriginTarget(false, "A.Test", 80);
        for (int i = 0; i < 4; i++) {
            Pass pass = admitted(gates, shouted);
            pass.unreachable();
            pass.leave();
        }
        assertThat(refused(gates, shouted).kind()).isEqualTo("origin-circuit-open");
    }

    @Test
    void originsThatFunctionsInventAreForgotten() {
        OriginGates gates = gates(9, Map.of("*", SETTINGS));
        failed(gates, 4);
        Pass held = admitted(gates, new OriginTarget(false, "busy.test", 80));
        for (int i = 0; i < 3 * OriginGates.MAX_IDLE_GATES; i++) {
            admitted(gates, new OriginTarget(false, "h" + i + ".test", 80)).leave();
        }
        assertThat(gates.size()).isEqualTo(OriginGates.MAX_IDLE_GATES);
        assertThat(refused(gates, ORIGIN).kind())
                .as("what is known of a broken origin outlives idle ones")
                .isEqualTo("origin-circuit-open");
        held.leave();
    }

    @Test
    void originsWithRequestsUnderWayAreNeverForgotten() {
        OriginGates gates = gates(1, Map.of());
        int many = OriginGates.MAX_IDLE_GATES + 10;
        for (int i = 0; i < many; i++) {
            admitted(gates, new OriginTarget(false, "h" + i + ".test", 80));
        }
        assertThat(gates.size()).isEqualTo(many);
        assertThat(refused(gates, new OriginTarget(false, "h0.test", 80)).kind())
                .isEqualTo("origin-share-full");
    }
}
