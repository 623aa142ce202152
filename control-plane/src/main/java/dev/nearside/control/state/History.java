package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Every change that was acknowledged: who, when, what. Rows are added, and never changed or removed. */
public final class History {

    private History() {}

    /**
     * One change of one resource.
     *
     * @param who name of the principal whose key signed the call; where no keys are configured, the access key id that the
     *     call showed
     * @param operation AWS's name of the call
     * @param revision the newest revision after the change
     * @param requestId of the call, as its answer named it; empty for a change that no call asked for, and for one that an
     *     earlier release made
     * @param detail what the resource was set to
     */
    public record Entry(
            long atMillis,
            String who,
            String operation,
            String resource,
            long revision,
            String requestId,
            String detail) {}

    /**
     * A change in its place.
     *
     * @param number 1 for the first, growing by 1
     */
    public record Numbered(long number, Entry entry) {}

    /** Adds changes, in order. */
    public static void add(Connection connection, List<Entry> entries) throws SQLException {
        for (Entry entry : entries) {
            add(connection, entry);
        }
    }

    private static void add(Connection connection, Entry entry) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO history (entry, at_millis, who, operation, resource, revision, request_id, detail)
                SELECT COALESCE(MAX(entry), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM history""")) {
            insert.setLong(1, entry.atMillis());
            insert.setString(2, entry.who());
            insert.setString(3, entry.operation());
            insert.setString(4, entry.resource());
            insert.setLong(5, entry.revision());
            insert.setString(6, entry.requestId());
            insert.setString(7, entry.detail());
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

    /**
     * The newest changes first.
     *
     * @param before only those with a lower number; {@link Long#MAX_VALUE} for all
     */
    public static List<Numbered> newest(Connection connection, long before, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT entry, at_millis, who, operation, resource, revision, request_id, detail FROM history
                WHERE entry < ? ORDER BY entry DESC LIMIT ?""")) {
            select.setLong(1, before);
            select.setInt(2, limit);
            try (ResultSet rows = select.executeQuery()) {
                List<Numbered> entries = new ArrayList<>();
                while (rows.next()) {
                    Entry entry = new Entry(
                            rows.getLong(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            rows.getLong(6),
                            rows.getString(7),
                            rows.getString(8));
                    entries.add(new Numbered(rows.getLong(1), entry));
                }
                return entries;
            }
        }
    }
}
