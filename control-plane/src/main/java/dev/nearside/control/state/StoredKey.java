package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key without its material.
 *
 * @param id a UUID
 * @param manager {@code AWS} for a service's own key, {@code CUSTOMER} for all others
 * @param state {@code Enabled}, {@code Disabled} or {@code PendingDeletion}
 * @param deletionMillis when it will be deleted; null if it will not
 * @param policy the key policy as JSON
 * @param rotation null if it is not rotated by itself
 * @param tags a JSON object of strings
 */
public record StoredKey(
        String id,
        String manager,
        String description,
        String state,
        long createdMillis,
        @Nullable Long deletionMillis,
        String policy,
        @Nullable Rotation rotation,
        String tags) {

    /** When a key gets new material by itself: every so many days, and next at that time. */
    public record Rotation(int days, long nextMillis) {}

    private static final String SELECT = """
            SELECT id, manager, description, state, created_millis, deletion_millis, policy, rotation_days,
            next_rotation_millis, tags FROM kms_key\s""";

    /** The same in another state. */
    public StoredKey withState(String newState, @Nullable Long newDeletionMillis) {
        return new StoredKey(
                id, manager, description, newState, createdMillis, newDeletionMillis, policy, rotation, tags);
    }

    public StoredKey withDescription(String newDescription) {
        return new StoredKey(id, manager, newDescription, state, createdMillis, deletionMillis, policy, rotation, tags);
    }

    public StoredKey withPolicy(String newPolicy) {
        return new StoredKey(id, manager, description, state, createdMillis, deletionMillis, newPolicy, rotation, tags);
    }

    /** The same with another rhythm of rotation; null for none. */
    public StoredKey withRotation(@Nullable Rotation newRotation) {
        return new StoredKey(id, manager, description, state, createdMillis, deletionMillis, policy, newRotation, tags);
    }

    public StoredKey withTags(String newTags) {
        return new StoredKey(id, manager, description, state, createdMillis, deletionMillis, policy, rotation, newTags);
    }

    public static Optional<StoredKey> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE id = ?")) {
            select.setString(1, id);
            return read(select).stream().findFirst();
        }
    }

    /** All of them by id. */
    public static List<StoredKey> all(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "ORDER BY id")) {
            return read(select);
        }
    }

    /** Deletes what should be gone by then, with material, aliases and grants. */
    public static void deleteDue(Connection connection, long nowMillis) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM kms_key WHERE deletion_millis IS NOT NULL AND deletion_millis <= ?")) {
            delete.setLong(1, nowMillis);
            delete.executeUpdate();
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO kms_key (manager, description, state, created_millis, deletion_millis, policy,
                rotation_days, next_rotation_millis, tags, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            write(insert);
        }
    }

    /** Replaces the row of the same key. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE kms_key SET manager = ?, description = ?, state = ?, created_millis = ?, deletion_millis = ?,
                policy = ?, rotation_days = ?, next_rotation_millis = ?, tags = ? WHERE id = ?""")) {
            write(update);
        }
    }

    private void write(PreparedStatement statement) throws SQLException {
        statement.setString(1, manager);
        statement.setString(2, description);
        statement.setString(3, state);
        statement.setLong(4, createdMillis);
        if (deletionMillis == null) {
            statement.setNull(5, Types.BIGINT);
        } else {
            statement.setLong(5, deletionMillis);
        }
        statement.setString(6, policy);
        if (rotation == null) {
            statement.setNull(7, Types.INTEGER);
            statement.setNull(8, Types.BIGINT);
        } else {
            statement.setInt(7, rotation.days);
            statement.setLong(8, rotation.nextMillis);
        }
        statement.setString(9, tags);
        statement.setString(10, id);
        statement.executeUpdate();
    }

    private static List<StoredKey> read(PreparedStatement select) throws SQLException {
        List<StoredKey> keys = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long deletion = rows.getLong(6);
                Long deletionMillis = rows.wasNull() ? null : deletion;
                int days = rows.getInt(8);
                Rotation rotation = rows.wasNull() ? null : new Rotation(days, rows.getLong(9));
                keys.add(new StoredKey(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getLong(5),
                        deletionMillis,
                        rows.getString(7),
                        rotation,
                        rows.getString(10)));
            }
        }
        return keys;
    }
}
