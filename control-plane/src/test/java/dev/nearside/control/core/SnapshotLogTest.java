package dev.nearside.control.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.core.Release.Staged;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.watch.WatchRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotLogTest {

    private final Snapshot first = snapshot(1, "first");
    private final SnapshotLog log = new SnapshotLog(Release.of(first));

    @Test
    void answerIsEncodedOnceForAllNodesWithTheSameRevision() {
        Snapshot second = snapshot(2, "second");
        log.publish(Release.of(second));

        byte[] one = log.encodedSince(at("node-1", first), second);
        assertThat(log.encodedSince(at("node-2", first), second)).isSameAs(one);
        assertThat(log.encodedSince(at("node-3", Snapshot.EMPTY), second)).isNotSameAs(one);
    }

    @Test
    void nodesOfBothSidesOfARolloutGetWhatLeadsFromTheirsToTheOther() {
        Snapshot candidate = snapshot(2, "second");
        log.publish(new Release(first, new Staged(candidate, 1, RolloutPolicy.ALL_AT_ONCE, 0, false)));
        Snapshot back = snapshot(3, "first");
        log.publish(Release.of(back));

        assertThat(log.since(at("node", candidate), back).base()).isEqualTo(2);
        assertThat(log.since(at("node", candidate), back).changed()).hasSize(1);
        assertThat(log.since(at("node", first), back).changed()).isEmpty();
    }

    @Test
    void revisionsOnlyGrow() {
        log.publish(Release.of(snapshot(3, "third")));

        assertThatThrownBy(() -> log.publish(Release.of(snapshot(2, "late"))))
                .hasMessage("revision 2 of state 's' cannot follow revision 3 of state 's'");
    }

    private static Snapshot snapshot(long revision, String word) {
        return Snapshot.of("s", revision, List.of(new KeyGroup("G", word, List.of())));
    }

    private static WatchRequest at(String node, Snapshot snapshot) {
        return new WatchRequest(node, "LHR", snapshot.stateId(), snapshot.revision(), snapshot.digest(), 0, List.of());
    }
}
