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

    /** Another connection, whose one transaction only reads and sees the state as it was at its first statement. */
    Connection reader() throws SQLException;

    /**
     * Takes what was deleted and replaced out of the files of the database, as far as they are ours.
     *
     * @param connection outside of a transaction; what it deletes from now on is overwritten at once where that is possible
     */
    void eraseDeleted(Connection connection) throws SQLException;

    /** Whether an error means that the connection is gone, so that a new one may help. */
    boolean isLost(Connection connection, Exception error);

    /** Lets other control planes have the state; the connection is closed before. */
    void release();

    /** Where the state is, without secrets. */
    @Override
    String toString();
}
