package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A queue of SQS; its messages are {@link StoredMessage}s.
 *
 * @param attributes those that were set, as JSON
 * @param tags as JSON
 * @param purgedMillis when it was purged last; 0 if never
 */
public record StoredQueue(
        String name, String attributes, String tags, long createdMillis, long modifiedMillis, long purgedMillis) {

    private static final String SELECT =
            "SELECT name, attributes, tags, created_millis, modified_millis, purged_millis FROM queue ";

    public static Optional<StoredQueue> find(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE name = ?")) {
            select.setString(1, name);
            return read(select).stream().findFirst();
        }
    }

    /** All queues by name. */
    public static List<StoredQueue> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "ORDER BY name")) {
            return read(select);
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO queue (attributes, tags, created_millis, modified_millis, purged_millis, name)
                VALUES (?, ?, ?, ?, ?, ?)""")) {
            write(insert);
        }
    }

    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE queue
                SET attributes = ?, tags = ?, created_millis = ?, modified_millis = ?, purged_millis = ?
                WHERE name = ?""")) {
            write(update);
        }
    }

    /** Deletes the queue with all its messages. */
    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM queue WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
    }

    private void write(PreparedStatement statement) throws SQLException {
        statement.setString(1, attributes);
        statement.setString(2, tags);
        statement.setLong(3, createdMillis);
        statement.setLong(4, modifiedMillis);
        statement.setLong(5, purgedMillis);
        statement.setString(6, name);
        statement.executeUpdate();
    }

    private static List<StoredQueue> read(PreparedStatement select) throws SQLException {
        List<StoredQueue> queues = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                queues.add(new StoredQueue(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6)));
            }
        }
        return queues;
    }
}
