package dev.nearside.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {

    @TempDir
    private Path directory;

    @Override
    Database open() {
        return Database.open(directory);
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("state.db"));
    }

    @Test
    void commitsReachTheDisk() {
        try (Database database = open()) {
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
}
