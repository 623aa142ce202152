package dev.nearside.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every database of the state must do; the same on each kind. */
abstract class DatabaseContract {

    /** Opens the database of this test; again if it was closed. */
    abstract Database open();

    /** A connection to it that knows nothing of tables and locks. */
    abstract Connection connect() throws SQLException;

    @Test
    void workThatThrowsLeavesNoTrace() {
        try (Database database = open()) {
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
        try (Database database = open()) {
            database.transaction(connection -> {
                try (Statement statement = connection.createStatement()) {
                    // A row without its parent, which is looked at by the commit only.
                    return statement.executeUpdate("CREATE TABLE child (parent VARCHAR(32) NOT NULL "
                            + "REFERENCES distribution (id) DEFERRABLE INITIALLY DEFERRED)");
                }
            });
            assertThatThrownBy(() -> database.transaction(connection -> {
                        new StoredFunction("refused", 0, "{}").insert(connection);
                        try (Statement statement = connection.createStatement()) {
                            return statement.executeUpdate("INSERT INTO child (parent) VALUES ('E-of-nobody')");
                        }
                    }))
                    .isInstanceOf(StateException.class)
                    .isNotInstanceOf(StateUnavailableException.class)
                    .hasMessageContaining("the state database failed")
                    .message()
                    .containsIgnoringCase("foreign key");

            database.transaction(connection -> {
                new StoredFunction("next", 0, "{}").insert(connection);
                return null;
            });
            assertThat(database.transaction(StoredFunction::all))
                    .extracting(StoredFunction::name)
                    .containsExactly("next");
        }
    }

    @Test
    void namesSortByTheirCodePoints() {
        List<String> names = List.of("-a", "B", "Z", "_", "a", "a-b", "ab", "b", "\u00e4", "\u4e16");
        try (Database database = open()) {
            database.transaction(connection -> {
                for (String name : names.reversed()) {
                    new StoredFunction(name, 0, "{}").insert(connection);
                }
                return null;
            });
            assertThat(database.transaction(StoredFunction::all))
                    .extracting(StoredFunction::name)
                    .containsExactlyElementsOf(names);
        }
    }

    @Test
    void lengthOfTextHasNoLimit() {
        String who = "x".repeat(5_000);
        try (Database database = open()) {
            database.transaction(connection -> {
                History.add(connection, List.of(new History.Entry(1, who, "o", "r", 0, "id", "d")));
                return null;
            });
            List<History.Numbered> newest =
                    database.transaction(connection -> History.newest(connection, Long.MAX_VALUE, 1));
            assertThat(newest.getFirst().entry().who()).isEqualTo(who);
        }
    }

    @Test
    void secondControlPlaneIsKeptAway() {
        try (Database first = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("is used by another control plane");
            assertThat(first.transaction(StoredFunction::all)).isEmpty();
        }
        try (Database next = open()) {
            assertThat(next.transaction(StoredFunction::all)).isEmpty();
        }
    }

    @Test
    void stateOfTheFirstReleaseIsMigratedAndKept() throws Exception {
        try (Connection connection = connect()) {
            Migrations.runUpTo(connection, 1);
            new StoredFunction("f", 0, "{}").insert(connection);
        }
        try (Database database = open()) {
            assertThat(database.transaction(StoredFunction::all)).hasSize(1);
            List<StoredConfiguration> none =
                    database.transaction(connection -> StoredConfiguration.all(connection, "cache-policy"));
            assertThat(none).isEmpty();
        }
    }

    @Test
    void committedWorkIsThereAfterReopening() {
        try (Database database = open()) {
            database.transaction(connection -> StateRow.loadOrCreate(connection, () -> "first"));
        }
        try (Database database = open()) {
            StateRow reopened = database.transaction(connection -> StateRow.loadOrCreate(connection, () -> "second"));
            assertThat(reopened).isEqualTo(new StateRow("first", 0));
        }
    }

    @Test
    void stateOfANewerReleaseIsRefused() {
        try (Database database = open()) {
            database.transaction(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.executeUpdate("INSERT INTO schema_version (version) VALUES (99)");
                }
            });
        }
        assertThatThrownBy(() -> open()).isInstanceOf(StateException.class).hasMessageContaining("schema version 99");
    }

    @Test
    void snapshotSeesOneMomentAndKeepsNobodyWaiting() throws Exception {
        try (Database database = open()) {
            insert(database, "before");
            List<Integer> seen = database.snapshot(connection -> {
                int first = StoredFunction.all(connection).size();
                insert(database, "meanwhile");
                return List.of(first, StoredFunction.all(connection).size());
            });
            assertThat(seen).containsExactly(1, 1);
            assertThat(database.transaction(StoredFunction::all)).hasSize(2);
            assertThatThrownBy(() -> database.snapshot(connection -> {
                        new StoredFunction("written", 0, "{}").insert(connection);
                        return null;
                    }))
                    .as("it only reads")
                    .isInstanceOf(StateException.class);
        }
    }

    @Test
    void erasingWhatWasDeletedKeepsEverythingElse() {
        try (Database database = open()) {
            insert(database, "kept");
            database.eraseDeleted();
            insert(database, "next");
            assertThat(database.transaction(StoredFunction::all))
                    .extracting(StoredFunction::name)
                    .containsExactly("kept", "next");
        }
    }

    @Test
    void whatWasReleasedIsForgottenUpToARevisionAndKnownFromThere() {
        Optional<String> gone = Optional.empty();
        try (Database database = open()) {
            database.transaction(connection -> {
                StoredRelease.record(connection, 1, Map.of("A", Optional.of("a1"), "B", Optional.of("b1")));
                StoredRelease.record(connection, 3, Map.of("A", Optional.of("a3"), "C", Optional.of("c3")));
                StoredRelease.record(connection, 4, Map.of("C", gone));
                StoredRelease.record(connection, 8, Map.of("A", Optional.of("a8"), "B", gone));
                StoredRelease.forgetBefore(connection, 5);

                assertThat(StoredRelease.firstRecorded(connection)).hasValue(5);
                assertThat(StoredRelease.at(connection, 5))
                        .isEqualTo(Map.of("A", Optional.of("a3"), "B", Optional.of("b1")));
                assertThat(StoredRelease.at(connection, 8)).isEqualTo(Map.of("A", Optional.of("a8"), "B", gone));
                StoredRelease.forgetBefore(connection, 5);
                assertThat(StoredRelease.at(connection, 7)).isEqualTo(StoredRelease.at(connection, 5));
                StoredRelease.forgetBefore(connection, 8);
                assertThat(StoredRelease.at(connection, 9)).isEqualTo(Map.of("A", Optional.of("a8")));
                return null;
            });
        }
    }

    private static void insert(Database database, String name) {
        database.transaction(connection -> {
            new StoredFunction(name, 0, "{}").insert(connection);
            return null;
        });
    }

    @Test
    void historyIsNewestFirstAndInPages() {
        List<History.Entry> entries = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> new History.Entry(i, "ann", "CreateFunction", "function f", 0, "id-" + i, "made"))
                .toList();
        try (Database database = open()) {
            database.transaction(connection -> {
                History.add(connection, entries);
                return null;
            });

            List<History.Numbered> first =
                    database.transaction(connection -> History.newest(connection, Long.MAX_VALUE, 2));
            assertThat(first)
                    .containsExactly(new History.Numbered(5, entries.get(4)), new History.Numbered(4, entries.get(3)));
            List<History.Numbered> rest = database.transaction(connection -> History.newest(connection, 4, 10));
            assertThat(rest).extracting(History.Numbered::number).containsExactly(3L, 2L, 1L);
        }
    }
}
