package dev.nearside.control.deploy;

import dev.nearside.control.core.Publisher;
import dev.nearside.control.state.Database;
import dev.nearside.control.state.History;
import dev.nearside.control.state.StateRow;
import dev.nearside.control.state.StateUnavailableException;
import dev.nearside.kit.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
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
    private final Standing.Configurations configurations;
    private final ReentrantLock turn = new ReentrantLock();
    private Standing standing;

    /** Whether the database went away, perhaps with a commit under way, so that it may be ahead of what is published. */
    private volatile boolean unsure;

    /**
     * Continues from what was stored.
     *
     * @param configurations reads what is stored
     * @param standing as it was stored, published already
     */
    public Deployment(
            Database database,
            Publisher publisher,
            Time time,
            Standing.Configurations configurations,
            Standing standing) {
        this.database = database;
        this.publisher = publisher;
        this.time = time;
        this.configurations = configurations;
        this.standing = standing;
    }

    /**
     * Makes a change; it is durable and, if it concerns nodes, handed to those that watch when this returns. While a
     * rollout is under way the next one waits for it.
     *
     * @throws RejectedChangeException if the result is not sound; then nothing was changed
     * @throws StateUnavailableException if the database is away; whether the change was made is then not known, and it is
     *     published when the database is back if it was
     */
    public <T extends @Nullable Object> T change(Change.Cause cause, Change<T> change) {
        T result;
        CompletionStage<Void> published = CompletableFuture.completedFuture(null);
        turn.lock();
        try {
            catchUp();
            Outcome<T> outcome = database.transaction(connection -> {
                Draft draft = new Draft(connection, standing, cause, time.epochMillis());
                T value = change.apply(draft);
                return finish(draft, value);
            });
            result = outcome.value;
            if (!outcome.standing.equals(standing)) {
                standing = outcome.standing;
                published = publisher.publish(standing.release());
            }
        } catch (StateUnavailableException e) {
            unsure = true;
            throw e;
        } finally {
            turn.unlock();
        }
        published.toCompletableFuture().join();
        return result;
    }

    /** Reads rows; what it sees is durable. */
    public <T extends @Nullable Object> T read(Database.Work<T> work) {
        if (unsure) {
            turn.lock();
            try {
                catchUp();
            } finally {
                turn.unlock();
            }
        }
        return database.transaction(work);
    }

    /** Reads much, without keeping anybody waiting; what it sees is durable and of one moment. */
    public <T extends @Nullable Object> T snapshot(Database.Work<T> work) {
        return database.snapshot(work);
    }

    /** Changes rows that concern neither nodes nor the history, such as messages; durable when this returns. */
    public <T extends @Nullable Object> T write(Database.Work<T> work) {
        return read(work);
    }

    /** Publishes what was committed although nobody heard of it, because the connection broke at that moment. */
    private void catchUp() {
        if (!unsure) {
            return;
        }
        StateRow row = database.transaction(StateRow::load);
        Standing stored = Standing.load(database, row, configurations, time.epochMillis());
        if (!stored.release().equals(standing.release())) {
            publisher.publish(stored.release()).toCompletableFuture().join();
        }
        standing = stored;
        unsure = false;
    }

    /** The time by which changes are stamped, in milliseconds since 1970. */
    public long nowMillis() {
        return time.epochMillis();
    }

    /** The newest revision and the state it belongs to. */
    public StateRow state() {
        return standing().state();
    }

    /**
     * The revision from which on a node serves what is configured of a distribution; empty while a rollout brings it to
     * nodes, it waits for one, or it was rolled back.
     */
    public Optional<Long> releasedRevision(String distributionId) {
        return standing().releasedRevision(distributionId);
    }

    /** The function versions that all nodes have which no rollout has reached. */
    public Set<String> servedFunctionArns() {
        return standing().tracks().stable().functionArns().collect(Collectors.toSet());
    }

    Standing standing() {
        turn.lock();
        try {
            return standing;
        } finally {
            turn.unlock();
        }
    }

    private <T extends @Nullable Object> Outcome<T> finish(Draft draft, T value) throws SQLException {
        Connection connection = draft.connection();
        boolean goesOn = draft.rollout().equals(Optional.ofNullable(standing.rollout()));
        if (!draft.changesCatalog() && goesOn) {
            History.add(connection, draft.entries(standing.state().revision()));
            return new Outcome<>(value, standing);
        }
        Standing next = new NextStanding(standing, draft).make().store(connection, standing, draft.nowMillis());
        History.add(connection, draft.entries(next.state().revision()));
        if (next.state().revision() != standing.state().revision()) {
            StateRow.advance(connection, next.state().revision());
        }
        return new Outcome<>(value, next);
    }

    private record Outcome<T extends @Nullable Object>(T value, Standing standing) {}
}
