package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key value store with its content.
 *
 * @param items a JSON object of strings
 * @param etag changes with the comment
 * @param dataEtag changes with the content
 * @param modifiedMillis when either changed last
 */
public record StoredKeyValueStore(
        String id,
        String name,
        String arn,
        String comment,
        String items,
        String etag,
        String dataEtag,
        long createdMillis,
        long modifiedMillis) {

    private static final String SELECT = """
            SELECT id, name, arn, comment, items, etag, data_etag, created_millis, modified_millis
            FROM key_value_store""";

    /** The same with another comment. */
    public StoredKeyValueStore withComment(String newComment, String newEtag, long millis) {
        return new StoredKeyValueStore(id, name, arn, newComment, items, newEtag, dataEtag, createdMillis, millis);
    }

    /** The same with other content. */
    public StoredKeyValueStore withItems(String newItems, String newDataEtag, long millis) {
        return new StoredKeyValueStore(id, name, arn, comment, newItems, etag, newDataEtag, createdMillis, millis);
    }

    /** All of them by name. */
    public static List<StoredKeyValueStore> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " ORDER BY name")) {
            return read(select);
        }
    }

    public static Optional<StoredKeyValueStore> named(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " WHERE name = ?")) {
            select.setString(1, name);
            return read(select).stream().findFirst();
        }
    }

    public static Optional<StoredKeyValueStore> find(Connection connection, String arn) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " WHERE arn = ?")) {
            select.setString(1, arn);
            return read(select).stream().findFirst();
        }
    }

    /** How many bytes the content of all of them has. */
    public static long bytesOfAll(Connection connection) throws SQLException {
        try (PreparedStatement sum = connection.prepareStatement(
                        "SELECT COALESCE(SUM(OCTET_LENGTH(items)), 0) FROM key_value_store");
                ResultSet rows = sum.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static List<StoredKeyValueStore> read(PreparedStatement select) throws SQLException {
        List<StoredKeyValueStore> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new StoredKeyValueStore(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5),
                        rows.getString(6),
                        rows.getString(7),
                        rows.getLong(8),
                        rows.getLong(9)));
            }
        }
        return found;
    }

    /** Stores it in place of what it was before. */
    public void put(Connection connection) throws SQLException {
        delete(connection, id);
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO key_value_store
                (id, name, arn, comment, items, etag, data_etag, created_millis, modified_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, id);
            insert.setString(2, name);
            insert.setString(3, arn);
            insert.setString(4, comment);
            insert.setString(5, items);
            insert.setString(6, etag);
            insert.setString(7, dataEtag);
            insert.setLong(8, createdMillis);
            insert.setLong(9, modifiedMillis);
            insert.executeUpdate();
        }
    }

    public static void delete(Connection connection, String id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM key_value_store WHERE id = ?")) {
            delete.setString(1, id);
            delete.executeUpdate();
        }
    }
}
