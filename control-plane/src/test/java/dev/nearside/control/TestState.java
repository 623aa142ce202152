package dev.nearside.control;

import dev.nearside.kit.testing.PostgresServer;
import org.jspecify.annotations.Nullable;

/**
 * Which database a test keeps its state in.
 *
 * @param url of a PostgreSQL database with its login; null for the SQLite file of the data directory
 */
public record TestState(@Nullable String url) {

    public static final TestState SQLITE = new TestState(null);

    /** An empty database of a real PostgreSQL server. */
    public static TestState newPostgres() {
        return new TestState(PostgresServer.shared().newDatabase());
    }
}
