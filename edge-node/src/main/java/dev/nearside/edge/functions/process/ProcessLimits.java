package dev.nearside.edge.functions.process;

/**
 * What functions in processes may use.
 *
 * @param maxEnvironmentsPerFunction events that one function version may work on at once
 * @param maxEnvironments processes of all functions of one language together
 * @param initTimeoutMillis wall-clock limit for a new process until its handler is loaded
 * @param maxLogBytes output kept per invocation, in bytes of UTF-8
 * @param idleEnvironmentSeconds how long an unused process is kept
 */
public record ProcessLimits(
        int maxEnvironmentsPerFunction,
        int maxEnvironments,
        long initTimeoutMillis,
        int maxLogBytes,
        long idleEnvironmentSeconds) {

    public ProcessLimits {
        requirePositive("maxEnvironmentsPerFunction", maxEnvironmentsPerFunction);
        requirePositive("maxEnvironments", maxEnvironments);
        requirePositive("initTimeoutMillis", initTimeoutMillis);
        requirePositive("maxLogBytes", maxLogBytes);
        requirePositive("idleEnvironmentSeconds", idleEnvironmentSeconds);
    }

    /** 20 processes per function, 100 in all, Lambda's 10 s for init. */
    public static ProcessLimits defaults() {
        return new ProcessLimits(20, 100, 10_000, 256 * 1024, 300);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than zero");
        }
    }
}
