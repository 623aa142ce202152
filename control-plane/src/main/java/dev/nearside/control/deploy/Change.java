package dev.nearside.control.deploy;

import dev.nearside.control.aws.Operation.Caller;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Work on a draft, run once inside a transaction. */
@FunctionalInterface
public interface Change<T extends @Nullable Object> {

    T apply(Draft draft) throws SQLException;

    /**
     * Who asked for a change, and how.
     *
     * @param who the caller's name
     * @param operation AWS's name of the call
     * @param requestId of the call, as its answer names it
     */
    record Cause(String who, String operation, String requestId) {

        /** A change that no request asked for. */
        public Cause(String who, String operation) {
            this(who, operation, "");
        }

        /** A change that a caller asked for. */
        public static Cause of(Caller caller) {
            return new Cause(caller.principal().name(), caller.operation(), caller.requestId());
        }
    }
}
