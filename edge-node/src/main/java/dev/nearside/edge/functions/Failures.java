package dev.nearside.edge.functions;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import java.util.Locale;

/** Failures that every engine reports in the same words, which are Lambda's where it has them. */
public final class Failures {

    /** The kind and the words of a failure, before it is known what the invocation cost. */
    public record Failure(FailureReason reason, String errorType, String message) {

        /** The outcome with what it cost. */
        public InvocationOutcome.Failed outcome(InvocationOutcome.InvocationReport report) {
            return new InvocationOutcome.Failed(reason, errorType, message, report);
        }
    }

    public static final Failure THROTTLED =
            new Failure(FailureReason.THROTTLED, "TooManyRequestsException", "Rate Exceeded.");

    private Failures() {}

    /** The handler did not answer in time. */
    public static Failure taskTimedOut(long limitMillis) {
        return new Failure(
                FailureReason.TIMED_OUT,
                "Sandbox.Timedout",
                "Task timed out after " + seconds(limitMillis) + " seconds");
    }

    /** The environment did not get to its handler in time. */
    public static Failure initTimedOut(long limitMillis) {
        return new Failure(
                FailureReason.TIMED_OUT,
                "Sandbox.Timedout",
                "Init timed out after " + seconds(limitMillis) + " seconds");
    }

    /** Ended for its use of memory. */
    public static Failure outOfMemory(String requestId) {
        return new Failure(
                FailureReason.OUT_OF_MEMORY,
                "Runtime.OutOfMemory",
                "RequestId: " + requestId + " Error: Runtime exited with error: signal: killed");
    }

    /**
     * The code ended its own process.
     *
     * @param how such as {@code Runtime exited with error: exit status 1}
     */
    public static Failure exited(FailureReason reason, String requestId, String how) {
        return new Failure(reason, "Runtime.ExitError", "RequestId: " + requestId + " Error: " + how);
    }

    /** The answer is longer than the invoker takes. */
    public static Failure resultTooLarge(long bytes, int maxBytes) {
        return new Failure(
                FailureReason.BAD_RESULT,
                "Function.ResponseSizeTooLarge",
                "Response payload size (" + bytes + " bytes) exceeded maximum allowed payload size (" + maxBytes
                        + " bytes).");
    }

    /**
     * The environment cannot start, because the key of its variables may not be used.
     *
     * @param errorType as Lambda names it, for example {@code KMSDisabledException}
     */
    public static Failure keyRefused(String errorType, String message) {
        return new Failure(FailureReason.KEY_REFUSED, errorType, message);
    }

    /** The engine's own fault; what exactly stands in the node's log. */
    public static Failure engineFault(String message) {
        return new Failure(FailureReason.ENGINE_FAULT, "Runtime.Unknown", message);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f", millis / 1000.0);
    }
}
