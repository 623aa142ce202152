package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that belongs to a function and goes with it: an alias, its policy, how it takes events.
 *
 * @param part names it among the function's others of its kind: an alias, a qualifier, an id
 * @param document JSON
 */
public record StoredFunctionPart(String functionName, Kind kind, String part, String document) {

    private static final String SELECT = "SELECT function_name, kind, part, document FROM lambda_function_part ";

    /** What it is; the names are stored. */
    public enum Kind {
        ALIAS,
        POLICY,
        EVENT_INVOKE,
        EVENT_SOURCE
    }

    public static Optional<StoredFunctionPart> find(Connection connection, String functionName, Kind kind, String part)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SELECT + "WHERE function_name = ? AND kind = ? AND part = ?")) {
            select.setString(1, functionName);
            select.setString(2, kind.name());
            select.setString(3, part);
            return read(select).stream().findFirst();
        }
    }

    /** All of a kind that a function has, by part. */
    public static List<StoredFunctionPart> of(Connection connection, String functionName, Kind kind)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SELECT + "WHERE function_name = ? AND kind = ? ORDER BY part")) {
            select.setString(1, functionName);
            select.setString(2, kind.name());
            return read(select);
        }
    }

    /** All of a kind, of whichever function, by part. */
    public static List<StoredFunctionPart> all(Connection connection, Kind kind) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SELECT + "WHERE kind = ? ORDER BY part, function_name")) {
            select.setString(1, kind.name());
            return read(select);
        }
    }

    /** The ones of a kind with that part, of whichever function. */
    public static List<StoredFunctionPart> named(Connection connection, Kind kind, String part) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE kind = ? AND part = ?")) {
            select.setString(1, kind.name());
            select.setString(2, part);
            return read(select);
        }
    }

    /** Replaces the one of the same function, kind and part. */
    public void store(Connection connection) throws SQLException {
        delete(connection);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO lambda_function_part (function_name, kind, part, document) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, functionName);
            insert.setString(2, kind.name());
            insert.setString(3, part);
            insert.setString(4, document);
            insert.executeUpdate();
        }
    }

    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM lambda_function_part WHERE function_name = ? AND kind = ? AND part = ?")) {
            delete.setString(1, functionName);
            delete.setString(2, kind.name());
            delete.setString(3, part);
            delete.executeUpdate();
        }
    }

    private static List<StoredFunctionPart> read(PreparedStatement select) throws SQLException {
        List<StoredFunctionPart> parts = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                parts.add(new StoredFunctionPart(
                        rows.getString(1), Kind.valueOf(rows.getString(2)), rows.getString(3), rows.getString(4)));
            }
        }
        return parts;
    }
}
