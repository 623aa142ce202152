package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One stage of a CloudFront Function.
 *
 * @param stage {@code DEVELOPMENT}, or {@code LIVE} once it is published
 * @param storeArn the key value store that it may read; empty for none
 * @param code its bytes in base64
 * @param etag changes with every update; a published stage has that of what was published
 */
public record StoredCloudFrontFunction(
        String name,
        String stage,
        String arn,
        String comment,
        String runtime,
        String storeArn,
        String code,
        String etag,
        long createdMillis,
        long modifiedMillis) {

    public static final String DEVELOPMENT = "DEVELOPMENT";
    public static final String LIVE = "LIVE";

    private static final String SELECT = """
            SELECT name, stage, arn, comment, runtime, store_arn, code, etag, created_millis, modified_millis
            FROM cloudfront_function""";

    /** The same as another stage, from then on. */
    public StoredCloudFrontFunction at(String otherStage, long millis) {
        return new StoredCloudFrontFunction(
                name, otherStage, arn, comment, runtime, storeArn, code, etag, createdMillis, millis);
    }

    /** All stages of all functions, by name. */
    public static List<StoredCloudFrontFunction> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " ORDER BY name, stage")) {
            return read(select);
        }
    }

    public static Optional<StoredCloudFrontFunction> find(Connection connection, String name, String stage)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " WHERE name = ? AND stage = ?")) {
            select.setString(1, name);
            select.setString(2, stage);
            return read(select).stream().findFirst();
        }
    }

    /** The published stage of the function with that ARN. */
    public static Optional<StoredCloudFrontFunction> live(Connection connection, String arn) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " WHERE arn = ? AND stage = 'LIVE'")) {
            select.setString(1, arn);
            return read(select).stream().findFirst();
        }
    }

    private static List<StoredCloudFrontFunction> read(PreparedStatement select) throws SQLException {
        List<StoredCloudFrontFunction> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new StoredCloudFrontFunction(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5),
                        rows.getString(6),
                        rows.getString(7),
                        rows.getString(8),
                        rows.getLong(9),
                        rows.getLong(10)));
            }
        }
        return found;
    }

    /** Stores the stage in place of what it was before. */
    public void put(Connection connection) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM cloudfront_function WHERE name = ? AND stage = ?")) {
            delete.setString(1, name);
            delete.setString(2, stage);
            delete.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO cloudfront_function
                (name, stage, arn, comment, runtime, store_arn, code, etag, created_millis, modified_millis)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, name);
            insert.setString(2, stage);
            insert.setString(3, arn);
            insert.setString(4, comment);
            insert.setString(5, runtime);
            insert.setString(6, storeArn);
            insert.setString(7, code);
            insert.setString(8, etag);
            insert.setLong(9, createdMillis);
            insert.setLong(10, modifiedMillis);
            insert.executeUpdate();
        }
    }

    /** Deletes all stages. */
    public static void delete(Connection connection, String name) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM cloudfront_function WHERE name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
    }
}
