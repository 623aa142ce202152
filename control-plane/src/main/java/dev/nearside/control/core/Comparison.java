package dev.nearside.control.core;

import dev.nearside.control.core.RolloutProgress.Count;
import dev.nearside.control.core.RolloutProgress.Traffic;
import dev.nearside.kit.watch.DistributionCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What nodes with a release answer beside those without it, by distribution. Nodes count from the moment a revision came
 * into force, so only what a report has more than the node's last one is new.
 */
final class Comparison {

    private final Map<String, Report> lastByNode = new HashMap<>();
    private final NavigableMap<String, Count> with = new TreeMap<>();
    private final NavigableMap<String, Count> without = new TreeMap<>();

    /** The next wave has begun: nodes with the release are judged anew. */
    void newWave() {
        with.clear();
    }

    /**
     * Takes what a node reports.
     *
     * @param hasRelease whether the revision it counted for has the release
     * @param whole whether all that it counted for the revision happened in this rollout
     */
    void report(String node, long revision, boolean hasRelease, boolean whole, List<DistributionCounts> given) {
        Report last = lastByNode.get(node);
        Map<String, Count> before = last == null || last.revision != revision ? Map.of() : last.counts;
        boolean counts = whole || (last != null && last.revision == revision);
        Map<String, Count> now = new HashMap<>();
        for (DistributionCounts said : given) {
            Count count = new Count(said.exchanges(), said.failed());
            now.put(said.distributionId(), count);
            if (counts) {
                Count more = count.since(before.getOrDefault(said.distributionId(), Count.NONE));
                (hasRelease ? with : without).merge(said.distributionId(), more, Count::plus);
            }
        }
        lastByNode.put(node, new Report(revision, now));
    }

    /** The first distribution of which too many exchanges fail with the release; empty while there is none. */
    Optional<String> fault(RolloutPolicy policy) {
        for (Map.Entry<String, Count> entry : with.entrySet()) {
            Count fresh = entry.getValue();
            Count former = without.getOrDefault(entry.getKey(), Count.NONE);
            if (fresh.exchanges() >= policy.minRequests()
                    && fresh.failedPercent() > former.failedPercent() + policy.maxErrorIncrease()) {
                return Optional.of("distribution " + entry.getKey() + ": " + shown(fresh)
                        + " failed on nodes with the release, " + shown(former)
                        + " on the others, expected at most " + policy.maxErrorIncrease() + " percentage points more");
            }
        }
        return Optional.empty();
    }

    private static String shown(Count count) {
        return String.format(Locale.ROOT, "%.1f %% of %d exchanges", count.failedPercent(), count.exchanges());
    }

    List<Traffic> traffic() {
        TreeSet<String> ids = new TreeSet<>(with.keySet());
        ids.addAll(without.keySet());
        List<Traffic> all = new ArrayList<>();
        for (String id : ids) {
            all.add(new Traffic(id, with.getOrDefault(id, Count.NONE), without.getOrDefault(id, Count.NONE)));
        }
        return all;
    }

    private record Report(long revision, Map<String, Count> counts) {}
}
