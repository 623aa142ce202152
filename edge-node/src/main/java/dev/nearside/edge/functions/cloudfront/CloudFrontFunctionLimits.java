package dev.nearside.edge.functions.cloudfront;

/**
 * What one run of a CloudFront Function may use, and how many run at once.
 *
 * @param budgetSteps statements and calls that make a compute utilisation of 100
 * @param maxAllocatedBytes of heap that a run may ask for in all; it stands for CloudFront's 2 MB, of which the engine
 *     cannot tell what is still in use
 * @param timeoutMillis of a processor's work after which a run ends, whatever it is busy with; and how long it may wait
 *     for a thread
 * @param maxLogBytes of console output
 * @param threads that run functions
 * @param maxWaiting runs that may wait for a thread; more are throttled
 */
public record CloudFrontFunctionLimits(
        long budgetSteps, long maxAllocatedBytes, long timeoutMillis, int maxLogBytes, int threads, int maxWaiting) {

    /** Longest code in bytes of UTF-8. */
    public static final int MAX_CODE_BYTES = 10 * 1024;

    /** Longest string in characters and longest typed array in elements: what would fill CloudFront's 2 MB at once. */
    static final int MAX_VALUE_LENGTH = 1024 * 1024;

    public CloudFrontFunctionLimits {
        if (budgetSteps <= 0
                || maxAllocatedBytes <= 0
                || timeoutMillis <= 0
                || maxLogBytes <= 0
                || threads <= 0
                || maxWaiting <= 0) {
            throw new IllegalArgumentException("a limit is not positive in budgetSteps " + budgetSteps
                    + ", maxAllocatedBytes " + maxAllocatedBytes + ", timeoutMillis " + timeoutMillis + ", maxLogBytes "
                    + maxLogBytes + ", threads " + threads + ", maxWaiting " + maxWaiting);
        }
    }

    /** 20,000 steps, 64 MiB of allocations, 2 s of work as a net below both, 10 KB of logs. */
    public static CloudFrontFunctionLimits defaults() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        return new CloudFrontFunctionLimits(20_000, 64L * 1024 * 1024, 2_000, 10 * 1024, threads, 1_000);
    }
}
