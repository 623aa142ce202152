package dev.nearside.control.state;

import dev.nearside.kit.files.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The SQL database of one data directory: one connection, one transaction at a time, every commit on disk before it
 * returns. A lock file keeps a second control plane away from the same directory.
 */
public final class Database implements AutoCloseable {

    private final ReentrantLock turn = new ReentrantLock();
    private final Connection connection;
    private final FileChannel lockFile;

    /** Why the connection holds work that could not be undone; null while it holds none. Guarded by {@link #turn}. */
    private @Nullable SQLException stuck;

    private Database(Connection connection, FileChannel lockFile) {
        this.connection = connection;
        this.lockFile = lockFile;
    }

    /**
     * Opens the database of a data directory that exists, creating or migrating its tables.
     *
     * @throws StateException if another control plane uses it, or it cannot be opened
     */
    public static Database open(Path directory) {
        FileChannel lockFile = lock(directory);
        Path file = directory.resolve("state.db");
        try {
            if (!Files.exists(file)) {
                OwnerOnly.createFile(file);
            }
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
            config.enforceForeignKeys(true);
            Database database = new Database(config.createConnection("jdbc:sqlite:" + file), lockFile);
            try {
                database.connection.setAutoCommit(false);
                database.transaction(connection -> {
                    Migrations.run(connection);
                    return null;
                });
            } catch (SQLException | RuntimeException e) {
                database.close();
                throw e;
            }
            return database;
        } catch (SQLException | IOException e) {
            closeQuietly(lockFile);
            throw new StateException("cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs work in a transaction of its own; it is durable when this returns and undone if it or its commit fails. Work
     * that cannot be undone must not slip into the next commit, so after that every transaction is refused.
     *
     * @throws StateException if the database fails
     */
    public <T extends @Nullable Object> T transaction(Work<T> work) {
        turn.lock();
        try {
            if (stuck != null) {
                throw new StateException("the state database could not undo a failed change; restart to go on", stuck);
            }
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(e);
                throw e;
            }
        } catch (SQLException e) {
            throw new StateException("the state database failed: " + e.getMessage(), e);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StateException("the state database failed to close: " + e.getMessage(), e);
        } finally {
            closeQuietly(lockFile);
            turn.unlock();
        }
    }

    private void rollBack(Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            stuck = e;
            reason.addSuppressed(e);
        }
    }

    private static FileChannel lock(Path directory) {
        Path file = directory.resolve("lock");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // Held by this very process: the same answer as when another one holds it.
        } catch (IOException e) {
            throw new StateException("cannot lock the data directory " + directory + ": " + e.getMessage(), e);
        }
        closeQuietly(channel);
        throw new StateException("the data directory " + directory
                + " is used by another control plane; stop that one or choose another directory");
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new StateException("cannot close the lock file: " + e.getMessage(), e);
        }
    }

    /** What happens inside one transaction. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }
}
