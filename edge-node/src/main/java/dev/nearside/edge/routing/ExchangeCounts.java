package dev.nearside.edge.routing;

import dev.nearside.kit.watch.DistributionCounts;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many exchanges ended that began with one snapshot, by distribution. Safe for many threads. */
public final class ExchangeCounts {

    private final Map<String, Counter> byDistribution = new ConcurrentHashMap<>();

    private static final class Counter {
        private final LongAdder exchanges = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder functionFailures = new LongAdder();
    }

    /**
     * One has ended.
     *
     * @param outcome with what
     */
    public void ended(String distributionId, Outcome outcome) {
        Counter counter = byDistribution.computeIfAbsent(distributionId, _ -> new Counter());
        counter.exchanges.increment();
        if (outcome != Outcome.GOOD) {
            counter.failed.increment();
        }
        if (outcome == Outcome.FUNCTION_FAILURE) {
            counter.functionFailures.increment();
        }
    }

    /** With what an exchange ended. */
    public enum Outcome {
        /** Anything else. */
        GOOD,

        /** A status of 5xx. */
        SERVER_ERROR,

        /** A function failed, whatever the viewer got. */
        FUNCTION_FAILURE
    }

    /** What the control plane is told: the distributions with the most exchanges. */
    public List<DistributionCounts> report() {
        return byDistribution.entrySet().stream()
                .map(entry -> new DistributionCounts(
                        entry.getKey(),
                        entry.getValue().exchanges.sum(),
                        entry.getValue().failed.sum(),
                        entry.getValue().functionFailures.sum()))
                .sorted(Comparator.comparingLong(DistributionCounts::exchanges)
                        .reversed()
                        .thenComparing(DistributionCounts::distributionId))
                .limit(DistributionCounts.MAX_REPORTED)
                .toList();
    }
}
