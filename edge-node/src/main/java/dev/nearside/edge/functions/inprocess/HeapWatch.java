package dev.nearside.edge.functions.inprocess;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How full the heap was after the latest collection; for the watchdog's thread. */
final class HeapWatch {

    private static final int COLLECTIONS_APART = 8;
    private static final long GROWTH_BETWEEN_BYTES = 128L * 1024 * 1024;

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    private long collections;
    private long wholeCollections;
    private long usedAfterWholeBytes;
    private long usedBytes;

    /** Looks for a new collection; true if there was one since the last call. */
    boolean refresh() {
        long seen = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            seen += collector.getCollectionCount();
        }
        if (seen == collections) {
            return false;
        }
        collections = seen;
        GcInfo latest = null;
        for (GarbageCollectorMXBean collector : collectors) {
            GcInfo info = collector.getLastGcInfo();
            if (info != null && (latest == null || info.getEndTime() >= latest.getEndTime())) {
                latest = info;
            }
        }
        if (latest != null) {
            usedBytes = used(latest.getMemoryUsageAfterGc());
        }
        return latest != null;
    }

    /**
     * Has the whole heap collected, unless that has been done a few collections ago and little has been added since, for it
     * stops everybody.
     *
     * @return whether the figures are new
     */
    boolean collectWholly() {
        if (wholeCollections > 0
                && collections - wholeCollections < COLLECTIONS_APART
                && usedBytes - usedAfterWholeBytes < GROWTH_BETWEEN_BYTES) {
            return false;
        }
        System.gc();
        boolean collected = refresh();
        wholeCollections = collections;
        usedAfterWholeBytes = usedBytes;
        return collected;
    }

    /** Bytes in use after the latest collection; zero if there was none. */
    long usedBytes() {
        return usedBytes;
    }

    /** Whether so little is left that everybody is in danger. */
    boolean isNearlyFull() {
        return usedBytes > Runtime.getRuntime().maxMemory() / 100 * 85;
    }

    private long used(Map<String, MemoryUsage> pools) {
        long used = 0;
        for (Map.Entry<String, MemoryUsage> pool : pools.entrySet()) {
            if (heapPools.contains(pool.getKey())) {
                used += pool.getValue().getUsed();
            }
        }
        return used;
    }
}
