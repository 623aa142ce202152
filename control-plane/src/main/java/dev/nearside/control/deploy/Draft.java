package dev.nearside.control.deploy;

import dev.nearside.control.state.History;
import dev.nearside.control.state.StateRow;
import dev.nearside.control.state.StoredRollout;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.Resource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A change while it is being made: the rows in its transaction, and what it does to the catalogs. Configurations wait
 * for a rollout that is under way; invalidations, the content of key value stores, reserved concurrency and the deletion
 * of a distribution never do.
 */
public final class Draft {

    private final Connection connection;
    private final StateRow state;
    private final Change.Cause cause;
    private final long nowMillis;
    private final List<Note> notes = new ArrayList<>();
    private Tracks tracks;
    private @Nullable StoredRollout rollout;
    private @Nullable StoredRollout ended;
    private boolean changesCatalog;
    private boolean immediate;
    private boolean urgent;

    Draft(Connection connection, Standing standing, Change.Cause cause, long nowMillis) {
        this.connection = connection;
        this.state = standing.state();
        this.tracks = standing.tracks().everywhere(catalog -> catalog.pruned(nowMillis));
        this.rollout = standing.rollout();
        this.cause = cause;
        this.nowMillis = nowMillis;
    }

    public Connection connection() {
        return connection;
    }

    public long nowMillis() {
        return nowMillis;
    }

    /** The revision under which this change will be published at the earliest, if it changes the catalog. */
    public long nextRevision() {
        return state.revision() + 1;
    }

    /** What is configured, as this change has it so far. */
    public Catalog catalog() {
        return tracks.configured();
    }

    /** Everything that some node may be serving or about to serve, besides what is configured. */
    public List<Catalog> catalogs() {
        List<Catalog> all = new ArrayList<>(List.of(tracks.configured(), tracks.target(), tracks.stable()));
        if (tracks.candidate() != null) {
            all.add(tracks.candidate());
        }
        return all;
    }

    public void deploy(String distributionId, List<Resource> parts) {
        parts.stream().filter(KeyValueStore.class::isInstance).forEach(this::replaceEverywhere);
        configure(catalog -> catalog.deploying(distributionId, parts));
    }

    /** Publishes a new form of a resource to everything that uses it; without users nodes do not know it. */
    public void replace(Resource replacement) {
        if (replacement instanceof KeyValueStore || replacement instanceof FunctionVersion) {
            replaceEverywhere(replacement);
        } else if (!tracks.configured().users(replacement.key()).isEmpty()) {
            configure(catalog -> catalog.replacing(replacement));
        }
    }

    private void replaceEverywhere(Resource replacement) {
        Tracks next = tracks.everywhere(
                catalog -> catalog.users(replacement.key()).isEmpty() ? catalog : catalog.replacing(replacement));
        if (!next.equals(tracks)) {
            tracks = next;
            immediate = true;
            changesCatalog = true;
        }
    }

    /** Takes a distribution from all nodes at once: there is nothing left by which it could be brought back. */
    public void withdraw(String distributionId) {
        everywhere(catalog -> catalog.withdrawing(distributionId));
    }

    public void invalidate(Invalidation invalidation) {
        everywhere(catalog -> catalog.invalidating(new Catalog.Dated(invalidation, nowMillis)));
    }

    private void configure(UnaryOperator<Catalog> step) {
        tracks = tracks.configuring(step);
        changesCatalog = true;
    }

    private void everywhere(UnaryOperator<Catalog> step) {
        tracks = tracks.everywhere(step);
        immediate = true;
        changesCatalog = true;
    }

    /** Says for the history what the change sets a resource to. */
    public void note(String resource, String detail) {
        notes.add(new Note(resource, detail));
    }

    // ---- rollouts ----

    /** The rollout that is under way, if one is. */
    Optional<StoredRollout> rollout() {
        return Optional.ofNullable(rollout);
    }

    /** The rollout stands otherwise now. */
    void continueRollout(StoredRollout next) {
        rollout = next;
    }

    /** The rollout was good: its release is for all nodes. */
    void completeRollout() {
        end(StoredRollout.Phase.COMPLETED, "");
        tracks = tracks.promoted();
    }

    /** The rollout was bad: no node shall have its release. */
    void rollBack(String reason) {
        end(StoredRollout.Phase.ROLLED_BACK, reason);
        tracks = tracks.rolledBack();
    }

    /** Nodes shall all come to serve that at once, under the revision that is returned: no rollout takes a later one. */
    long restore(Catalog content, String reason) {
        if (rollout != null) {
            end(StoredRollout.Phase.ROLLED_BACK, reason);
        }
        tracks = new Tracks(tracks.configured(), content, tracks.stable(), null);
        changesCatalog = true;
        urgent = true;
        return nextRevision();
    }

    private void end(StoredRollout.Phase phase, String reason) {
        ended = Objects.requireNonNull(rollout, "a rollout is under way").ended(phase, reason, nowMillis);
        rollout = null;
    }

    /** The rollout that this change ended; null if it ended none. */
    @Nullable
    StoredRollout ended() {
        return ended;
    }

    /** What nodes should not lose by going back: the newest form of what is not configuration. */
    Map<String, Resource> operational() {
        Map<String, Resource> newest = new TreeMap<>();
        for (Catalog catalog : catalogs().reversed()) {
            catalog.distributions()
                    .values()
                    .forEach(parts -> parts.stream()
                            .filter(part -> part instanceof KeyValueStore || part instanceof FunctionVersion)
                            .forEach(part -> newest.put(part.id(), part)));
        }
        return newest;
    }

    /** Whether it goes to all nodes at once, whatever the policy is. */
    boolean isUrgent() {
        return urgent;
    }

    boolean changesCatalog() {
        return changesCatalog;
    }

    /** Whether part of it is for all nodes at once. */
    boolean isImmediate() {
        return immediate;
    }

    Tracks tracks() {
        return tracks;
    }

    Change.Cause cause() {
        return cause;
    }

    /** What the change noted, as made at that revision. */
    List<History.Entry> entries(long revision) {
        return notes.stream()
                .map(note -> new History.Entry(
                        nowMillis,
                        cause.who(),
                        cause.operation(),
                        note.resource,
                        revision,
                        cause.requestId(),
                        note.detail))
                .toList();
    }

    private record Note(String resource, String detail) {}
}
