package dev.nearside.kit.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of an {@link InvokeQuestion}: a result or a failure, and what the invocation cost and said.
 *
 * @param result UTF-8 JSON as the handler returned it; empty after a failure
 * @param failure null if the handler returned
 * @param durationNanos time in the handler
 * @param initNanos time to make the execution environment; 0 if a warm one served
 * @param memoryBytes most memory seen in use
 * @param logLines what the function printed: level, tab, text
 */
public record InvokeAnswer(
        byte[] result,
        @Nullable Failure failure,
        long durationNanos,
        long initNanos,
        long memoryBytes,
        List<String> logLines) {

    public InvokeAnswer {
        logLines = List.copyOf(logLines);
    }

    /** An answer without an invocation. */
    public static InvokeAnswer notRun(Kind kind, String errorType, String message) {
        return new InvokeAnswer(new byte[0], new Failure(kind, errorType, message, List.of()), 0, 0, 0, List.of());
    }

    /** Whose matter a failure is. */
    public enum Kind {
        /** The function's. */
        FUNCTION,
        /** The function's: it did not end in time. */
        TIMED_OUT,
        /** Nobody's: as much runs as may. */
        THROTTLED,
        /** The key's: the environment variables may not be decrypted, so the function did not start. */
        KEY,
        /** The node's. */
        NODE
    }

    /**
     * Why there is no result.
     *
     * @param errorType as Lambda names it, for example {@code TypeError}
     * @param trace the stack, one frame each; empty if none is known
     */
    public record Failure(Kind kind, String errorType, String message, List<String> trace) {
        public Failure {
            trace = List.copyOf(trace);
        }
    }
}
