package dev.nearside.edge.functions.js;

/**
 * What the in-process JavaScript engine may use.
 *
 * @param threads pool threads that run guest code; a handler that awaits holds none
 * @param maxEnvironmentsPerFunction events that one function version may work on at once
 * @param maxEnvironments execution environments of all functions together
 * @param initTimeoutMillis wall-clock limit for a new environment until its handler is loaded
 * @param maxLogBytes console output kept per invocation, in bytes of UTF-8
 * @param maxTimers timers that one environment may have waiting
 * @param maxInflatedBytes longest output of one decompression
 * @param idleEnvironmentSeconds how long an unused environment is kept
 * @param outbound what handlers may send for over the network
 */
public record JsEngineLimits(
        int threads,
        int maxEnvironmentsPerFunction,
        int maxEnvironments,
        long initTimeoutMillis,
        int maxLogBytes,
        int maxTimers,
        int maxInflatedBytes,
        long idleEnvironmentSeconds,
        OutboundLimits outbound) {

    public JsEngineLimits {
        requirePositive("threads", threads);
        requirePositive("maxEnvironmentsPerFunction", maxEnvironmentsPerFunction);
        requirePositive("maxEnvironments", maxEnvironments);
        requirePositive("initTimeoutMillis", initTimeoutMillis);
        requirePositive("maxLogBytes", maxLogBytes);
        requirePositive("maxTimers", maxTimers);
        requirePositive("maxInflatedBytes", maxInflatedBytes);
        requirePositive("idleEnvironmentSeconds", idleEnvironmentSeconds);
    }

    /** With the usual limits for the network. */
    public JsEngineLimits(
            int threads,
            int maxEnvironmentsPerFunction,
            int maxEnvironments,
            long initTimeoutMillis,
            int maxLogBytes,
            int maxTimers,
            int maxInflatedBytes,
            long idleEnvironmentSeconds) {
        this(
                threads,
                maxEnvironmentsPerFunction,
                maxEnvironments,
                initTimeoutMillis,
                maxLogBytes,
                maxTimers,
                maxInflatedBytes,
                idleEnvironmentSeconds,
                OutboundLimits.defaults());
    }

    /** These with other limits for the network. */
    public JsEngineLimits withOutbound(OutboundLimits other) {
        return new JsEngineLimits(
                threads,
                maxEnvironmentsPerFunction,
                maxEnvironments,
                initTimeoutMillis,
                maxLogBytes,
                maxTimers,
                maxInflatedBytes,
                idleEnvironmentSeconds,
                other);
    }

    /** Twice the processors as threads, 50 environments per function, 1,000 in all, Lambda's 10 s for init. */
    public static JsEngineLimits defaults() {
        int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        return new JsEngineLimits(threads, 50, 1_000, 10_000, 256 * 1024, 10_000, 64 * 1024 * 1024, 300);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", expected more than zero");
        }
    }
}
