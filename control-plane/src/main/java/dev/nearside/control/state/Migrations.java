package dev.nearside.control.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Brings the tables of a database to this release's form, one numbered script after the other. */
final class Migrations {

    private static final NavigableMap<Long, String> SCRIPTS = byVersion(List.of(
            "001-initial.sql",
            "002-configurations.sql",
            "003-renewals.sql",
            "004-cloudfront-functions.sql",
            "005-reserved-concurrency.sql",
            "006-lambda-and-queues.sql",
            "007-keys.sql",
            "008-history.sql",
            "009-rollouts.sql",
            "010-stacks.sql",
            "011-request-digests.sql"));

    private Migrations() {}

    /** Runs the scripts that the database has not seen; it refuses a database of a newer release. */
    static void run(Connection connection) throws SQLException {
        runUpTo(connection, SCRIPTS.lastKey());
    }

    /** The same up to a version, as a release before this one had it. */
    static void runUpTo(Connection connection, long last) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)");
        }
        NavigableSet<Long> present = versions(connection);
        requireKnown(present);
        for (Map.Entry<Long, String> script : SCRIPTS.headMap(last, true).entrySet()) {
            if (!present.contains(script.getKey())) {
                apply(connection, script.getValue());
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO schema_version (version) VALUES (?)")) {
                    insert.setLong(1, script.getKey());
                    insert.executeUpdate();
                }
            }
        }
    }

    /** The versions of this release. */
    static NavigableSet<Long> known() {
        return SCRIPTS.navigableKeySet();
    }

    private static void requireKnown(NavigableSet<Long> versions) {
        NavigableSet<Long> unknown = new TreeSet<>(versions);
        unknown.removeAll(SCRIPTS.keySet());
        if (!unknown.isEmpty()) {
            throw new StateException("the state has schema version " + unknown.last()
                    + ", this release knows versions up to " + SCRIPTS.lastKey()
                    + "; use the release that wrote it or a newer one");
        }
    }

    private static NavigableSet<Long> versions(Connection connection) throws SQLException {
        NavigableSet<Long> versions = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version FROM schema_version")) {
            while (rows.next()) {
                versions.add(rows.getLong(1));
            }
        }
        return versions;
    }

    /** Scripts by the number that their names begin with. */
    private static NavigableMap<Long, String> byVersion(List<String> names) {
        NavigableMap<Long, String> scripts = new TreeMap<>();
        for (String name : names) {
            scripts.put(Long.valueOf(name.substring(0, name.indexOf('-'))), name);
        }
        return Collections.unmodifiableNavigableMap(scripts);
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
