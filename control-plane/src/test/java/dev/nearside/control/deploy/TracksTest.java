package dev.nearside.control.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracksTest {

    private static final KeyGroup OLD = new KeyGroup("G1", "old", List.of());
    private static final KeyGroup NEW = new KeyGroup("G1", "new", List.of());
    private static final KeyGroup OTHER = new KeyGroup("G2", "other", List.of());

    private final Tracks before = Tracks.of(Catalog.EMPTY
            .deploying("E1", List.of(OLD))
            .deploying("E2", List.of(OLD))
            .deploying("E3", List.of(OTHER)));

    @Test
    void whatIsRolledBackIsHeldBackUntilItIsConfiguredAgain() {
        Tracks staged = before.configuring(catalog -> catalog.deploying("E1", List.of(NEW)))
                .staged();
        assertThat(staged.isReleased("E1")).isFalse();
        assertThat(staged.isReleased("E2")).isTrue();

        Tracks back = staged.rolledBack();
        assertThat(back.heldBack()).containsExactly("E1");
        assertThat(back.target().distributions()).isEqualTo(before.stable().distributions());
        assertThat(back.configured().distributions()).containsEntry("E1", List.of(NEW));

        Tracks again = back.configuring(catalog -> catalog.deploying("E1", List.of(NEW)));
        assertThat(again.heldBack()).isEmpty();
        assertThat(again.released().isReleased("E1")).isTrue();
    }

    @Test
    void changeThatWaitsOutlivesTheRolloutThatIsTakenBack() {
        Tracks staged = before.configuring(catalog -> catalog.deploying("E1", List.of(NEW)))
                .staged()
                .configuring(catalog -> catalog.deploying("E3", List.of(OTHER, OLD)));
        assertThat(staged.waiting()).containsExactly("E3");

        Tracks back = staged.rolledBack();
        assertThat(back.target().distributions())
                .containsEntry("E1", List.of(OLD))
                .containsEntry("E3", List.of(OTHER, OLD));
        assertThat(back.stable().distributions()).containsEntry("E3", List.of(OTHER));
    }

    @Test
    void newDistributionGoesFromAllNodesWithItsRollout() {
        Tracks back = before.configuring(catalog -> catalog.deploying("E4", List.of(OTHER)))
                .staged()
                .rolledBack();

        assertThat(back.target().distributions()).doesNotContainKey("E4");
        assertThat(back.heldBack()).containsExactly("E4");
    }

    /** A snapshot has one form of a policy: the one that a change which waits uses is kept. */
    @Test
    void policyThatAWaitingChangeUsesTooKeepsItsNewestForm() {
        Tracks back = before.configuring(catalog -> catalog.replacing(NEW))
                .staged()
                .configuring(catalog -> catalog.deploying("E2", List.of(NEW, OTHER)))
                .rolledBack();

        assertThat(back.target().distributions())
                .containsEntry("E1", List.of(NEW))
                .containsEntry("E2", List.of(NEW, OTHER));
        assertThat(back.target().snapshot("s", 1).keyGroup("G1")).contains(NEW);
    }

    @Test
    void whatHappensEverywhereHappensOnEveryTrack() {
        KeyValueStore empty = store(Map.of());
        KeyValueStore full = store(Map.of("k", "v"));
        Tracks staged = Tracks.of(Catalog.EMPTY.deploying("E1", List.of(empty)))
                .configuring(catalog -> catalog.deploying("E1", List.of(empty, NEW)))
                .staged()
                .everywhere(catalog -> catalog.replacing(full));

        assertThat(staged.stable().distributions()).containsEntry("E1", List.of(full));
        assertThat(staged.candidate().distributions()).containsEntry("E1", List.of(full, NEW));
        assertThat(staged.waiting()).isEmpty();
    }

    @Test
    void contentOfStoresIsNoReasonToRecordARelease() {
        List<Resource> one = List.of(store(Map.of()), NEW);
        assertThat(ReleasedParts.differ(one, List.of(store(Map.of("k", "v")), NEW)))
                .isFalse();
        assertThat(ReleasedParts.differ(one, List.of(store(Map.of()), OLD))).isTrue();
        assertThat(ReleasedParts.differ(one, null)).isTrue();
        assertThat(ReleasedParts.parts(ReleasedParts.json(one))).isEqualTo(one);
    }

    private static KeyValueStore store(Map<String, String> items) {
        return new KeyValueStore("arn", "store", 0, items.size(), items);
    }
}
