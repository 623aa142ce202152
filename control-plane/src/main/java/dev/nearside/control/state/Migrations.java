package dev.nearside.control.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Brings the tables of a database to this release's form, one numbered script after the other. */
final class Migrations {

    private static final List<String> SCRIPTS = List.of(
            "001-initial.sql",
            "002-configurations.sql",
            "003-renewals.sql",
            "004-cloudfront-functions.sql",
            "005-reserved-concurrency.sql",
            "007-keys.sql");

    private Migrations() {}

    /** Runs the scripts that the database has not seen; it refuses a database of a newer release. */
    static void run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)");
        }
        long present = version(connection);
        if (present > SCRIPTS.size()) {
            throw new StateException("the state has schema version " + present + ", this release knows versions up to "
                    + SCRIPTS.size() + "; use the release that wrote it or a newer one");
        }
        for (int version = (int) present + 1; version <= SCRIPTS.size(); version++) {
            apply(connection, SCRIPTS.get(version - 1));
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO schema_version (version) VALUES (?)")) {
                insert.setLong(1, version);
                insert.executeUpdate();
            }
        }
    }

    private static long version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    private static void apply(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : read(script).split(";\\s*\\n", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static String read(String script) {
        try (InputStream in = Migrations.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new StateException("the migration " + script + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StateException("cannot read the migration " + script, e);
        }
    }
}
