package dev.nearside.control.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.core.RolloutPolicy.Wave;
import dev.nearside.control.core.RolloutProgress.Phase;
import dev.nearside.kit.snapshot.Invalidation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rollouts in virtual time: who gets what when, and when a release is taken back. */
class RolloutCourseTest {

    private static final Duration A_MOMENT = Duration.ofSeconds(2);
    private static final long BAKE_MILLIS = 60_000;

    private final VirtualFleet fleet = new VirtualFleet(1);

    @BeforeEach
    void begin() {
        for (String pop : List.of("GRU", "IAD", "LHR", "NRT", "SYD")) {
            fleet.node(pop + "-1", pop);
            fleet.node(pop + "-2", pop);
        }
        fleet.run(Duration.ofSeconds(5));
    }

    @AfterEach
    void end() {
        fleet.close();
    }

    @Test
    void waveByPopReachesItsNodesAndTheOthersOnlyAfterTheBakeTime() {
        fleet.rollOut("second", policy(pops("LHR"), pops("NRT", "GRU")));

        fleet.run(A_MOMENT);
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2");
        fleet.run(Duration.ofMillis(BAKE_MILLIS - 5_000));
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2");
        fleet.run(Duration.ofSeconds(10));
        assertThat(serving("second")).containsExactly("GRU-1", "GRU-2", "LHR-1", "LHR-2", "NRT-1", "NRT-2");
        fleet.run(Duration.ofMillis(BAKE_MILLIS));
        assertThat(serving("second")).hasSize(10);
        assertThat(fleet.decisions).containsExactly(new RolloutDecision.Advance(1, 1), new RolloutDecision.Complete(1));
    }

    @Test
    void shareIsRoundedUpAndCountsTheNodesOfEarlierWaves() {
        fleet.rollOut("second", policy(new Wave(List.of(), 11), new Wave(List.of(), 50)));

        fleet.run(A_MOMENT);
        List<String> first = serving("second");
        assertThat(first).hasSize(2);
        fleet.run(Duration.ofMillis(BAKE_MILLIS + 5_000));
        assertThat(serving("second")).hasSize(5).containsAll(first);
    }

    @Test
    void releaseThatFailsIsTakenBackFromAllNodesUnderANewRevision() {
        fleet.nodes.forEach(node -> node.failsOn = "bad");
        fleet.rollOut("bad", policy(pops("LHR")));
        long candidate = fleet.release().staged().candidate().revision();

        fleet.runUntil(() -> fleet.release().staged() == null);
        fleet.run(A_MOMENT);
        assertThat(serving("first")).hasSize(10);
        assertThat(fleet.release().stable().revision()).isGreaterThan(candidate);
        assertThat(fleet.decisions).hasSize(1);
        assertThat(((RolloutDecision.RollBack) fleet.decisions.getFirst()).reason())
                .contains("distribution word: 100.0 % of ", "0.0 % of ", "expected at most 5.0 percentage points more");
        assertThat(fleet.epochMillis()).as("long before the bake is over").isLessThan(BAKE_MILLIS / 2);
    }

    @Test
    void errorsThatNodesWithoutTheReleaseHaveTooAreNotItsFault() {
        fleet.nodes.forEach(node -> node.usualErrors = 0.5);
        fleet.rollOut("second", policy(pops("LHR")));

        fleet.runUntil(() -> fleet.release().staged() == null);
        assertThat(fleet.stableWord()).isEqualTo("second");
    }

    @Test
    void fewRequestsProveNothing() {
        fleet.nodes.forEach(node -> node.failsOn = "second");
        fleet.rollOut("second", new RolloutPolicy(List.of(pops("LHR")), BAKE_MILLIS, 1_000_000, 5));

        fleet.runUntil(() -> fleet.release().staged() == null);
        assertThat(fleet.stableWord()).isEqualTo("second");
    }

    @Test
    void rejectionByOneNodeOfAWaveTakesTheReleaseBack() {
        fleet.nodes.getFirst().refuses = "unloadable";
        fleet.rollOut("unloadable", policy(pops("GRU")));

        fleet.runUntil(() -> fleet.release().staged() == null);
        fleet.run(A_MOMENT);
        assertThat(serving("first")).hasSize(10);
        assertThat(fleet.decisions)
                .containsExactly(new RolloutDecision.RollBack(1, "node GRU-1 rejected it: 'unloadable' is refused"));
    }

    @Test
    void pausedRolloutStaysAtItsWaveAndBakesAnewWhenItGoesOn() {
        fleet.rollOut("second", policy(pops("LHR")));
        fleet.run(Duration.ofMillis(BAKE_MILLIS / 2));
        fleet.pause(true);
        fleet.run(Duration.ofMillis(5 * BAKE_MILLIS));
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2");

        fleet.pause(false);
        fleet.run(Duration.ofMillis(BAKE_MILLIS - 5_000));
        assertThat(fleet.watch().progress())
                .hasValueSatisfying(progress -> assertThat(progress.phase()).isEqualTo(Phase.BAKING));
        fleet.run(Duration.ofSeconds(10));
        assertThat(serving("second")).hasSize(10);
    }

    @Test
    void pausedReleaseThatFailsIsTakenBackAllTheSame() {
        fleet.rollOut("second", policy(pops("LHR")));
        fleet.pause(true);
        fleet.run(A_MOMENT);
        fleet.nodes.forEach(node -> node.failsOn = "second");

        fleet.runUntil(() -> fleet.release().staged() == null);
        assertThat(fleet.stableWord()).isEqualTo("first");
    }

    @Test
    void invalidationReachesBothSidesAtOnceAndMovesNobodyToTheOtherSide() {
        fleet.rollOut("second", policy(pops("LHR")));
        fleet.run(A_MOMENT);
        fleet.invalidate("/a");

        fleet.run(A_MOMENT);
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2");
        assertThat(fleet.nodes)
                .allSatisfy(node ->
                        assertThat(node.snapshot().all(Invalidation.class)).hasSize(1));
        fleet.runUntil(() -> fleet.release().staged() == null);
        assertThat(fleet.stableWord()).isEqualTo("second");
    }

    @Test
    void nodeThatIsAwayHoldsNothingUpAndCatchesUpWhenItComesBack() {
        VirtualNode away = fleet.nodes.get(4);
        away.cut(true);
        fleet.run(Duration.ofSeconds(10));
        fleet.rollOut("second", policy(pops("LHR")));

        fleet.runUntil(() -> fleet.release().staged() == null);
        assertThat(away.word()).isEqualTo("first");
        away.cut(false);
        fleet.run(A_MOMENT);
        assertThat(serving("second")).hasSize(10);
    }

    @Test
    void nodeOfTheWavesPopThatComesLaterGetsTheReleaseToo() {
        fleet.rollOut("second", policy(pops("LHR")));
        fleet.run(A_MOMENT);
        fleet.node("LHR-3", "LHR");
        fleet.node("IAD-3", "IAD");

        fleet.run(A_MOMENT);
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2", "LHR-3");
    }

    @Test
    void rolloutGoesOnAfterARestartAndNodesKeepWhatTheyHave() {
        fleet.rollOut("second", policy(pops("LHR"), pops("NRT")));
        fleet.run(Duration.ofMillis(BAKE_MILLIS + 10_000));
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2", "NRT-1", "NRT-2");

        fleet.restart();
        fleet.run(Duration.ofSeconds(20));
        assertThat(serving("second")).containsExactly("LHR-1", "LHR-2", "NRT-1", "NRT-2");
        fleet.run(Duration.ofMillis(BAKE_MILLIS));
        assertThat(serving("second")).hasSize(10);
    }

    private static Wave pops(String... pops) {
        return new Wave(List.of(pops), 0);
    }

    private static RolloutPolicy policy(Wave... waves) {
        return new RolloutPolicy(List.of(waves), BAKE_MILLIS, 100, 5);
    }

    private List<String> serving(String word) {
        List<String> names = new ArrayList<>();
        fleet.nodes.stream().filter(node -> node.word().equals(word)).forEach(node -> names.add(node.name));
        names.sort(null);
        return names;
    }
}
