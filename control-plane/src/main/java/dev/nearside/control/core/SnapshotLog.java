package dev.nearside.control.core;

import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.WatchAnswer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest snapshot, and the ones before it that tell nodes only what changed. Answers are encoded once for all nodes
 * that have the same revision. Confined to the core's event loop.
 */
final class SnapshotLog {

    private static final int KEPT = 256;

    private final Deque<Snapshot> published = new ArrayDeque<>();
    private final Map<Long, byte[]> encodedByBase = new HashMap<>();

    SnapshotLog(Snapshot first) {
        published.add(first);
    }

    Snapshot newest() {
        return published.getLast();
    }

    /**
     * Makes a snapshot the newest.
     *
     * @throws IllegalArgumentException if it is of another state or its revision does not grow
     */
    void add(Snapshot next) {
        Snapshot newest = newest();
        if (!next.stateId().equals(newest.stateId()) || next.revision() <= newest.revision()) {
            throw new IllegalArgumentException("revision " + next.revision() + " of state '" + next.stateId()
                    + "' cannot follow revision " + newest.revision() + " of state '" + newest.stateId() + "'");
        }
        published.add(next);
        if (published.size() > KEPT) {
            published.removeFirst();
        }
        encodedByBase.clear();
    }

    /** Whether a node that serves this revision of this state has nothing to learn. */
    boolean isNewest(String stateId, long revision) {
        return newest().stateId().equals(stateId) && newest().revision() == revision;
    }

    /** What leads a node from what it serves to the newest snapshot. */
    WatchAnswer since(String stateId, long revision) {
        return new WatchAnswer(newest().since(base(stateId, revision)), List.of());
    }

    /** The same as {@link #since}, as JSON. */
    byte[] encodedSince(String stateId, long revision) {
        Snapshot base = base(stateId, revision);
        return encodedByBase.computeIfAbsent(
                base.revision(), _ -> SnapshotCodec.encode(new WatchAnswer(newest().since(base), List.of())));
    }

    private Snapshot base(String stateId, long revision) {
        if (newest().stateId().equals(stateId)) {
            for (Snapshot snapshot : published) {
                if (snapshot.revision() == revision) {
                    return snapshot;
                }
            }
        }
        return Snapshot.EMPTY;
    }
}
