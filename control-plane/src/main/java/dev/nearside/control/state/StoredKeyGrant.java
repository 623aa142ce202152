package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A permission to use a key that stands beside the key's policy.
 *
 * @param name empty for none
 * @param grantee the principal that may use the key
 * @param retiring the principal that may retire the grant; empty for none
 * @param operations KMS's names of the operations that are allowed
 * @param contextEquals the encryption context that a use must have, as a JSON object; empty for any
 * @param contextSubset what it must have among others, as a JSON object; empty for nothing
 * @param issuer the principal that made the grant
 */
public record StoredKeyGrant(
        String id,
        String keyId,
        String name,
        String grantee,
        String retiring,
        List<String> operations,
        String contextEquals,
        String contextSubset,
        String token,
        String issuer,
        long createdMillis) {

    private static final String SELECT = """
            SELECT id, key_id, name, grantee, retiring, operations, context_equals, context_subset, token, issuer,
            created_millis FROM kms_grant\s""";
    private static final String ORDER = " ORDER BY created_millis, id";

    public StoredKeyGrant {
        operations = List.copyOf(operations);
    }

    /** All grants of a key, the oldest first. */
    public static List<StoredKeyGrant> ofKey(Connection connection, String keyId) throws SQLException {
        return selected(connection, "WHERE key_id = ?" + ORDER, keyId);
    }

    /** All grants that a principal may retire, the oldest first. */
    public static List<StoredKeyGrant> retirableBy(Connection connection, String principal) throws SQLException {
        return selected(connection, "WHERE retiring = ?" + ORDER, principal);
    }

    /** All grants of that name, of whatever key. */
    public static List<StoredKeyGrant> named(Connection connection, String name) throws SQLException {
        return selected(connection, "WHERE name = ?" + ORDER, name);
    }

    public static Optional<StoredKeyGrant> find(Connection connection, String id) throws SQLException {
        return selected(connection, "WHERE id = ?", id).stream().findFirst();
    }

    public static Optional<StoredKeyGrant> byToken(Connection connection, String token) throws SQLException {
        return selected(connection, "WHERE token = ?", token).stream().findFirst();
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO kms_grant (id, key_id, name, grantee, retiring, operations, context_equals,
                context_subset, token, issuer, created_millis) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, id);
            insert.setString(2, keyId);
            insert.setString(3, name);
            insert.setString(4, grantee);
            insert.setString(5, retiring);
            insert.setString(6, String.join(",", operations));
            insert.setString(7, contextEquals);
            insert.setString(8, contextSubset);
            insert.setString(9, token);
            insert.setString(10, issuer);
            insert.setLong(11, createdMillis);
            insert.executeUpdate();
        }
    }

    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM kms_grant WHERE id = ?")) {
            delete.setString(1, id);
            delete.executeUpdate();
        }
    }

    private static List<StoredKeyGrant> selected(Connection connection, String where, String value)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + where)) {
            select.setString(1, value);
            return read(select);
        }
    }

    private static List<StoredKeyGrant> read(PreparedStatement select) throws SQLException {
        List<StoredKeyGrant> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new StoredKeyGrant(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5),
                        List.of(rows.getString(6).split(",", -1)),
                        rows.getString(7),
                        rows.getString(8),
                        rows.getString(9),
                        rows.getString(10),
                        rows.getLong(11)));
            }
        }
        return found;
    }
}
