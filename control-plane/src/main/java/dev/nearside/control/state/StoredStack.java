package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was made from a template, as the command line that made it keeps it.
 *
 * @param name 1 to 128 characters
 * @param revision 1 when it is first saved, one more with each later time
 * @param busy whether an apply said that it is at work and has not said that it ended
 * @param savedMillis when it was saved, in milliseconds since 1970
 * @param record a JSON object whose meaning is the command line's
 */
public record StoredStack(String name, long revision, boolean busy, long savedMillis, String record) {

    private static final String SELECT = "SELECT name, revision, busy, saved_millis, record FROM stack";

    public static Optional<StoredStack> find(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(of(rows)) : Optional.empty();
            }
        }
    }

    /** All of them by name. */
    public static List<StoredStack> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " ORDER BY name");
                ResultSet rows = select.executeQuery()) {
            List<StoredStack> all = new ArrayList<>();
            while (rows.next()) {
                all.add(of(rows));
            }
            return all;
        }
    }

    private static StoredStack of(ResultSet rows) throws SQLException {
        return new StoredStack(
                rows.getString(1), rows.getLong(2), rows.getInt(3) != 0, rows.getLong(4), rows.getString(5));
    }

    /** Replaces what was stored under the name. */
    public void store(Connection connection) throws SQLException {
        delete(connection, name);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO stack (name, revision, busy, saved_millis, record) VALUES (?, ?, ?, ?, ?)")) {
            insert.setString(1, name);
            insert.setLong(2, revision);
            insert.setInt(3, busy ? 1 : 0);
            insert.setLong(4, savedMillis);
            insert.setString(5, record);
            insert.executeUpdate();
        }
    }

    public static void delete(Connection connection, String name) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM stack WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
    }
}
