package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A function's own row; its code and configuration are in {@link StoredVersion}s.
 *
 * @param lastVersion the highest version number given out so far; 0 if none was published
 * @param tags as JSON
 */
public record StoredFunction(String name, long lastVersion, String tags) {

    public static Optional<StoredFunction> find(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT name, last_version, tags FROM lambda_function WHERE name = ?")) {
            select.setString(1, name);
            List<StoredFunction> found = read(select);
            return found.stream().findFirst();
        }
    }

    /** All functions by name. */
    public static List<StoredFunction> all(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT name, last_version, tags FROM lambda_function ORDER BY name")) {
            return read(select);
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO lambda_function (name, last_version, tags) VALUES (?, ?, ?)")) {
            insert.setString(1, name);
            insert.setLong(2, lastVersion);
            insert.setString(3, tags);
            insert.executeUpdate();
        }
    }

    /** Remembers a version number as given out. */
    public void advance(Connection connection, long version) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE lambda_function SET last_version = ? WHERE name = ?")) {
            update.setLong(1, version);
            update.setString(2, name);
            update.executeUpdate();
        }
    }

    /** Replaces the tags. */
    public void tag(Connection connection, String newTags) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE lambda_function SET tags = ? WHERE name = ?")) {
            update.setString(1, newTags);
            update.setString(2, name);
            update.executeUpdate();
        }
    }

    /** Deletes the function with all its versions. */
    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM lambda_function WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
    }

    private static List<StoredFunction> read(PreparedStatement select) throws SQLException {
        List<StoredFunction> functions = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                functions.add(new StoredFunction(rows.getString(1), rows.getLong(2), rows.getString(3)));
            }
        }
        return functions;
    }
}
