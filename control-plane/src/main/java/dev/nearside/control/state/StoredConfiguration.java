package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy, key or key group as its owner described it.
 *
 * @param kind what it is, for example {@code cache-policy}
 * @param id unique among those of its kind, like the name
 * @param config CloudFront's configuration of that kind as XML
 * @param etag changes with every update
 * @param renewedMillis when what viewers have begun under it, such as sessions, last came to an end, since 1970
 * @param requestDigest of the configuration that it was made with; empty if an earlier release made it
 */
public record StoredConfiguration(
        String kind,
        String id,
        String name,
        String config,
        String etag,
        long createdMillis,
        long modifiedMillis,
        long renewedMillis,
        String requestDigest) {

    /** All of one kind by id. */
    public static List<StoredConfiguration> all(Connection connection, String kind) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT kind, id, name, config, etag, created_millis, modified_millis, renewed_millis, request_digest
                FROM configuration WHERE kind = ? ORDER BY id""")) {
            select.setString(1, kind);
            List<StoredConfiguration> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new StoredConfiguration(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            rows.getLong(6),
                            rows.getLong(7),
                            rows.getLong(8),
                            rows.getString(9)));
                }
            }
            return found;
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO configuration
                    (kind, id, name, config, etag, created_millis, modified_millis, renewed_millis, request_digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, kind);
            insert.setString(2, id);
            insert.setString(3, name);
            insert.setString(4, config);
            insert.setString(5, etag);
            insert.setLong(6, createdMillis);
            insert.setLong(7, modifiedMillis);
            insert.setLong(8, renewedMillis);
            insert.setString(9, requestDigest);
            insert.executeUpdate();
        }
    }

    /** Replaces everything but kind, id, time of creation and the digest of the request that made it. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE configuration SET name = ?, config = ?, etag = ?, modified_millis = ?, renewed_millis = ?
                WHERE kind = ? AND id = ?""")) {
            update.setString(1, name);
            update.setString(2, config);
            update.setString(3, etag);
            update.setLong(4, modifiedMillis);
            update.setLong(5, renewedMillis);
            update.setString(6, kind);
            update.setString(7, id);
            update.executeUpdate();
        }
    }

    public static void delete(Connection connection, String kind, String id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM configuration WHERE kind = ? AND id = ?")) {
            delete.setString(1, kind);
            delete.setString(2, id);
            delete.executeUpdate();
        }
    }
}
