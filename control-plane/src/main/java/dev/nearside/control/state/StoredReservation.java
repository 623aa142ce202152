package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The executions at once that are kept for a function, which are also the most that it may have.
 *
 * @param executions 0 or more
 */
public record StoredReservation(String functionName, int executions) {

    public static Optional<StoredReservation> find(Connection connection, String functionName) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT executions FROM reserved_concurrency WHERE function_name = ?")) {
            select.setString(1, functionName);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? Optional.of(new StoredReservation(functionName, rows.getInt(1)))
                        : Optional.empty();
            }
        }
    }

    /** What all functions but that one have together. */
    public static long sumOfOthers(Connection connection, String functionName) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT COALESCE(SUM(executions), 0) FROM reserved_concurrency WHERE function_name <> ?")) {
            select.setString(1, functionName);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** Replaces what the function had. */
    public void store(Connection connection) throws SQLException {
        delete(connection, functionName);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO reserved_concurrency (function_name, executions) VALUES (?, ?)")) {
            insert.setString(1, functionName);
            insert.setInt(2, executions);
            insert.executeUpdate();
        }
    }

    /** Keeps nothing for the function any more. */
    public static void delete(Connection connection, String functionName) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM reserved_concurrency WHERE function_name = ?")) {
            delete.setString(1, functionName);
            delete.executeUpdate();
        }
    }
}
