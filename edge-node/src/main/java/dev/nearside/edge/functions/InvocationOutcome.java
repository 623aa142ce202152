package dev.nearside.edge.functions;

import java.util.List;

/** How an invocation ended; a failure of user code is as ordinary as an answer. */
public sealed interface InvocationOutcome {

    InvocationReport report();

    /**
     * The handler answered.
     *
     * @param result UTF-8 JSON; {@code null} where the handler returned nothing
     */
    record Returned(byte[] result, InvocationReport report) implements InvocationOutcome {}

    /**
     * The handler did not answer.
     *
     * @param errorType as Lambda names it, for example {@code TypeError} or {@code Runtime.ImportModuleError}
     * @param message one line or more, for example {@code Task timed out after 3.00 seconds}
     */
    record Failed(FailureReason reason, String errorType, String message, InvocationReport report)
            implements InvocationOutcome {}

    /** Why there is no answer. */
    enum FailureReason {
        /** The handler threw, rejected, or called back with an error. */
        THREW,
        /** The code could not be loaded or has no such handler. */
        INIT_FAILED,
        TIMED_OUT,
        OUT_OF_MEMORY,
        /** No execution environment was free and no more may be made. */
        THROTTLED,
        /** The key of the environment variables may not be used, so that no environment starts. */
        KEY_REFUSED,
        /** The answer is not JSON, or longer than allowed. */
        BAD_RESULT,
        /** The engine itself failed; never the user's fault. */
        ENGINE_FAULT
    }

    /**
     * What the invocation cost and said.
     *
     * @param durationNanos time in the handler
     * @param initNanos time to make the execution environment; 0 if a warm one served
     * @param memoryBytes most memory seen in use, or allocated where only that is known
     * @param logLines what the function printed, in order, without line ends; bounded by the engine
     */
    record InvocationReport(long durationNanos, long initNanos, long memoryBytes, List<String> logLines) {
        public static final InvocationReport NOTHING = new InvocationReport(0, 0, 0, List.of());

        public InvocationReport {
            logLines = List.copyOf(logLines);
        }
    }
}
