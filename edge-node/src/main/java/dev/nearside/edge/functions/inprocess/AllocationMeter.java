package dev.nearside.edge.functions.inprocess;

import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Bytes that pool threads allocated for one invocation; written by the thread that runs it, read by the watchdog. */
public final class AllocationMeter {

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private record Slice(long threadId, long allocatedAtStart) {}

    private volatile long finishedSlices;
    private volatile @Nullable Slice slice;

    /** The calling thread begins to run guest code. */
    public void enter() {
        long threadId = Thread.currentThread().threadId();
        slice = new Slice(threadId, THREADS.getThreadAllocatedBytes(threadId));
    }

    /** The calling thread stops doing so. */
    public void leave() {
        long total = total();
        slice = null;
        finishedSlices = total;
    }

    /** Bytes so far, of all slices. */
    public long total() {
        long finished = finishedSlices;
        Slice current = slice;
        return current == null
                ? finished
                : finished + THREADS.getThreadAllocatedBytes(current.threadId()) - current.allocatedAtStart();
    }
}
