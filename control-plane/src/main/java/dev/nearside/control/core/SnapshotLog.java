package dev.nearside.control.core;

import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
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
        forgetBefore(dropped(newest, next));
        published.add(next);
        if (published.size() > KEPT) {
            published.removeFirst();
        }
        encodedByBase.clear();
    }

    /** Invalidations of distributions that are still there, of which nodes are no longer told. */
    private static List<Invalidation> dropped(Snapshot before, Snapshot after) {
        return before.all(Invalidation.class).stream()
                .filter(invalidation -> !after.resources().containsKey(invalidation.key()))
                .filter(invalidation ->
                        after.distribution(invalidation.distributionId()).isPresent())
                .toList();
    }

    /** A node that never heard of an invalidation must get the whole, after which it starts from an empty cache. */
    private void forgetBefore(List<Invalidation> dropped) {
        published.removeIf(snapshot ->
                dropped.stream().anyMatch(invalidation -> !snapshot.resources().containsKey(invalidation.key())));
    }

    /** Whether a node that serves this has nothing to learn. */
    boolean isNewest(WatchRequest node) {
        return newest().is(node.stateId(), node.revision(), node.digest());
    }

    /** Whether a node serves a snapshot of this log, and not merely one of the same number. */
    boolean knows(WatchRequest node) {
        return base(node).revision() > 0;
    }

    /** What leads a node from what it serves to the newest snapshot. */
    WatchAnswer since(WatchRequest node) {
        return new WatchAnswer(newest().since(base(node)), List.of());
    }

    /** The same as {@link #since}, as JSON. */
    byte[] encodedSince(WatchRequest node) {
        Snapshot base = base(node);
        return encodedByBase.computeIfAbsent(
                base.revision(), _ -> SnapshotCodec.encode(new WatchAnswer(newest().since(base), List.of())));
    }

    private Snapshot base(WatchRequest node) {
        return published.stream()
                .filter(snapshot -> snapshot.is(node.stateId(), node.revision(), node.digest()))
                .findFirst()
                .orElse(Snapshot.EMPTY);
    }
}
