package dev.nearside.edge.functions.cloudfront;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a run ended. */
sealed interface RunOutcome {

    Report report();

    /**
     * The handler answered.
     *
     * @param result UTF-8 JSON; {@code null} where it returned nothing
     * @param originChange the last change it made to the request's origin, as JSON; null if it made none
     */
    record Returned(byte[] result, @Nullable String originChange, Report report) implements RunOutcome {}

    /** There is no answer. */
    record Failed(Reason reason, String message, Report report) implements RunOutcome {}

    /** Why there is no answer. */
    enum Reason {
        /** The handler threw or rejected, or never settled its promise. */
        THREW,
        /** The code is no JavaScript of its runtime, or too long. */
        UNCOMPILABLE,
        OVER_BUDGET,
        OUT_OF_MEMORY,
        /** Too many runs wait already. */
        THROTTLED,
        /** Never the user's fault. */
        ENGINE_FAULT
    }

    /**
     * What the run cost and said.
     *
     * @param computeUtilization 0 to 100
     * @param memoryBytes allocated
     */
    record Report(int computeUtilization, long durationNanos, long memoryBytes, List<String> logLines) {

        static final Report NOTHING = new Report(0, 0, 0, List.of());

        public Report {
            logLines = List.copyOf(logLines);
        }
    }
}
