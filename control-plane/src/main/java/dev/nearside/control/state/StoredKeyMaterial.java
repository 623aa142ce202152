package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a key encrypts with; a key keeps all it ever had, so that old ciphertext still opens.
 *
 * @param number 1 for the first; the highest is the one that encrypts
 * @param wrapped the material encrypted under the master key, base64
 * @param rotation what made it: {@code FIRST}, {@code AUTOMATIC} or {@code ON_DEMAND}
 */
public record StoredKeyMaterial(String keyId, int number, String wrapped, long madeMillis, String rotation) {

    /** Made together with its key. */
    public static final String FIRST = "FIRST";

    /** All of a key, the oldest first. */
    public static List<StoredKeyMaterial> all(Connection connection, String keyId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT key_id, number, wrapped, made_millis, rotation FROM kms_material
                WHERE key_id = ? ORDER BY number""")) {
            select.setString(1, keyId);
            return read(select);
        }
    }

    /** Any one of any key; empty if there is none. */
    public static List<StoredKeyMaterial> any(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT key_id, number, wrapped, made_millis, rotation FROM kms_material LIMIT 1")) {
            return read(select);
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO kms_material (key_id, number, wrapped, made_millis, rotation)
                VALUES (?, ?, ?, ?, ?)""")) {
            insert.setString(1, keyId);
            insert.setInt(2, number);
            insert.setString(3, wrapped);
            insert.setLong(4, madeMillis);
            insert.setString(5, rotation);
            insert.executeUpdate();
        }
    }

    private static List<StoredKeyMaterial> read(PreparedStatement select) throws SQLException {
        List<StoredKeyMaterial> found = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new StoredKeyMaterial(
                        rows.getString(1), rows.getInt(2), rows.getString(3), rows.getLong(4), rows.getString(5)));
            }
        }
        return found;
    }

    /** Says which one. */
    @Override
    public String toString() {
        return "StoredKeyMaterial[" + keyId + " number " + number + "]";
    }
}
