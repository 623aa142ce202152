package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Another name of a key.
 *
 * @param name begins with {@code alias/}
 */
public record StoredKeyAlias(String name, String keyId, long createdMillis, long modifiedMillis) {

    private static final String SELECT = "SELECT name, key_id, created_millis, modified_millis FROM kms_alias ";

    public static Optional<StoredKeyAlias> find(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE name = ?")) {
            select.setString(1, name);
            return read(select).stream().findFirst();
        }
    }

    /** All of them by name. */
    public static List<StoredKeyAlias> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "ORDER BY name")) {
            return read(select);
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO kms_alias (key_id, created_millis, modified_millis, name) VALUES (?, ?, ?, ?)")) {
            write(insert);
        }
    }

    /** Replaces the row of the same name. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE kms_alias SET key_id = ?, created_millis = ?, modified_millis = ? WHERE name = ?")) {
            write(update);
        }
    }

    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM kms_alias WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
    }

    private void write(PreparedStatement statement) throws SQLException {
        statement.setString(1, keyId);
        statement.setLong(2, createdMillis);
        statement.setLong(3, modifiedMillis);
        statement.setString(4, name);
        statement.executeUpdate();
    }

    private static List<StoredKeyAlias> read(PreparedStatement select) throws SQLException {
        List<StoredKeyAlias> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new StoredKeyAlias(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4)));
            }
        }
        return found;
    }
}
