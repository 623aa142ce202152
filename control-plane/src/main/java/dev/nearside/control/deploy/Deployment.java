package dev.nearside.control.deploy;

import dev.nearside.control.core.Publisher;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.History;
import dev.nearside.control.state.StateRow;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotChecks;
import dev.nearside.kit.time.Time;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one way to change what is deployed. A change's rows, its history and the next revision are one transaction; only
 * after it is durable is the new snapshot published, and changes are published in the order in which they became
 * durable.
 */
public final class Deployment {

    private final Database database;
    private final Publisher publisher;
    private final Time time;
    private final ReentrantLock turn = new ReentrantLock();
    private StateRow state;
    private Catalog catalog;

    /**
     * Continues from what was stored.
     *
     * @param catalog made of the stored rows, published already as {@code state}'s revision
     */
    public Deployment(Database database, Publisher publisher, Time time, StateRow state, Catalog catalog) {
        this.database = database;
        this.publisher = publisher;
        this.time = time;
        this.state = state;
        this.catalog = catalog;
    }

    /**
     * Makes a change; it is durable and, if it concerns nodes, handed to those that watch when this returns.
     *
     * @throws RejectedChangeException if the result is not sound; then nothing was changed
     */
    public <T extends @Nullable Object> T change(Change.Cause cause, Change<T> change) {
        T result;
        CompletionStage<Void> published = CompletableFuture.completedFuture(null);
        turn.lock();
        try {
            Outcome<T> outcome = database.transaction(connection -> {
                long now = time.epochMillis();
                Draft draft = new Draft(connection, state, catalog.pruned(now), cause, now);
                T value = change.apply(draft);
                return finish(draft, value);
            });
            result = outcome.value;
            Snapshot snapshot = outcome.snapshot;
            if (snapshot != null) {
                state = new StateRow(state.id(), snapshot.revision());
                catalog = outcome.catalog;
                published = publisher.publish(snapshot);
            }
        } finally {
            turn.unlock();
        }
        published.toCompletableFuture().join();
        return result;
    }

    /** Reads rows; what it sees is durable. */
    public <T extends @Nullable Object> T read(Database.Work<T> work) {
        return database.transaction(work);
    }

    /** Changes rows that concern neither nodes nor the history, such as messages; durable when this returns. */
    public <T extends @Nullable Object> T write(Database.Work<T> work) {
        return database.transaction(work);
    }

    /** The time by which changes are stamped, in milliseconds since 1970. */
    public long nowMillis() {
        return time.epochMillis();
    }

    /** The newest revision and the state it belongs to. */
    public StateRow state() {
        turn.lock();
        try {
            return state;
        } finally {
            turn.unlock();
        }
    }

    private <T extends @Nullable Object> Outcome<T> finish(Draft draft, T value) throws SQLException {
        Snapshot snapshot = null;
        if (draft.changesCatalog()) {
            snapshot = draft.catalog().snapshot(state.id(), draft.nextRevision());
            List<String> faults = SnapshotChecks.faults(snapshot);
            if (!faults.isEmpty()) {
                throw new RejectedChangeException(faults);
            }
        }
        long revision = snapshot == null ? state.revision() : snapshot.revision();
        History.add(draft.connection(), draft.entries(revision));
        if (snapshot != null) {
            StateRow.advance(draft.connection(), revision);
        }
        return new Outcome<>(value, draft.catalog(), snapshot);
    }

    private record Outcome<T extends @Nullable Object>(
            T value, Catalog catalog, @Nullable Snapshot snapshot) {}
}
