package dev.nearside.edge.functions.cloudfront;

import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What one run has spent of its steps and its memory; used by one thread at a time. */
final class ComputeBudget {

    /** What the guest is over. */
    enum Limit {
        STEPS,
        MEMORY
    }

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Asking how much was allocated costs more than a step. */
    private static final int STEPS_PER_MEMORY_CHECK = 64;

    private static final ThreadLocal<@Nullable ComputeBudget> CURRENT = new ThreadLocal<>();

    private final long maxSteps;
    private final long maxAllocatedBytes;
    private long steps;
    private long allocatedBefore;
    private long allocatedAtEnter;
    private @Nullable Limit exceeded;

    ComputeBudget(CloudFrontFunctionLimits limits) {
        this.maxSteps = limits.budgetSteps();
        this.maxAllocatedBytes = limits.maxAllocatedBytes();
    }

    /** The budget of the guest that runs on this thread; null if none does. */
    static @Nullable ComputeBudget current() {
        return CURRENT.get();
    }

    /** Guest code begins to run on this thread. */
    void enter() {
        allocatedAtEnter = THREADS.getCurrentThreadAllocatedBytes();
        CURRENT.set(this);
    }

    /** It stops doing so. */
    void leave() {
        CURRENT.remove();
        allocatedBefore = allocatedBytes(THREADS.getCurrentThreadAllocatedBytes());
        allocatedAtEnter = 0;
    }

    private long allocatedBytes(long now) {
        return allocatedBefore + now - allocatedAtEnter;
    }

    /** Counts one step; false if the guest must end. */
    boolean spendStep() {
        steps++;
        if (steps > maxSteps) {
            exceeded = Limit.STEPS;
        } else if (steps % STEPS_PER_MEMORY_CHECK == 0
                && allocatedBytes(THREADS.getCurrentThreadAllocatedBytes()) > maxAllocatedBytes) {
            exceeded = Limit.MEMORY;
        }
        return exceeded == null;
    }

    @Nullable
    Limit exceeded() {
        return exceeded;
    }

    /** What guest code allocated so far, between enter and leave. */
    long allocatedBytes() {
        return allocatedBefore;
    }

    /** CloudFront's measure: how many hundredths of the budget were spent, rounded up. */
    int utilisation() {
        return (int) Math.min(100, (100 * steps + maxSteps - 1) / maxSteps);
    }
}
