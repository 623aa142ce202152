package dev.nearside.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    @TempDir
    private Path directory;

    @Test
    void workThatThrowsLeavesNoTrace() {
        try (Database database = Database.open(directory)) {
            assertThatThrownBy(() -> database.transaction(connection -> {
                        new StoredFunction("f", 0, "{}").insert(connection);
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");

            assertThat(database.transaction(StoredFunction::all)).isEmpty();
        }
    }

    @Test
    void refusedCommitLeavesNothingForTheNextOne() {
        try (Database database = Database.open(directory)) {
            assertThatThrownBy(() -> database.transaction(connection -> {
                        try (Statement statement = connection.createStatement()) {
                            // A row without its parent, which is looked at by the commit only.
                            statement.execute("PRAGMA defer_foreign_keys = ON");
                            return statement.executeUpdate("""
                                    INSERT INTO invalidation
                                        (id, distribution_id, caller_reference, paths, created_millis, revision)
                                    VALUES ('I1', 'E-of-nobody', 'r', '[]', 0, 1)""");
                        }
                    }))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("FOREIGN KEY");

            database.transaction(connection -> {
                new StoredFunction("next", 0, "{}").insert(connection);
                return null;
            });
            List<StoredInvalidation> refused =
                    database.transaction(connection -> StoredInvalidation.since(connection, "E-of-nobody", 0));
            assertThat(refused).isEmpty();
            assertThat(database.transaction(StoredFunction::all)).hasSize(1);
        }
    }

    @Test
    void committedWorkIsThereAfterReopening() {
        try (Database database = Database.open(directory)) {
            database.transaction(connection -> StateRow.loadOrCreate(connection, () -> "first"));
        }
        try (Database database = Database.open(directory)) {
            StateRow reopened = database.transaction(connection -> StateRow.loadOrCreate(connection, () -> "second"));
            assertThat(reopened).isEqualTo(new StateRow("first", 0));
        }
    }

    @Test
    void commitsReachTheDisk() {
        try (Database database = Database.open(directory)) {
            List<String> settings = database.transaction(connection -> {
                try (Statement statement = connection.createStatement();
                        var journal = statement.executeQuery("PRAGMA journal_mode");
                        Statement other = connection.createStatement();
                        var synchronous = other.executeQuery("PRAGMA synchronous")) {
                    return List.of(journal.getString(1), synchronous.getString(1));
                }
            });
            assertThat(settings).as("journal mode, and 2 for FULL").containsExactly("wal", "2");
        }
    }

    @Test
    void stateOfANewerReleaseIsRefused() {
        try (Database database = Database.open(directory)) {
            database.transaction(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.executeUpdate("INSERT INTO schema_version (version) VALUES (99)");
                }
            });
        }
        assertThatThrownBy(() -> Database.open(directory))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("schema version 99");
    }

    @Test
    void stateOfTheFirstReleaseIsMigratedAndKept() {
        try (Database database = Database.open(directory)) {
            database.transaction(connection -> {
                new StoredFunction("f", 0, "{}").insert(connection);
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("DROP TABLE configuration");
                    statement.executeUpdate("DROP TABLE key_value_store");
                    statement.executeUpdate("DROP TABLE cloudfront_function");
                    statement.executeUpdate("DROP TABLE reserved_concurrency");
                    for (String table : List.of("key_event", "kms_grant", "kms_alias", "kms_material", "kms_key")) {
                        statement.executeUpdate("DROP TABLE " + table);
                    }
                    return statement.executeUpdate("DELETE FROM schema_version WHERE version > 1");
                }
            });
        }
        try (Database database = Database.open(directory)) {
            assertThat(database.transaction(StoredFunction::all)).hasSize(1);
            List<StoredConfiguration> none =
                    database.transaction(connection -> StoredConfiguration.all(connection, "cache-policy"));
            assertThat(none).isEmpty();
        }
    }

    @Test
    void historyIsNewestFirst() {
        try (Database database = Database.open(directory)) {
            History.Entry first = new History.Entry(1, "AKIA", "CreateFunction", "function f", 0, "made");
            History.Entry second = new History.Entry(2, "AKIA", "DeleteFunction", "function f", 0, "deleted");
            database.transaction(connection -> {
                History.add(connection, List.of(first, second));
                return null;
            });

            List<History.Entry> newest = database.transaction(connection -> History.newest(connection, 10));
            assertThat(newest).containsExactly(second, first);
        }
    }

    @Test
    void codeIsStoredOnceAndWhole() throws Exception {
        CodeStore code = new CodeStore(directory.resolve("code"));
        byte[] zip = "not really a zip".getBytes(StandardCharsets.UTF_8);
        String sha256 = code.put(zip);

        assertThat(code.put(zip)).isEqualTo(sha256).hasSize(64);
        try (var files = Files.list(directory.resolve("code"))) {
            assertThat(files).containsExactly(directory.resolve("code").resolve(sha256 + ".zip"));
        }
        assertThat(code.open("../state.db")).isEmpty();
        assertThat(code.open("0".repeat(64))).isEmpty();
    }

    @Test
    void halfStoredCodeIsRemovedAtTheNextStart() throws Exception {
        Path leftover = Files.createDirectories(directory.resolve("code")).resolve("incoming-1.tmp");
        Files.writeString(leftover, "half");

        new CodeStore(directory.resolve("code"));
        assertThat(leftover).doesNotExist();
    }
}
