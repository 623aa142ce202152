package dev.nearside.control.state;

import java.sql.Connection;
import java.sql.SQLException;

/** Where the one connection to the state comes from, and what keeps other control planes away from the same state. */
sealed interface ConnectionSource permits SqliteSource, PostgresSource {

    /**
     * A connection without auto-commit whose commits are on disk before they return; the first brings the tables to this
     * release's form.
     *
     * @throws StateException if another control plane uses this state, or has used it since the last connection
     */
    Connection connect() throws SQLException;

    /** Whether an error means that the connection is gone, so that a new one may help. */
    boolean isLost(Connection connection, Exception error);

    /** Lets other control planes have the state; the connection is closed before. */
    void release();

    /** Where the state is, without secrets. */
    @Override
    String toString();
}
