package dev.nearside.edge.framing;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many messages a node has refused, by fault; safe for many threads. */
public final class Refusals {

    private final Map<Fault, LongAdder> byViewers = new ConcurrentHashMap<>();
    private final Map<Fault, LongAdder> byOrigins = new ConcurrentHashMap<>();

    public void countViewers(Fault fault) {
        byViewers.computeIfAbsent(fault, _ -> new LongAdder()).increment();
    }

    public void countOrigins(Fault fault) {
        byOrigins.computeIfAbsent(fault, _ -> new LongAdder()).increment();
    }

    /** The counts above zero by name; those of origins have {@code origin-} in front. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        byViewers.forEach((fault, count) -> counts.put(fault.kind(), count.sum()));
        byOrigins.forEach((fault, count) -> counts.put("origin-" + fault.kind(), count.sum()));
        return counts;
    }
}
