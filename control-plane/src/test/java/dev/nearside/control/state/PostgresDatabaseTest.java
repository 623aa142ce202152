package dev.nearside.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresDatabaseTest extends DatabaseContract {

    private final String url = PostgresServer.shared().newDatabase();

    @Override
    Database open() {
        return Database.open(address(url, Map.of()));
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    private static PostgresAddress address(String url, Map<String, String> environment) {
        return PostgresAddress.of(url, null, null, environment::get);
    }

    @Test
    void commitsWaitForTheServersDiskWhateverItsDefaultIs() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + connection.getCatalog() + " SET synchronous_commit = off");
        }
        try (Database database = open()) {
            String setting = database.transaction(connection -> {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("SHOW synchronous_commit")) {
                    rows.next();
                    return rows.getString(1);
                }
            });
            assertThat(setting).isEqualTo("on");
        }
    }

    @Test
    void sessionThatTheServerEndsIsOpenedAnewAndLosesNothing() throws SQLException {
        try (Database database = open()) {
            insert(database, "before");
            endSessions();

            assertThatThrownBy(() -> insert(database, "lost"))
                    .isInstanceOf(StateUnavailableException.class)
                    .hasMessageContaining(database(url))
                    .hasMessageNotContaining(PostgresServer.PASSWORD);
            insert(database, "after");
            assertThat(database.transaction(StoredFunction::all))
                    .extracting(StoredFunction::name)
                    .containsExactly("after", "before");
        }
    }

    @Test
    void controlPlaneThatLostItsDatabaseToAnotherOneStops() throws SQLException {
        try (Database first = open()) {
            endSessions();
            try (Database second = open()) {
                insert(second, "second");
            }
            assertThatThrownBy(() -> insert(first, "lost")).isInstanceOf(StateUnavailableException.class);
            assertThatThrownBy(() -> insert(first, "late"))
                    .isExactlyInstanceOf(StateException.class)
                    .hasMessageContaining("another control plane has used the database");
            assertThatThrownBy(() -> first.transaction(StoredFunction::all))
                    .as("for good, for what it knows is out of date")
                    .hasMessageContaining("another control plane has used the database");
        }
    }

    @Test
    void loginComesFromTheUrlOrTheConfigurationOrTheEnvironment() {
        String bare = url.replaceFirst("\\?.*", "");
        Map<String, String> environment = Map.of("PGUSER", PostgresServer.USER, "PGPASSWORD", PostgresServer.PASSWORD);
        for (PostgresAddress address : List.of(
                address(url, Map.of("PGUSER", "x", "PGPASSWORD", "x")),
                PostgresAddress.of(bare, PostgresServer.USER, PostgresServer.PASSWORD, Map.of("PGUSER", "x")::get),
                address(bare, environment))) {
            Database.open(address).close();
            assertThat(address.toString())
                    .isEqualTo("postgresql://" + bare.substring(bare.indexOf("//") + 2))
                    .doesNotContain(PostgresServer.PASSWORD);
        }
        assertThatThrownBy(() -> Database.open(address(bare, Map.of("PGUSER", "nobody", "PGPASSWORD", "wrong-word"))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("cannot open the state database postgresql://")
                .hasMessageContaining("\"nobody\"")
                .hasMessageNotContaining("wrong-word");
    }

    private static String database(String url) {
        return url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
    }

    private static void insert(Database database, String name) {
        database.transaction(connection -> {
            new StoredFunction(name, 0, "{}").insert(connection);
            return null;
        });
    }

    /** As a restart of the server does. */
    private void endSessions() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    + "WHERE datname = current_database() AND pid <> pg_backend_pid()");
        }
    }
}
