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
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** The file {@code state.db} of a data directory, which a lock file keeps for one control plane. */
final class SqliteSource implements ConnectionSource {

    private final Path file;
    private final FileChannel lockFile;

    /** Takes the directory, which must exist. */
    SqliteSource(Path directory) {
        file = directory.resolve("state.db");
        lockFile = lock(directory);
    }

    @Override
    public Connection connect() throws SQLException {
        try {
            if (!Files.exists(file)) {
                OwnerOnly.createFile(file);
            }
        } catch (IOException e) {
            throw new StateException("cannot create " + file + ": " + e.getMessage(), e);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.enforceForeignKeys(true);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            connection.setAutoCommit(false);
            Migrations.run(connection);
            connection.commit();
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection reader() throws SQLException {
        Connection connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Nothing of it goes through a temporary file, which would have it in clear once more. */
    @Override
    public void eraseDeleted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA secure_delete = ON");
            statement.execute("PRAGMA temp_store = MEMORY");
            statement.execute("VACUUM");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /** A file does not go away; work that it cannot undo stays with the connection. */
    @Override
    public boolean isLost(Connection connection, Exception error) {
        return false;
    }

    @Override
    public void release() {
        closeQuietly(lockFile);
    }

    @Override
    public String toString() {
        return file.toString();
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
}
