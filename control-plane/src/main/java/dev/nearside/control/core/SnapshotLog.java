package dev.nearside.control.core;

import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The snapshots that nodes should serve, and the ones before them that tell nodes only what changed. An answer is encoded
 * once for all nodes that have the same revision and shall have the same next. Confined to the core's event loop.
 */
final class SnapshotLog {

    private static final int KEPT = 256;

    private final Deque<Snapshot> published = new ArrayDeque<>();
    private final Map<Step, byte[]> encoded = new HashMap<>();
    private Release release;
    private long newestRevision;

    SnapshotLog(Release first) {
        release = first;
        published.add(first.stable());
        newestRevision = first.stable().revision();
        add(first);
    }

    /** What nodes should serve. */
    Release release() {
        return release;
    }

    /**
     * Says what nodes should serve from now on.
     *
     * @throws IllegalArgumentException if a snapshot that was not published before is of another state, or its revision
     *     is not greater than all before
     */
    void publish(Release next) {
        List<Invalidation> dropped = new ArrayList<>(dropped(release.stable(), next.stable()));
        if (release.staged() != null && next.staged() != null) {
            dropped.addAll(dropped(release.staged().candidate(), next.staged().candidate()));
        }
        forgetBefore(dropped);
        add(next);
        release = next;
        encoded.clear();
    }

    private void add(Release next) {
        addIfNew(next.stable());
        if (next.staged() != null) {
            addIfNew(next.staged().candidate());
        }
    }

    private void addIfNew(Snapshot next) {
        if (published.stream().anyMatch(known -> known.is(next.stateId(), next.revision(), next.digest()))) {
            return;
        }
        String stateId = release.stable().stateId();
        if (!next.stateId().equals(stateId) || next.revision() <= newestRevision) {
            throw new IllegalArgumentException("revision " + next.revision() + " of state '" + next.stateId()
                    + "' cannot follow revision " + newestRevision + " of state '" + stateId + "'");
        }
        newestRevision = next.revision();
        published.add(next);
        if (published.size() > KEPT) {
            published.removeFirst();
        }
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

    /** Whether a node serves a snapshot of this log, and not merely one of the same number. */
    boolean knows(WatchRequest node) {
        return base(node).revision() > 0;
    }

    /** What leads a node from what it serves to a snapshot. */
    SnapshotDelta since(WatchRequest node, Snapshot target) {
        return target.since(base(node));
    }

    /** The same as {@link #since} as the JSON of an answer without questions. */
    byte[] encodedSince(WatchRequest node, Snapshot target) {
        Snapshot base = base(node);
        return encoded.computeIfAbsent(
                new Step(base.revision(), target.revision()),
                _ -> SnapshotCodec.encode(new WatchAnswer(target.since(base), List.of())));
    }

    private Snapshot base(WatchRequest node) {
        return published.stream()
                .filter(snapshot -> snapshot.is(node.stateId(), node.revision(), node.digest()))
                .findFirst()
                .orElse(Snapshot.EMPTY);
    }

    private record Step(long base, long target) {}
}
