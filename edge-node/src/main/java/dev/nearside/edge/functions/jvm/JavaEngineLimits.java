package dev.nearside.edge.functions.jvm;

/**
 * What the engine for Java handlers may use.
 *
 * @param threads pool threads that run handlers, each for one event at a time
 * @param maxEnvironmentsPerFunction events that one function version may work on at once
 * @param maxEnvironments execution environments of all functions together
 * @param initTimeoutMillis wall-clock limit for a new environment until its handler exists
 * @param maxSteps what an invocation, or an init, may spend: loop turns, method calls, characters matched and the like
 * @param maxLogBytes output kept per invocation, in bytes of UTF-8
 * @param idleEnvironmentSeconds how long an unused environment is kept
 */
public record JavaEngineLimits(
        int threads,
        int maxEnvironmentsPerFunction,
        int maxEnvironments,
        long initTimeoutMillis,
        long maxSteps,
        int maxLogBytes,
        long idleEnvironmentSeconds) {

    public JavaEngineLimits {
        requirePositive("threads", threads);
        requirePositive("maxEnvironmentsPerFunction", maxEnvironmentsPerFunction);
        requirePositive("maxEnvironments", maxEnvironments);
        requirePositive("initTimeoutMillis", initTimeoutMillis);
        requirePositive("maxSteps", maxSteps);
        requirePositive("maxLogBytes", maxLogBytes);
        requirePositive("idleEnvironmentSeconds", idleEnvironmentSeconds);
    }

    /** Twice the processors as threads, 50 environments per function, 1,000 in all, 10 s for init, 20 billion steps. */
    public static JavaEngineLimits defaults() {
        int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        return new JavaEngineLimits(threads, 50, 1_000, 10_000, 20_000_000_000L, 256 * 1024, 300);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than zero");
        }
    }
}
