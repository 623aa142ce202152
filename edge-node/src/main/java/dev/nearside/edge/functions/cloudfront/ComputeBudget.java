package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.inprocess.AllocationMeter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one run has spent of its steps, memory and time; spent by one thread at a time, read by others too. */
final class ComputeBudget {

    /** What the guest is over. */
    enum Limit {
        STEPS,
        MEMORY
    }

    /** Asking how much was allocated costs more than a step. */
    private static final int STEPS_PER_MEMORY_CHECK = 64;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final ThreadLocal<@Nullable ComputeBudget> CURRENT = new ThreadLocal<>();

    /** A thread in guest code, and how long a processor had worked for it before. */
    private record Slice(long threadId, long cpuNanosAtStart) {}

    private final long maxSteps;
    private final long maxAllocatedBytes;
    private final long maxCpuNanos;
    private final AllocationMeter allocation = new AllocationMeter();
    private volatile @Nullable Slice slice;
    private long steps;
    private @Nullable Limit exceeded;

    ComputeBudget(CloudFrontFunctionLimits limits) {
        this.maxSteps = limits.budgetSteps();
        this.maxAllocatedBytes = limits.maxAllocatedBytes();
        this.maxCpuNanos = TimeUnit.MILLISECONDS.toNanos(limits.timeoutMillis());
    }

    /** The budget of the guest that runs on this thread; null if none does. */
    static @Nullable ComputeBudget current() {
        return CURRENT.get();
    }

    /** Guest code begins to run on this thread. */
    void enter() {
        allocation.enter();
        slice = new Slice(Thread.currentThread().threadId(), THREADS.getCurrentThreadCpuTime());
        CURRENT.set(this);
    }

    /** It stops doing so. */
    void leave() {
        CURRENT.remove();
        slice = null;
        allocation.leave();
    }

    /** Counts one step; false if the guest must end. */
    boolean spendStep() {
        steps++;
        if (steps > maxSteps) {
            exceeded = Limit.STEPS;
        } else if (steps % STEPS_PER_MEMORY_CHECK == 0 && isOverMemory()) {
            exceeded = Limit.MEMORY;
        }
        return exceeded == null;
    }

    /** Whether the guest allocated more than it may; also between two of its steps, for whoever looks from outside. */
    boolean isOverMemory() {
        return allocation.total() > maxAllocatedBytes;
    }

    /** Whether a processor has worked for too long since the guest was entered; on a busy machine that is not the clock. */
    boolean isOverTime() {
        Slice current = slice;
        return current != null
                && THREADS.getThreadCpuTime(current.threadId()) - current.cpuNanosAtStart() > maxCpuNanos;
    }

    @Nullable
    Limit exceeded() {
        return exceeded;
    }

    /** What guest code allocated so far, between enter and leave. */
    long allocatedBytes() {
        return allocation.total();
    }

    /** CloudFront's measure: how many hundredths of the budget were spent, rounded up; to other threads a little late. */
    int utilisation() {
        return (int) Math.min(100, (100 * steps + maxSteps - 1) / maxSteps);
    }
}
