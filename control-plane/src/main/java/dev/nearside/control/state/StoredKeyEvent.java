package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The record of one use of a key, or of the attempt. Records are added and never changed or deleted.
 *
 * @param number grows with each record
 * @param id a UUID
 * @param who the principal's ARN
 * @param via the service that asked on the principal's behalf; empty if the principal asked itself
 * @param operation KMS's name of it
 * @param keyArn the key, or what the caller called it if there is no such key; empty if no key is concerned
 * @param context the encryption context as a JSON object
 * @param outcome {@code Success}, or KMS's name of the error
 * @param message of the error; empty after a success
 */
public record StoredKeyEvent(
        long number,
        String id,
        long atMillis,
        String who,
        String via,
        String operation,
        String keyArn,
        String context,
        String outcome,
        String message,
        String requestId) {

    /** The outcome of what was allowed and done. */
    public static final String SUCCESS = "Success";

    private static final String SELECT = """
            SELECT number, id, at_millis, who, via, operation, key_arn, context, outcome, message, request_id
            FROM key_event WHERE number < ? AND at_millis >= ? AND at_millis <= ? ORDER BY number DESC LIMIT ?""";

    /**
     * Records of a span of time, the newest first.
     *
     * @param before only those with lower numbers
     */
    public static List<StoredKeyEvent> newest(
            Connection connection, long before, long fromMillis, long toMillis, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setLong(1, before);
            select.setLong(2, fromMillis);
            select.setLong(3, toMillis);
            select.setInt(4, limit);
            List<StoredKeyEvent> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new StoredKeyEvent(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getLong(3),
                            rows.getString(4),
                            rows.getString(5),
                            rows.getString(6),
                            rows.getString(7),
                            rows.getString(8),
                            rows.getString(9),
                            rows.getString(10),
                            rows.getString(11)));
                }
            }
            return found;
        }
    }

    /** Adds it under the next number, whatever its own says. */
    public void append(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO key_event (number, id, at_millis, who, via, operation, key_arn, context, outcome, message,
                request_id) SELECT COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM key_event""")) {
            insert.setString(1, id);
            insert.setLong(2, atMillis);
            insert.setString(3, who);
            insert.setString(4, via);
            insert.setString(5, operation);
            insert.setString(6, keyArn);
            insert.setString(7, context);
            insert.setString(8, outcome);
            insert.setString(9, message);
            insert.setString(10, requestId);
            insert.executeUpdate();
        }
    }
}
