package dev.nearside.control.state;

import dev.nearside.kit.time.Randomness;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A PostgreSQL database, which an advisory lock of the session keeps for one control plane. A transaction commits only
 * while its session lives, and so only under the lock; a mark in the database tells a control plane that comes back
 * whether another one had the lock meanwhile.
 */
final class PostgresSource implements ConnectionSource {

    /** The letters {@code nearside}; advisory locks are per database. */
    private static final long LOCK_KEY = 0x6E65_6172_7369_6465L;

    /** How long the session of a control plane that was killed a moment ago may hold the lock still. */
    private static final String LOCK_PATIENCE = "3s";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int MARK_BYTES = 16;

    /** What each session sets, whatever the server's defaults are. */
    private static final List<String> SETTINGS = List.of(
            "SET synchronous_commit = on",
            // So that the session of a machine that fell off the network lets go of the lock within a minute.
            "SET tcp_keepalives_idle = 30",
            "SET tcp_keepalives_interval = 10",
            "SET tcp_keepalives_count = 3",
            "SET lock_timeout = '" + LOCK_PATIENCE + "'");

    private final PostgresAddress address;
    private final String mark;
    private boolean marked;
    private int lastSession;

    PostgresSource(PostgresAddress address) {
        this.address = address;
        byte[] drawn = new byte[MARK_BYTES];
        Randomness.secret().nextBytes(drawn);
        this.mark = HexFormat.of().formatHex(drawn);
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(address.url(), address.properties());
        try {
            try (Statement statement = connection.createStatement()) {
                for (String setting : SETTINGS) {
                    statement.execute(setting);
                }
                requireUtf8(statement);
            }
            endLastSession(connection);
            lock(connection);
            lastSession = session(connection);
            connection.setAutoCommit(false);
            if (marked) {
                requireMark(connection);
            } else {
                Migrations.run(connection);
                useCodePointOrder(connection);
                setMark(connection);
            }
            connection.commit();
            marked = true;
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection reader() throws SQLException {
        Connection connection = DriverManager.getConnection(address.url(), address.properties());
        try {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The server's log of changes and its backups are its owner's. */
    @Override
    public void eraseDeleted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM FULL lambda_function_version");
        }
    }

    @Override
    public boolean isLost(Connection connection, Exception error) {
        try {
            String state = error instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
            // Class 08: connection exceptions; 57P01 to 57P05: the server ends the session.
            return connection.isClosed() || state.startsWith("08") || state.startsWith("57P");
        } catch (SQLException _) {
            return true;
        }
    }

    /** The lock went with the session. */
    @Override
    public void release() {
        lastSession = 0;
    }

    @Override
    public String toString() {
        return address.toString();
    }

    private static void requireUtf8(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SHOW server_encoding")) {
            rows.next();
            if (!rows.getString(1).equals("UTF8")) {
                throw new StateException("the database has the encoding " + rows.getString(1)
                        + ", expected UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
            }
        }
    }

    /** The server may not have noticed yet that our own last connection broke, and it would hold the lock. */
    private void endLastSession(Connection connection) throws SQLException {
        if (lastSession == 0) {
            return;
        }
        try (PreparedStatement end = connection.prepareStatement("""
                SELECT pg_terminate_backend(pid) FROM pg_locks
                WHERE locktype = 'advisory' AND granted AND pid = ?
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (classid::bigint << 32) | objid::bigint = ?""")) {
            end.setInt(1, lastSession);
            end.setLong(2, LOCK_KEY);
            end.execute();
        }
    }

    private void lock(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_lock(?)")) {
            lock.setLong(1, LOCK_KEY);
            lock.execute();
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new StateException("the database " + address
                        + " is used by another control plane; stop that one or choose another database");
            }
            throw e;
        }
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void setMark(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO session_mark (mark) VALUES (?)")) {
            statement.executeUpdate("DELETE FROM session_mark");
            insert.setString(1, mark);
            insert.executeUpdate();
        }
    }

    private void requireMark(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT mark FROM session_mark")) {
            if (!rows.next() || !rows.getString(1).equals(mark)) {
                throw new StateException("another control plane has used the database " + address
                        + " while this one had lost it; restart this one to go on");
            }
        }
    }

    /**
     * Gives every text column one form, so that sorting and lengths do not depend on the database's locale: by code
     * points, as SQLite and the pages of lists sort, and without a limit, as SQLite knows none.
     */
    private static void useCodePointOrder(Connection connection) throws SQLException {
        List<String> changes = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT table_name, column_name FROM information_schema.columns
                        WHERE table_schema = current_schema() AND collation_name IS NULL
                        AND data_type IN ('text', 'character varying', 'character')
                        ORDER BY table_name, ordinal_position""")) {
            while (rows.next()) {
                changes.add(String.format(
                        Locale.ROOT,
                        "ALTER TABLE \"%s\" ALTER COLUMN \"%s\" TYPE TEXT COLLATE \"C\"",
                        rows.getString(1),
                        rows.getString(2)));
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String change : changes) {
                statement.execute(change);
            }
        }
    }
}
