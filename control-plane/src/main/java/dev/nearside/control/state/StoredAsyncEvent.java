package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An event that a function is to be run for in the background.
 *
 * @param id of the request that brought it, and of every run for it
 * @param qualifier as the caller named it, {@code $LATEST} if not at all
 * @param dueMillis not to be run before
 * @param runs how often the function has been run for it and failed
 * @param delays how often it could not be run since the last run
 * @param payload UTF-8 JSON; it may hold secrets, so it is never logged
 */
public record StoredAsyncEvent(
        String id,
        String functionName,
        String qualifier,
        long acceptedMillis,
        long dueMillis,
        int runs,
        int delays,
        int payloadBytes,
        String payload) {

    /** How many events wait, and what they weigh together. */
    public record Backlog(long events, long bytes) {}

    public static Backlog backlog(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT COUNT(*), COALESCE(SUM(payload_bytes), 0) FROM async_event");
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? new Backlog(rows.getLong(1), rows.getLong(2)) : new Backlog(0, 0);
        }
    }

    /** The ids of the events that may be run by then, those that have waited longest first. */
    public static List<String> due(Connection connection, long nowMillis, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id FROM async_event WHERE due_millis <= ? ORDER BY due_millis, accepted_millis LIMIT ?")) {
            select.setLong(1, nowMillis);
            select.setInt(2, most);
            List<String> ids = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
            return ids;
        }
    }

    /** When the next event may be run after that time; empty if none waits for a time to come. */
    public static OptionalLong nextDue(Connection connection, long afterMillis) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT MIN(due_millis) FROM async_event WHERE due_millis > ?")) {
            select.setLong(1, afterMillis);
            try (ResultSet rows = select.executeQuery()) {
                long due = rows.next() ? rows.getLong(1) : 0;
                return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(due);
            }
        }
    }

    public static Optional<StoredAsyncEvent> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT id, function_name, qualifier, accepted_millis, due_millis, runs, delays, payload_bytes, payload
                FROM async_event WHERE id = ?""")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? Optional.of(new StoredAsyncEvent(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getLong(4),
                                rows.getLong(5),
                                rows.getInt(6),
                                rows.getInt(7),
                                rows.getInt(8),
                                rows.getString(9)))
                        : Optional.empty();
            }
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO async_event
                    (id, function_name, qualifier, accepted_millis, due_millis, runs, delays, payload_bytes, payload)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, id);
            insert.setString(2, functionName);
            insert.setString(3, qualifier);
            insert.setLong(4, acceptedMillis);
            insert.setLong(5, dueMillis);
            insert.setInt(6, runs);
            insert.setInt(7, delays);
            insert.setInt(8, payloadBytes);
            insert.setString(9, payload);
            insert.executeUpdate();
        }
    }

    /** Remembers when it is to be run again, and why it waits. */
    public void postpone(Connection connection, long untilMillis, int newRuns, int newDelays) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE async_event SET due_millis = ?, runs = ?, delays = ? WHERE id = ?")) {
            update.setLong(1, untilMillis);
            update.setInt(2, newRuns);
            update.setInt(3, newDelays);
            update.setString(4, id);
            update.executeUpdate();
        }
    }

    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM async_event WHERE id = ?")) {
            delete.setString(1, id);
            delete.executeUpdate();
        }
    }

    /** Says everything but the payload, which may hold secrets. */
    @Override
    public String toString() {
        return "StoredAsyncEvent[" + id + ", " + functionName + ":" + qualifier + ", " + runs + " runs, " + payloadBytes
                + " bytes]";
    }
}
