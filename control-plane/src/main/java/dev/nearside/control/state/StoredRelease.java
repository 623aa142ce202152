package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has been released, and what of it differs from the stored configurations. Tracks are named by whoever stores them.
 */
public final class StoredRelease {

    private StoredRelease() {}

    /** The newest revision of a track and when it was made. */
    public record Head(long revision, long madeMillis) {}

    public static Optional<Head> head(Connection connection, String track) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT revision, made_millis FROM release_head WHERE track = ?")) {
            select.setString(1, track);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(new Head(rows.getLong(1), rows.getLong(2))) : Optional.empty();
            }
        }
    }

    /** Replaces the head of a track; null removes it. */
    public static void storeHead(Connection connection, String track, @Nullable Head head) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM release_head WHERE track = ?")) {
            delete.setString(1, track);
            delete.executeUpdate();
        }
        if (head != null) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO release_head (track, revision, made_millis) VALUES (?, ?, ?)")) {
                insert.setString(1, track);
                insert.setLong(2, head.revision);
                insert.setLong(3, head.madeMillis);
                insert.executeUpdate();
            }
        }
    }

    /** What a track has of distributions that differs, as JSON; empty in place of a distribution that it lacks. */
    public static Map<String, Optional<String>> parts(Connection connection, String track) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT distribution_id, parts FROM release_part WHERE track = ?")) {
            select.setString(1, track);
            return parts(select);
        }
    }

    /** Replaces what a track has that differs. */
    public static void storeParts(Connection connection, String track, Map<String, Optional<String>> parts)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM release_part WHERE track = ?")) {
            delete.setString(1, track);
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO release_part (track, distribution_id, parts) VALUES (?, ?, ?)")) {
            for (Map.Entry<String, Optional<String>> part : parts.entrySet()) {
                insert.setString(1, track);
                insert.setString(2, part.getKey());
                insert.setString(3, part.getValue().orElse(null));
                insert.executeUpdate();
            }
        }
    }

    /** Adds what distributions became for all nodes with a revision; empty where one was taken away. */
    public static void record(Connection connection, long revision, Map<String, Optional<String>> parts)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO released (revision, distribution_id, parts) VALUES (?, ?, ?)")) {
            for (Map.Entry<String, Optional<String>> part : parts.entrySet()) {
                insert.setLong(1, revision);
                insert.setString(2, part.getKey());
                insert.setString(3, part.getValue().orElse(null));
                insert.executeUpdate();
            }
        }
    }

    /** The first revision of which it is known what was released; empty if none is. */
    public static OptionalLong firstRecorded(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT MIN(revision) FROM released")) {
            long first = rows.next() ? rows.getLong(1) : 0;
            return first == 0 ? OptionalLong.empty() : OptionalLong.of(first);
        }
    }

    /**
     * Forgets what was released before a revision and is over since; what distributions were at that revision and later
     * stays known.
     */
    public static void forgetBefore(Connection connection, long revision) throws SQLException {
        try (PreparedStatement overwritten = connection.prepareStatement("""
                        DELETE FROM released WHERE revision < ? AND EXISTS (SELECT 1 FROM released newer
                        WHERE newer.distribution_id = released.distribution_id
                        AND newer.revision > released.revision AND newer.revision <= ?)""");
                PreparedStatement gone =
                        connection.prepareStatement("DELETE FROM released WHERE revision <= ? AND parts IS NULL");
                PreparedStatement first =
                        connection.prepareStatement("UPDATE released SET revision = ? WHERE revision < ?")) {
            overwritten.setLong(1, revision);
            overwritten.setLong(2, revision);
            overwritten.executeUpdate();
            gone.setLong(1, revision);
            gone.executeUpdate();
            first.setLong(1, revision);
            first.setLong(2, revision);
            first.executeUpdate();
        }
    }

    /** What distributions were for all nodes at a revision. */
    public static Map<String, Optional<String>> at(Connection connection, long revision) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT r.distribution_id, r.parts FROM released r
                JOIN (SELECT distribution_id, MAX(revision) AS newest FROM released
                      WHERE revision <= ? GROUP BY distribution_id) n
                ON r.distribution_id = n.distribution_id AND r.revision = n.newest""")) {
            select.setLong(1, revision);
            return parts(select);
        }
    }

    private static Map<String, Optional<String>> parts(PreparedStatement select) throws SQLException {
        Map<String, Optional<String>> parts = new TreeMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                parts.put(rows.getString(1), Optional.ofNullable(rows.getString(2)));
            }
        }
        return parts;
    }

    /** A rollout policy as JSON that was set under a name. */
    public static Optional<String> policy(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT policy FROM rollout_policy WHERE name = ?")) {
            select.setString(1, name);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** Sets the policy of a name; null removes it. */
    public static void storePolicy(Connection connection, String name, @Nullable String policy) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM rollout_policy WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
        if (policy != null) {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO rollout_policy (name, policy) VALUES (?, ?)")) {
                insert.setString(1, name);
                insert.setString(2, policy);
                insert.executeUpdate();
            }
        }
    }
}
