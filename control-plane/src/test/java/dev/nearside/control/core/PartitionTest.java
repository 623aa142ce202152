package dev.nearside.control.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.core.RolloutPolicy.Wave;
import dev.nearside.kit.snapshot.Invalidation;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes are cut off and come back, the control plane is killed, invalidations and rollouts come in between, good and bad
 * ones. A node checks with each step that it has one revision's content and that revisions grow; in the end all nodes
 * serve the same. A bad release may go through where no viewer asked for it. {@code -Dnearside.partition.seeds=N} runs more of them.
 */
class PartitionTest {

    private static final int STEPS = 60;
    private static final List<String> POPS = List.of("GRU", "IAD", "LHR", "NRT");

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("nearside.partition.seeds", 20));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void allNodesConvergeAndNoneServesAMix(long seed) {
        try (VirtualFleet fleet = new VirtualFleet(seed)) {
            for (int i = 0; i < 12; i++) {
                fleet.node("node-" + i, POPS.get(i % POPS.size())).failsOn = "bad";
            }
            int invalidations = 0;
            for (int step = 0; step < STEPS; step++) {
                fleet.run(Duration.ofMillis(fleet.random.nextInt(4_000)));
                switch (fleet.random.nextInt(9)) {
                    case 0, 1, 2 -> anyOf(fleet).cut(true);
                    case 3, 4 -> anyOf(fleet).cut(false);
                    case 5 -> fleet.invalidate("/" + invalidations++);
                    case 6 -> fleet.pause(fleet.random.nextBoolean());
                    case 7 -> fleet.restart();
                    default -> beginIfNoneIsUnderWay(fleet, step);
                }
            }
            fleet.nodes.forEach(node -> node.cut(false));
            fleet.pause(false);
            fleet.runUntil(() -> fleet.release().staged() == null
                    && fleet.nodes.stream()
                            .allMatch(node -> node.snapshot()
                                    .is(
                                            "state",
                                            fleet.release().stable().revision(),
                                            fleet.release().stable().digest())));

            int wanted = invalidations;
            assertThat(fleet.nodes).allSatisfy(node -> {
                assertThat(node.word()).isEqualTo(fleet.stableWord());
                assertThat(node.snapshot().all(Invalidation.class)).hasSize(wanted);
            });
        }
    }

    private static VirtualNode anyOf(VirtualFleet fleet) {
        return fleet.nodes.get(fleet.random.nextInt(fleet.nodes.size()));
    }

    private static void beginIfNoneIsUnderWay(VirtualFleet fleet, int step) {
        if (fleet.release().staged() == null) {
            boolean bad = fleet.random.nextInt(3) == 0;
            Wave first = fleet.random.nextBoolean()
                    ? new Wave(List.of("LHR", "NRT"), 0)
                    : new Wave(List.of(), 1 + fleet.random.nextInt(60));
            List<Wave> waves = List.of(first, new Wave(List.of(), 75));
            fleet.rollOut(bad ? "bad" : "good-" + step, new RolloutPolicy(waves, 8_000, 20, 5));
        }
    }
}
