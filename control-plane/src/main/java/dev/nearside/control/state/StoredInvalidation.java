package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An invalidation that was asked for.
 *
 * @param callerReference unique among the invalidations of its distribution
 * @param paths none holds a line break
 * @param revision the one that published it
 */
public record StoredInvalidation(
        String id,
        String distributionId,
        String callerReference,
        List<String> paths,
        long createdMillis,
        long revision) {

    private static final String SELECT =
            "SELECT id, distribution_id, caller_reference, paths, created_millis, revision FROM invalidation ";

    public StoredInvalidation {
        paths = List.copyOf(paths);
    }

    public static Optional<StoredInvalidation> find(Connection connection, String distributionId, String id)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE distribution_id = ? AND id = ?")) {
            select.setString(1, distributionId);
            select.setString(2, id);
            return read(select).stream().findFirst();
        }
    }

    public static Optional<StoredInvalidation> findByCallerReference(
            Connection connection, String distributionId, String callerReference) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SELECT + "WHERE distribution_id = ? AND caller_reference = ?")) {
            select.setString(1, distributionId);
            select.setString(2, callerReference);
            return read(select).stream().findFirst();
        }
    }

    /** The invalidations of a distribution that are not older than that, oldest first. */
    public static List<StoredInvalidation> since(Connection connection, String distributionId, long oldestMillis)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                SELECT + "WHERE distribution_id = ? AND created_millis >= ? ORDER BY created_millis, revision")) {
            select.setString(1, distributionId);
            select.setLong(2, oldestMillis);
            return read(select);
        }
    }

    /** The invalidations of a distribution that later revisions than that published, oldest first. */
    public static List<StoredInvalidation> after(Connection connection, String distributionId, long revision)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SELECT + "WHERE distribution_id = ? AND revision > ? ORDER BY revision")) {
            select.setString(1, distributionId);
            select.setLong(2, revision);
            return read(select);
        }
    }

    /** The revisions that published a distribution's invalidations, newest first. */
    public static List<Long> revisions(Connection connection, String distributionId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT revision FROM invalidation WHERE distribution_id = ? ORDER BY revision DESC")) {
            select.setString(1, distributionId);
            List<Long> revisions = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    revisions.add(rows.getLong(1));
                }
            }
            return revisions;
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO invalidation (id, distribution_id, caller_reference, paths, created_millis, revision)
                VALUES (?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, id);
            insert.setString(2, distributionId);
            insert.setString(3, callerReference);
            insert.setString(4, String.join("\n", paths));
            insert.setLong(5, createdMillis);
            insert.setLong(6, revision);
            insert.executeUpdate();
        }
    }

    private static List<StoredInvalidation> read(PreparedStatement select) throws SQLException {
        List<StoredInvalidation> invalidations = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                invalidations.add(new StoredInvalidation(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        List.of(rows.getString(4).split("\n", -1)),
                        rows.getLong(5),
                        rows.getLong(6)));
            }
        }
        return invalidations;
    }
}
