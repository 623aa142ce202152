package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The identity of this state and its newest revision.
 *
 * @param id random, drawn when the state was created
 */
public record StateRow(String id, long revision) {

    /** The stored row; the first call creates it at revision 0 with an id from {@code newId}. */
    public static StateRow loadOrCreate(Connection connection, Supplier<String> newId) throws SQLException {
        Optional<StateRow> stored = find(connection);
        if (stored.isPresent()) {
            return stored.get();
        }
        StateRow created = new StateRow(newId.get(), 0);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO state (id, revision) VALUES (?, ?)")) {
            insert.setString(1, created.id);
            insert.setLong(2, created.revision);
            insert.executeUpdate();
        }
        return created;
    }

    /** The stored row, which must be there. */
    public static StateRow load(Connection connection) throws SQLException {
        return find(connection).orElseThrow(() -> new StateException("the state database has no state any more"));
    }

    /** The stored row, if a control plane has started on this state before. */
    static Optional<StateRow> find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, revision FROM state")) {
            return rows.next() ? Optional.of(new StateRow(rows.getString(1), rows.getLong(2))) : Optional.empty();
        }
    }

    /** Stores that a revision is the newest now. */
    public static void advance(Connection connection, long revision) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE state SET revision = ?")) {
            update.setLong(1, revision);
            update.executeUpdate();
        }
    }
}
