package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Every change that was acknowledged: who, when, what. Rows are added and never changed. */
public final class History {

    private History() {}

    /**
     * One change.
     *
     * @param who the access key of the caller
     * @param operation AWS's name of the call
     * @param revision the newest revision after the change
     * @param detail what the resource was set to
     */
    public record Entry(long atMillis, String who, String operation, String resource, long revision, String detail) {}

    /** Adds changes, in order. */
    public static void add(Connection connection, List<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            add(connection, entry);
        }
    }

    private static void add(Connection connection, Entry entry) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO history (entry, at_millis, who, operation, resource, revision, detail)
                SELECT COALESCE(MAX(entry), 0) + 1, ?, ?, ?, ?, ?, ? FROM history""")) {
            insert.setLong(1, entry.atMillis());
            insert.setString(2, entry.who());
            insert.setString(3, entry.operation());
            insert.setString(4, entry.resource());
            insert.setLong(5, entry.revision());
            insert.setString(6, entry.detail());
            insert.executeUpdate();
        }
    }

    /** When a revision was made; empty if no change made it. */
    public static OptionalLong madeMillis(Connection connection, long revision) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT at_millis FROM history WHERE revision = ? ORDER BY entry LIMIT 1")) {
            select.setLong(1, revision);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** The newest changes first. */
    public static List<Entry> newest(Connection connection, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT at_millis, who, operation, resource, revision, detail FROM history
                ORDER BY entry DESC LIMIT ?""")) {
            select.setInt(1, limit);
            try (ResultSet rows = select.executeQuery()) {
                List<Entry> entries = new ArrayList<>();
                while (rows.next()) {
                    entries.add(new Entry(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getLong(5),
                            rows.getString(6)));
                }
                return entries;
            }
        }
    }
}
