package dev.nearside.control.deploy;

import dev.nearside.control.core.RolloutPolicy;
import dev.nearside.control.state.StateRow;
import dev.nearside.control.state.StoredRelease;
import dev.nearside.control.state.StoredRollout;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotChecks;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a draft leads to: what goes to all nodes, what a rollout takes up, and under which revisions. Every content has a
 * revision of its own, and a node only ever moves to a greater one; so what all nodes serve gets the smaller revision of
 * two, and going back gets a new one.
 */
final class NextStanding {

    /** The policy of every release that has no other. */
    static final String DEFAULT_POLICY = "default";

    /** The policy of the next release alone. */
    static final String NEXT_POLICY = "next";

    private final Standing before;
    private final Draft draft;
    private final Connection connection;
    private Tracks tracks;
    private long revision;

    NextStanding(Standing before, Draft draft) {
        this.before = before;
        this.draft = draft;
        this.connection = draft.connection();
        this.tracks = draft.tracks();
        this.revision = before.state().revision();
    }

    /** Decides; stores what becomes of rollouts and nothing else. */
    Standing make() throws SQLException {
        StoredRollout ended = draft.ended();
        boolean rolledBack = ended != null && ended.phase() == StoredRollout.Phase.ROLLED_BACK;
        if (ended != null) {
            ended.update(connection);
        }
        if (rolledBack && !draft.isUrgent() && !isSound(tracks.target())) {
            // Two changes that only made sense together, of which one is taken back: the other must wait for its user.
            tracks = tracks.aiming(tracks.stable());
        }
        RolloutPolicy begun = draft.rollout().isPresent() ? null : released();
        Snapshot stable = stable(rolledBack);
        Snapshot candidate = candidate(begun != null);
        checkWhatWaits();
        if (draft.changesCatalog()) {
            revision = Math.max(revision, draft.nextRevision());
        }
        return new Standing(
                new StateRow(before.state().id(), revision),
                tracks,
                stable,
                candidate,
                rollout(begun, stable, candidate),
                before.releasedAt(),
                before.firstRevision());
    }

    /** Without a rollout under way: the target is for all nodes, or a rollout begins, whose policy is the result. */
    private @Nullable RolloutPolicy released() throws SQLException {
        boolean news = !Tracks.differing(tracks.target(), tracks.stable()).isEmpty();
        RolloutPolicy policy = news && !draft.isUrgent() ? takePolicy(connection) : RolloutPolicy.ALL_AT_ONCE;
        tracks = policy.isAllAtOnce() ? tracks.released() : tracks.staged();
        return policy.isAllAtOnce() ? null : policy;
    }

    private static RolloutPolicy takePolicy(Connection connection) throws SQLException {
        Optional<String> next = StoredRelease.policy(connection, NEXT_POLICY);
        if (next.isPresent()) {
            StoredRelease.storePolicy(connection, NEXT_POLICY, null);
        }
        return next.isPresent() ? Standing.policy(next.get()) : defaultPolicy(connection);
    }

    /** What holds for releases unless it is said otherwise. */
    static RolloutPolicy defaultPolicy(Connection connection) throws SQLException {
        return StoredRelease.policy(connection, DEFAULT_POLICY)
                .map(Standing::policy)
                .orElse(RolloutPolicy.ALL_AT_ONCE);
    }

    private Snapshot stable(boolean rolledBack) {
        boolean anew = rolledBack || draft.isImmediate() || (draft.changesCatalog() && tracks.candidate() == null);
        Snapshot promoted = before.candidate();
        // Nodes that have the candidate must not go back to a smaller revision, not even of the same content.
        if (!anew && draft.ended() != null && promoted != null) {
            return tracks.stable().equals(before.tracks().candidate()) ? promoted : made(tracks.stable());
        }
        if (!anew && tracks.stable().equals(before.tracks().stable())) {
            return before.stable();
        }
        return made(tracks.stable());
    }

    private @Nullable Snapshot candidate(boolean begins) {
        Catalog catalog = tracks.candidate();
        if (catalog == null) {
            return null;
        }
        boolean anew =
                begins || draft.isImmediate() || !catalog.equals(before.tracks().candidate());
        return anew ? made(catalog) : before.candidate();
    }

    private Snapshot made(Catalog catalog) {
        Snapshot snapshot = catalog.snapshot(before.state().id(), ++revision);
        List<String> faults = SnapshotChecks.faults(snapshot);
        if (!faults.isEmpty()) {
            throw new RejectedChangeException(faults);
        }
        return snapshot;
    }

    /** What waits for a rollout is refused now if it is not sound, while its caller can hear of it. */
    private void checkWhatWaits() {
        Catalog target = tracks.target();
        boolean checked = target.equals(tracks.stable()) || target.equals(tracks.candidate());
        if (!checked && draft.changesCatalog()) {
            List<String> faults = faults(target);
            if (!faults.isEmpty()) {
                throw new RejectedChangeException(faults);
            }
        }
    }

    private boolean isSound(Catalog catalog) {
        return faults(catalog).isEmpty();
    }

    private List<String> faults(Catalog catalog) {
        return SnapshotChecks.faults(catalog.snapshot(before.state().id(), draft.nextRevision()));
    }

    private @Nullable StoredRollout rollout(
            @Nullable RolloutPolicy begun, Snapshot stable, @Nullable Snapshot candidate) throws SQLException {
        if (begun == null) {
            StoredRollout present = draft.rollout().orElse(null);
            if (present != null && !present.equals(before.rollout())) {
                present.update(connection);
            }
            return present;
        }
        StoredRollout rollout = new StoredRollout(
                StoredRollout.nextId(connection),
                stable.revision(),
                candidate == null ? stable.revision() : candidate.revision(),
                Standing.json(begun),
                StoredRollout.Phase.RUNNING,
                0,
                "",
                draft.nowMillis(),
                0,
                draft.cause().who());
        rollout.insert(connection);
        return rollout;
    }
}
