package dev.nearside.simulator.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a control plane keeps its state, and who may change it. */
final class StateOptions {

    @Option(
            names = "--database",
            paramLabel = "URL",
            description =
                    "Keep state in PostgreSQL, jdbc:postgresql://HOST:PORT/DATABASE; user and password from the URL"
                            + " or from PGUSER and PGPASSWORD.")
    private @Nullable String database;

    @Option(
            names = "--auth",
            paramLabel = "FILE",
            description = "Demand requests that are signed with a key of this file, JSON.")
    private @Nullable Path auth;

    /** Null for a file in the data directory. */
    @Nullable
    String database() {
        return database;
    }

    /** Null for none. */
    @Nullable
    Path auth() {
        return auth;
    }
}
