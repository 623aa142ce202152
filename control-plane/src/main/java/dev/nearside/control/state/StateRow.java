package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;

/**
 * The identity of this state and its newest revision.
 *
 * @param id random, drawn when the state was created
 */
public record StateRow(String id, long revision) {

    /** The stored row; the first call creates it at revision 0 with an id from {@code newId}. */
    public static StateRow loadOrCreate(Connection connection, Supplier<String> newId) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, revision FROM state")) {
            if (rows.next()) {
                return new StateRow(rows.getString(1), rows.getLong(2));
            }
        }
        StateRow created = new StateRow(newId.get(), 0);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO state (id, revision) VALUES (?, ?)")) {
            insert.setString(1, created.id);
            insert.setLong(2, created.revision);
            insert.executeUpdate();
        }
        return created;
    }

    /** Stores that a revision is the newest now. */
    public static void advance(Connection connection, long revision) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE state SET revision = ?")) {
            update.setLong(1, revision);
            update.executeUpdate();
        }
    }
}
