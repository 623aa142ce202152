package dev.nearside.control.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SQL database of one control plane: one connection, one transaction at a time, every commit on disk before it
 * returns. A second control plane is kept away. A connection that breaks is opened anew by the next transaction.
 */
public final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final ReentrantLock turn = new ReentrantLock();
    private final ConnectionSource source;

    /** How often the database could not be reached. */
    private final AtomicLong refusals = new AtomicLong();

    /** Null while the database is away. Guarded by {@link #turn}, as what follows. */
    private @Nullable Connection connection;

    /** Why no transaction is possible any more; null while they are. */
    private @Nullable Exception stuck;

    private Database(ConnectionSource source, Connection connection) {
        this.source = source;
        this.connection = connection;
    }

    /**
     * Opens the SQLite database of a data directory that exists, creating or migrating its tables.
     *
     * @throws StateException if another control plane uses it, or it cannot be opened
     */
    public static Database open(Path directory) {
        return open(new SqliteSource(directory));
    }

    /**
     * Opens a PostgreSQL database, creating or migrating its tables.
     *
     * @throws StateUnavailableException if it does not take connections, perhaps not yet
     * @throws StateException if another control plane uses it, or it cannot be opened
     */
    public static Database open(PostgresAddress address) {
        return open(new PostgresSource(address));
    }

    private static Database open(ConnectionSource source) {
        try {
            return new Database(source, source.connect());
        } catch (SQLException e) {
            source.release();
            String message = "cannot open the state database " + source + ": " + e.getMessage();
            throw isAway(e) ? new StateUnavailableException(message, e) : new StateException(message, e);
        } catch (RuntimeException e) {
            source.release();
            throw e;
        }
    }

    /**
     * Runs work in a transaction of its own; it is durable when this returns and undone if it or its commit fails. Work
     * that cannot be undone must not slip into the next commit, so after that every transaction is refused.
     *
     * @throws StateUnavailableException if the database cannot be reached; whether a commit that was under way has
     *     arrived is then not known
     * @throws StateException if the database fails
     */
    public <T extends @Nullable Object> T transaction(Work<T> work) {
        long refusalsBefore = refusals.get();
        turn.lock();
        try {
            Connection current = connected(refusalsBefore);
            try {
                T result = work.run(current);
                current.commit();
                return result;
            } catch (SQLException e) {
                rollBack(current, e);
                throw connection == null
                        ? unavailable(e)
                        : new StateException("the state database failed: " + e.getMessage(), e);
            } catch (RuntimeException | Error e) {
                rollBack(current, e);
                throw e;
            }
        } finally {
            turn.unlock();
        }
    }

    /**
     * Runs work that only reads and may take long: it sees one moment, on a connection of its own, and nobody waits for
     * it.
     *
     * @throws StateUnavailableException if the database cannot be read
     */
    public <T extends @Nullable Object> T snapshot(Work<T> work) {
        try (Connection reader = source.reader()) {
            T result = work.run(reader);
            reader.rollback();
            return result;
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /**
     * Takes what was deleted and replaced out of the files of the database, as far as they are ours, which takes as long
     * as writing it anew.
     *
     * @throws StateException if the database fails
     */
    public void eraseDeleted() {
        turn.lock();
        try {
            Connection current = connected(refusals.get());
            current.setAutoCommit(true);
            try {
                source.eraseDeleted(current);
            } finally {
                current.setAutoCommit(false);
            }
        } catch (SQLException e) {
            throw new StateException(
                    "the state database " + source + " cannot be rid of what was deleted: " + e.getMessage(), e);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            throw new StateException("the state database failed to close: " + e.getMessage(), e);
        } finally {
            connection = null;
            stuck = new IllegalStateException("it is closed");
            source.release();
            turn.unlock();
        }
    }

    /**
     * The connection, opened anew if it broke. Whoever has waited for somebody who tried in vain does not try again, so
     * that a queue of callers is told in the time of one attempt.
     */
    private Connection connected(long refusalsBefore) {
        if (stuck != null) {
            throw new StateException(
                    "the state database can not be used any more; restart to go on: " + stuck.getMessage(), stuck);
        }
        if (connection != null) {
            return connection;
        }
        if (refusals.get() != refusalsBefore) {
            throw unavailable(new SQLException("an attempt to reach it has just failed"));
        }
        try {
            Connection opened = source.connect();
            connection = opened;
            LOG.info("the state database {} is back", source);
            return opened;
        } catch (SQLException e) {
            refusals.incrementAndGet();
            throw unavailable(e);
        } catch (StateException e) {
            stuck = e;
            throw e;
        }
    }

    /** Classes of SQLSTATE: 08 is no connection; 57P a server that starts or stops. */
    private static boolean isAway(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    private StateUnavailableException unavailable(SQLException e) {
        return new StateUnavailableException(
                "the state database " + source + " cannot be reached: " + e.getMessage(), e);
    }

    private void rollBack(Connection broken, Throwable reason) {
        try {
            if (!(reason instanceof Exception error && source.isLost(broken, error))) {
                broken.rollback();
                return;
            }
        } catch (SQLException e) {
            reason.addSuppressed(e);
            if (!source.isLost(broken, e)) {
                stuck = e;
                return;
            }
        }
        LOG.warn("the connection to the state database {} is lost: {}", source, reason.getMessage());
        connection = null;
        try {
            broken.close();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /** What happens inside one transaction. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }
}
