package dev.nearside.control.deploy;

import dev.nearside.control.core.Release;
import dev.nearside.control.core.RolloutPolicy;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.History;
import dev.nearside.control.state.StateRow;
import dev.nearside.control.state.StoredRelease;
import dev.nearside.control.state.StoredRelease.Head;
import dev.nearside.control.state.StoredRollout;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is deployed and what is on its way, at one moment.
 *
 * @param candidate the snapshot that the rollout brings; null if none is under way
 * @param rollout the one that is under way; null if none is
 * @param releasedAt the revision with which a distribution came to be what it is for all nodes, as far as it has changed
 *     since the start
 * @param firstRevision the stable one at the start
 */
public record Standing(
        StateRow state,
        Tracks tracks,
        Snapshot stable,
        @Nullable Snapshot candidate,
        @Nullable StoredRollout rollout,
        Map<String, Long> releasedAt,
        long firstRevision) {

    private static final String TARGET = "target";
    private static final String STABLE = "stable";
    private static final String CANDIDATE = "candidate";

    /** To how many revisions before the newest all nodes can be brought back. */
    static final long REMEMBERED_REVISIONS = 1_000;

    private static final long REVISIONS_AT_ONCE = 100;

    /** Makes a catalog of the stored configurations, with the invalidations that were young enough at a time. */
    @FunctionalInterface
    public interface Configurations {
        Catalog load(Connection connection, long atMillis) throws SQLException;
    }

    /**
     * What was deployed when the state was last written: every snapshot with the content that it had under its revision.
     *
     * @param nowMillis for a state that has never been published
     */
    public static Standing load(Database database, StateRow state, Configurations configurations, long nowMillis) {
        return database.transaction(connection -> load(connection, state, configurations, nowMillis));
    }

    private static Standing load(Connection connection, StateRow state, Configurations configurations, long nowMillis)
            throws SQLException {
        StoredRollout rollout = StoredRollout.underWay(connection).orElse(null);
        Optional<Head> staged = StoredRelease.head(connection, CANDIDATE);
        Optional<Head> written = StoredRelease.head(connection, STABLE);
        // It is written when it changes; until then it is what the first rollout started from.
        long untouched = rollout == null ? state.revision() : rollout.fromRevision();
        Head head = written.isPresent()
                ? written.get()
                : new Head(untouched, History.madeMillis(connection, untouched).orElse(nowMillis));
        long oldest = staged.map(candidate -> Math.min(candidate.madeMillis(), head.madeMillis()))
                .orElse(head.madeMillis());
        Catalog configured = configurations.load(connection, oldest);
        Catalog target = ReleasedParts.applied(configured, StoredRelease.parts(connection, TARGET));
        Catalog stable = ReleasedParts.applied(target, StoredRelease.parts(connection, STABLE))
                .pruned(head.madeMillis());
        Catalog candidate = null;
        Snapshot candidateSnapshot = null;
        if (rollout != null && staged.isPresent()) {
            candidate = ReleasedParts.applied(target, StoredRelease.parts(connection, CANDIDATE))
                    .pruned(staged.get().madeMillis());
            candidateSnapshot = candidate.snapshot(state.id(), staged.get().revision());
        }
        Standing standing = new Standing(
                state,
                same(new Tracks(configured, target, stable, candidate)),
                stable.snapshot(state.id(), head.revision()),
                candidateSnapshot,
                rollout,
                Map.of(),
                head.revision());
        if (StoredRelease.firstRecorded(connection).isEmpty() && head.revision() > 0) {
            standing.record(connection, Catalog.EMPTY);
        }
        return standing;
    }

    /** The same, with equal catalogs as one object, so that one step on them is one step. */
    private static Tracks same(Tracks tracks) {
        Catalog configured = tracks.configured();
        Catalog target = tracks.target().equals(configured) ? configured : tracks.target();
        Catalog stable = tracks.stable().equals(target) ? target : tracks.stable();
        Catalog candidate = target.equals(tracks.candidate()) ? target : tracks.candidate();
        return new Tracks(configured, target, stable, candidate);
    }

    /** The same after a change, stored. */
    Standing store(Connection connection, Standing before, long nowMillis) throws SQLException {
        storeHead(connection, STABLE, before.stable, stable, nowMillis);
        storeHead(connection, CANDIDATE, before.candidate, candidate, nowMillis);
        Tracks old = before.tracks;
        Catalog target = tracks.target();
        storeParts(connection, TARGET, old.target(), old.configured(), target, tracks.configured());
        storeParts(connection, STABLE, old.stable(), old.target(), tracks.stable(), target);
        storeParts(connection, CANDIDATE, old.candidate(), old.target(), tracks.candidate(), target);
        record(connection, old.stable());
        Map<String, Long> at = new TreeMap<>(releasedAt);
        Tracks.differing(old.stable(), tracks.stable()).forEach(id -> at.put(id, stable.revision()));
        at.keySet().retainAll(tracks.stable().distributions().keySet());
        return new Standing(state, tracks, stable, candidate, rollout, Map.copyOf(at), firstRevision);
    }

    private static void storeHead(
            Connection connection, String track, @Nullable Snapshot before, @Nullable Snapshot now, long nowMillis)
            throws SQLException {
        if (Objects.equals(before, now)) {
            return;
        }
        Head made = null;
        if (now != null) {
            // A candidate that becomes stable keeps the time at which it was made.
            Optional<Head> known = StoredRelease.head(connection, CANDIDATE)
                    .filter(candidate -> candidate.revision() == now.revision());
            made = known.orElse(new Head(now.revision(), nowMillis));
        }
        StoredRelease.storeHead(connection, track, made);
    }

    /** Stores in what a track differs from the one that it is stored against; usually nothing. */
    private static void storeParts(
            Connection connection,
            String track,
            @Nullable Catalog before,
            Catalog baseBefore,
            @Nullable Catalog now,
            Catalog base)
            throws SQLException {
        Set<String> differedBefore = before == null ? Set.of() : Tracks.differing(before, baseBefore);
        Set<String> differs = now == null ? Set.of() : Tracks.differing(now, base);
        if (now != null && !differs.isEmpty()) {
            StoredRelease.storeParts(connection, track, ReleasedParts.of(now, differs));
        } else if (!differedBefore.isEmpty()) {
            StoredRelease.storeParts(connection, track, Map.of());
        }
    }

    /** Adds what has changed for all nodes to what one can go back to. */
    private void record(Connection connection, Catalog before) throws SQLException {
        Set<String> changed = new TreeSet<>(Tracks.differing(before, tracks.stable()));
        changed.removeIf(id -> !ReleasedParts.differ(
                before.distributions().get(id), tracks.stable().distributions().get(id)));
        if (!changed.isEmpty()) {
            Catalog plain = ReleasedParts.withoutData(tracks.stable(), changed);
            StoredRelease.record(connection, stable.revision(), ReleasedParts.of(plain, changed));
            forget(connection, stable.revision());
        }
    }

    /** Not with every release, for that reads much. */
    private static void forget(Connection connection, long revision) throws SQLException {
        OptionalLong first = StoredRelease.firstRecorded(connection);
        if (first.isPresent() && revision - first.getAsLong() >= REMEMBERED_REVISIONS + REVISIONS_AT_ONCE) {
            StoredRelease.forgetBefore(connection, revision - REMEMBERED_REVISIONS);
        }
    }

    /** What nodes should serve. */
    public Release release() {
        StoredRollout present = rollout;
        if (present == null) {
            return Release.of(stable);
        }
        return new Release(
                stable,
                new Release.Staged(
                        Objects.requireNonNull(candidate, "a rollout has a candidate"),
                        present.id(),
                        policy(present.policy()),
                        present.wave(),
                        present.phase() == StoredRollout.Phase.PAUSED));
    }

    static RolloutPolicy policy(String json) {
        return SnapshotCodec.decode(json.getBytes(StandardCharsets.UTF_8), RolloutPolicy.class);
    }

    static String json(RolloutPolicy policy) {
        return new String(SnapshotCodec.encode(policy), StandardCharsets.UTF_8);
    }

    /** The revision from which on a node serves what is configured of a distribution; empty if none does for all nodes. */
    Optional<Long> releasedRevision(String distributionId) {
        return tracks.isReleased(distributionId)
                ? Optional.of(releasedAt.getOrDefault(distributionId, firstRevision))
                : Optional.empty();
    }
}
