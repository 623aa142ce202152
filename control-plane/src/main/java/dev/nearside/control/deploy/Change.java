package dev.nearside.control.deploy;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Work on a draft, run once inside a transaction. */
@FunctionalInterface
public interface Change<T extends @Nullable Object> {

    T apply(Draft draft) throws SQLException;

    /**
     * Who asked for a change, and how.
     *
     * @param who the caller's access key id
     * @param operation AWS's name of the call
     */
    record Cause(String who, String operation) {}
}
