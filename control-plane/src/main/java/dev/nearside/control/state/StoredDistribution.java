package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A distribution as its owner described it.
 *
 * @param callerReference unique among distributions
 * @param config CloudFront's DistributionConfig as XML
 * @param tags as JSON
 * @param etag changes with every update
 * @param revision the one that published the newest config or what it names
 * @param requestDigest of the configuration that it was made with; empty if an earlier release made it
 */
public record StoredDistribution(
        String id,
        String callerReference,
        String config,
        String tags,
        String etag,
        long modifiedMillis,
        long revision,
        String requestDigest) {

    private static final String SELECT =
            "SELECT id, caller_reference, config, tags, etag, modified_millis, revision, request_digest FROM distribution ";

    public static Optional<StoredDistribution> find(Connection connection, String id) throws SQLException {
        return findBy(connection, "id", id);
    }

    public static Optional<StoredDistribution> findByCallerReference(Connection connection, String callerReference)
            throws SQLException {
        return findBy(connection, "caller_reference", callerReference);
    }

    /** Without the configuration, whose custom headers may be credentials. */
    @Override
    public String toString() {
        return "StoredDistribution[" + id + ", " + etag + ", revision " + revision + "]";
    }

    /** All distributions by id. */
    public static List<StoredDistribution> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "ORDER BY id")) {
            return read(select);
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO distribution
                    (id, caller_reference, config, tags, etag, modified_millis, revision, request_digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, id);
            insert.setString(2, callerReference);
            insert.setString(3, config);
            insert.setString(4, tags);
            insert.setString(5, etag);
            insert.setLong(6, modifiedMillis);
            insert.setLong(7, revision);
            insert.setString(8, requestDigest);
            insert.executeUpdate();
        }
    }

    /** Replaces everything but the id, the caller reference and the digest of the request that made it. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE distribution SET config = ?, tags = ?, etag = ?, modified_millis = ?, revision = ?
                WHERE id = ?""")) {
            update.setString(1, config);
            update.setString(2, tags);
            update.setString(3, etag);
            update.setLong(4, modifiedMillis);
            update.setLong(5, revision);
            update.setString(6, id);
            update.executeUpdate();
        }
    }

    /** Remembers that a revision published something new that the distribution uses; its configuration stays. */
    public static void republish(Connection connection, String id, long revision) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE distribution SET revision = ? WHERE id = ?")) {
            update.setLong(1, revision);
            update.setString(2, id);
            update.executeUpdate();
        }
    }

    /** Replaces the tags alone. */
    public static void tag(Connection connection, String id, String tags) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE distribution SET tags = ? WHERE id = ?")) {
            update.setString(1, tags);
            update.setString(2, id);
            update.executeUpdate();
        }
    }

    /** Deletes the distribution and its invalidations. */
    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM distribution WHERE id = ?")) {
            delete.setString(1, id);
            delete.executeUpdate();
        }
    }

    private static Optional<StoredDistribution> findBy(Connection connection, String column, String value)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE " + column + " = ?")) {
            select.setString(1, value);
            return read(select).stream().findFirst();
        }
    }

    private static List<StoredDistribution> read(PreparedStatement select) throws SQLException {
        List<StoredDistribution> distributions = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                distributions.add(new StoredDistribution(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5),
                        rows.getLong(6),
                        rows.getLong(7),
                        rows.getString(8)));
            }
        }
        return distributions;
    }
}
