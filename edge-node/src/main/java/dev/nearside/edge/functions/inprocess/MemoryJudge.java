package dev.nearside.edge.functions.inprocess;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which invocation uses too much memory; for the watchdog's thread.
 *
 * <p>The JVM can tell what a thread allocated, but not what a guest still holds, and an honest handler that computes
 * for seconds allocates gigabytes of garbage. So the judge waits for evidence from the garbage collector. Who has
 * allocated more than its memory limit is a suspect. When a collection then shows that since then the heap grew by as
 * much again (at least 128 MB), or that it is nearly full, the suspect that allocated most is convicted, if that is at
 * least the growth; one per collection. What a collection left may be dead all the same, such as what another hog had
 * before its end; so a verdict rests on a whole collection, which is asked for if need be, but not too often. Until one
 * may be asked for again nobody is convicted, unless the heap is nearly full. A heap that never needs collecting convicts
 * nobody.
 */
final class MemoryJudge {

    private static final long BYTES_PER_MB = 1024 * 1024;
    private static final long MIN_GROWTH_BYTES = 128 * BYTES_PER_MB;

    private final HeapWatch heap = new HeapWatch();

    /** Suspects, each with the least that a collection left in the heap since the suspicion. */
    private final Map<RunningInvocation, Long> suspects = new HashMap<>();

    /** The one to be ended now, if any. */
    Optional<RunningInvocation> convict(Collection<RunningInvocation> running) {
        suspects.keySet().retainAll(running);
        boolean collected = !suspects.isEmpty() && heap.refresh();
        Optional<RunningInvocation> convicted = collected ? worst() : Optional.empty();
        if (convicted.isPresent()) {
            if (heap.collectWholly()) {
                convicted = worst();
            } else if (!heap.isNearlyFull()) {
                convicted = Optional.empty();
            }
        }
        for (RunningInvocation invocation : running) {
            if (!suspects.containsKey(invocation) && invocation.allocation().total() > limitBytes(invocation)) {
                heap.refresh();
                suspects.put(invocation, heap.usedBytes());
            }
        }
        return convicted;
    }

    private Optional<RunningInvocation> worst() {
        RunningInvocation worst = null;
        long most = 0;
        suspects.replaceAll((invocation, leastBytes) -> Math.min(leastBytes, heap.usedBytes()));
        for (Map.Entry<RunningInvocation, Long> suspect : suspects.entrySet()) {
            RunningInvocation invocation = suspect.getKey();
            long growth = heap.usedBytes() - suspect.getValue();
            long allocated = invocation.allocation().total();
            boolean guilty = growth > Math.max(MIN_GROWTH_BYTES, limitBytes(invocation)) || heap.isNearlyFull();
            if (guilty && allocated >= growth && allocated > most) {
                worst = invocation;
                most = allocated;
            }
        }
        return Optional.ofNullable(worst);
    }

    private static long limitBytes(RunningInvocation invocation) {
        return invocation.invocation().memoryLimitMb() * BYTES_PER_MB;
    }
}
