package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message in a queue.
 *
 * @param attributes message attributes as JSON
 * @param visibleMillis not handed out before
 * @param firstReceivedMillis 0 if it was never handed out
 * @param receives how often it was handed out
 * @param receipt drawn at the last hand-out; empty if there was none
 */
public record StoredMessage(
        String queueName,
        String id,
        String body,
        String attributes,
        long sentMillis,
        long visibleMillis,
        long firstReceivedMillis,
        int receives,
        String receipt) {

    private static final String SELECT = """
            SELECT queue_name, id, body, attributes, sent_millis, visible_millis, first_received_millis, receives, receipt
            FROM queue_message
            """;

    /**
     * How many messages a queue has.
     *
     * @param visible could be handed out now
     * @param inFlight were handed out and may come again
     * @param delayed have not been handed out yet and wait for a time to come
     */
    public record Counts(long visible, long inFlight, long delayed) {}

    /** A message that nobody has received. */
    public static StoredMessage fresh(
            String queueName, String id, String body, String attributes, long sentMillis, long visibleMillis) {
        return new StoredMessage(queueName, id, body, attributes, sentMillis, visibleMillis, 0, 0, "");
    }

    public static Optional<StoredMessage> find(Connection connection, String queueName, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE queue_name = ? AND id = ?")) {
            select.setString(1, queueName);
            select.setString(2, id);
            return read(select).stream().findFirst();
        }
    }

    /** Those that can be handed out, the ones that could first first. */
    public static List<StoredMessage> visible(Connection connection, String queueName, long nowMillis, int most)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                SELECT + "WHERE queue_name = ? AND visible_millis <= ? ORDER BY visible_millis, sent_millis LIMIT ?")) {
            select.setString(1, queueName);
            select.setLong(2, nowMillis);
            select.setInt(3, most);
            return read(select);
        }
    }

    public static Counts counts(Connection connection, String queueName, long nowMillis) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT COALESCE(SUM(CASE WHEN visible_millis <= ? THEN 1 ELSE 0 END), 0),
                    COALESCE(SUM(CASE WHEN visible_millis > ? AND receives > 0 THEN 1 ELSE 0 END), 0),
                    COALESCE(SUM(CASE WHEN visible_millis > ? AND receives = 0 THEN 1 ELSE 0 END), 0)
                FROM queue_message WHERE queue_name = ?""")) {
            select.setLong(1, nowMillis);
            select.setLong(2, nowMillis);
            select.setLong(3, nowMillis);
            select.setString(4, queueName);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? new Counts(rows.getLong(1), rows.getLong(2), rows.getLong(3))
                        : new Counts(0, 0, 0);
            }
        }
    }

    /** How many were handed out and may come again; counted up to {@code most}. */
    public static int inFlight(Connection connection, String queueName, long nowMillis, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT COUNT(*) FROM (SELECT 1 FROM queue_message
                WHERE queue_name = ? AND visible_millis > ? AND receives > 0 LIMIT ?) handed_out""")) {
            select.setString(1, queueName);
            select.setLong(2, nowMillis);
            select.setInt(3, most);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    /** Deletes what was sent before that time. */
    public static void expire(Connection connection, String queueName, long sentBeforeMillis) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM queue_message WHERE queue_name = ? AND sent_millis < ?")) {
            delete.setString(1, queueName);
            delete.setLong(2, sentBeforeMillis);
            delete.executeUpdate();
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO queue_message
                    (queue_name, id, body, attributes, sent_millis, visible_millis, first_received_millis, receives,
                    receipt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, queueName);
            insert.setString(2, id);
            insert.setString(3, body);
            insert.setString(4, attributes);
            insert.setLong(5, sentMillis);
            insert.setLong(6, visibleMillis);
            insert.setLong(7, firstReceivedMillis);
            insert.setInt(8, receives);
            insert.setString(9, receipt);
            insert.executeUpdate();
        }
    }

    /** The same, to be stored as handed out once more. */
    public StoredMessage handedOut(long nowMillis, long newVisibleMillis, String newReceipt) {
        return new StoredMessage(
                queueName,
                id,
                body,
                attributes,
                sentMillis,
                newVisibleMillis,
                firstReceivedMillis == 0 ? nowMillis : firstReceivedMillis,
                receives + 1,
                newReceipt);
    }

    /** The same, as if it had not been handed out the last time. */
    public StoredMessage givenBack(long newVisibleMillis) {
        return new StoredMessage(
                queueName,
                id,
                body,
                attributes,
                sentMillis,
                newVisibleMillis,
                firstReceivedMillis,
                Math.max(0, receives - 1),
                "");
    }

    /** The same, to be handed out from another time on. */
    public StoredMessage visibleAt(long newVisibleMillis) {
        return new StoredMessage(
                queueName, id, body, attributes, sentMillis, newVisibleMillis, firstReceivedMillis, receives, receipt);
    }

    /** Stores what a hand-out changes. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE queue_message SET visible_millis = ?, first_received_millis = ?, receives = ?, receipt = ?
                WHERE queue_name = ? AND id = ?""")) {
            update.setLong(1, visibleMillis);
            update.setLong(2, firstReceivedMillis);
            update.setInt(3, receives);
            update.setString(4, receipt);
            update.setString(5, queueName);
            update.setString(6, id);
            update.executeUpdate();
        }
    }

    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM queue_message WHERE queue_name = ? AND id = ?")) {
            delete.setString(1, queueName);
            delete.setString(2, id);
            delete.executeUpdate();
        }
    }

    private static List<StoredMessage> read(PreparedStatement select) throws SQLException {
        List<StoredMessage> messages = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                messages.add(new StoredMessage(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getLong(5),
                        rows.getLong(6),
                        rows.getLong(7),
                        rows.getInt(8),
                        rows.getString(9)));
            }
        }
        return messages;
    }

    /** Says everything but the body and the attributes, which may hold secrets. */
    @Override
    public String toString() {
        return "StoredMessage[" + id + " in " + queueName + ", received " + receives + " times]";
    }
}
