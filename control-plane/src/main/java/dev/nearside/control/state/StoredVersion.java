package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One version of a function.
 *
 * @param version 0 for the unpublished {@code $LATEST}, the only one that changes
 * @param configuration Lambda's FunctionConfiguration as JSON; it may hold secrets, so it is never logged
 * @param codeSha256 digest of the zip, lower-case hexadecimal
 */
public record StoredVersion(String name, long version, String configuration, String codeSha256) {

    /** The version number of {@code $LATEST}. */
    public static final long LATEST = 0;

    private static final String SELECT =
            "SELECT name, version, configuration, code_sha256 FROM lambda_function_version ";

    public static Optional<StoredVersion> find(Connection connection, String name, long version) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE name = ? AND version = ?")) {
            select.setString(1, name);
            select.setLong(2, version);
            return read(select).stream().findFirst();
        }
    }

    /** The newest published version that still exists. */
    public static Optional<StoredVersion> newest(Connection connection, String name) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(SELECT + "WHERE name = ? AND version > 0 ORDER BY version DESC LIMIT 1")) {
            select.setString(1, name);
            return read(select).stream().findFirst();
        }
    }

    /** {@code $LATEST} first, then the published versions in their order. */
    public static List<StoredVersion> all(Connection connection, String name) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + "WHERE name = ? ORDER BY version")) {
            select.setString(1, name);
            return read(select);
        }
    }

    /** The digests of all code that some version names, each once. */
    public static List<String> codeOfAll(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT DISTINCT code_sha256 FROM lambda_function_version ORDER BY code_sha256");
                ResultSet rows = select.executeQuery()) {
            List<String> digests = new ArrayList<>();
            while (rows.next()) {
                digests.add(rows.getString(1));
            }
            return digests;
        }
    }

    public void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO lambda_function_version (name, version, configuration, code_sha256)
                VALUES (?, ?, ?, ?)""")) {
            insert.setString(1, name);
            insert.setLong(2, version);
            insert.setString(3, configuration);
            insert.setString(4, codeSha256);
            insert.executeUpdate();
        }
    }

    /** Replaces the row of the same version. */
    public void update(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE lambda_function_version SET configuration = ?, code_sha256 = ?
                WHERE name = ? AND version = ?""")) {
            update.setString(1, configuration);
            update.setString(2, codeSha256);
            update.setString(3, name);
            update.setLong(4, version);
            update.executeUpdate();
        }
    }

    public void delete(Connection connection) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM lambda_function_version WHERE name = ? AND version = ?")) {
            delete.setString(1, name);
            delete.setLong(2, version);
            delete.executeUpdate();
        }
    }

    private static List<StoredVersion> read(PreparedStatement select) throws SQLException {
        List<StoredVersion> versions = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                versions.add(
                        new StoredVersion(rows.getString(1), rows.getLong(2), rows.getString(3), rows.getString(4)));
            }
        }
        return versions;
    }

    /** Says everything but the configuration, which may hold secrets. */
    @Override
    public String toString() {
        return "StoredVersion[" + name + ":" + version + ", code " + codeSha256 + "]";
    }
}
