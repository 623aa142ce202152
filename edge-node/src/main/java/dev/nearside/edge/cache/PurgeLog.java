package dev.nearside.edge.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was invalidated and when. An invalidation costs one entry here and touches no stored object: every object
 * carries the log's sequence from the moment it was asked for, and a lookup asks whether a later entry covers it. So an
 * object that was requested before an invalidation and arrives after it is covered too.
 */
public final class PurgeLog {

    /** Beyond this many entries of one distribution the older half becomes one entry that covers everything. */
    private static final int MAX_ENTRIES = 1_000;

    private record Purge(long sequence, List<String> paths) {}

    private final Map<String, List<Purge>> byDistribution = new ConcurrentHashMap<>();
    private volatile long sequence;
    private volatile long begunRevision;
    private volatile long doneRevision;

    /** The sequence to stamp on whatever is asked for now. */
    public long sequence() {
        return sequence;
    }

    /** The invalidations of that revision are about to be entered. */
    public void begin(long revision) {
        begunRevision = revision;
    }

    /** The invalidations of that revision have been entered. */
    public void done(long revision) {
        doneRevision = revision;
    }

    /** No invalidation of a later revision has been entered. */
    public long begunRevision() {
        return begunRevision;
    }

    /** All invalidations up to that revision have been entered. */
    public long doneRevision() {
        return doneRevision;
    }

    /** Invalidates paths of a distribution; a trailing {@code *} matches any rest. */
    public synchronized void purge(String distributionId, List<String> paths) {
        long next = sequence + 1;
        List<Purge> purges = new ArrayList<>(byDistribution.getOrDefault(distributionId, List.of()));
        purges.add(new Purge(next, List.copyOf(paths)));
        if (purges.size() > MAX_ENTRIES) {
            int half = purges.size() / 2;
            long upTo = purges.get(half).sequence();
            purges.subList(0, half + 1).clear();
            purges.addFirst(new Purge(upTo, List.of("/*")));
        }
        byDistribution.put(distributionId, List.copyOf(purges));
        sequence = next;
    }

    /** Whether an object at that path, asked for at that sequence, has been invalidated since. */
    public boolean covers(String distributionId, String uri, long askedAtSequence) {
        if (askedAtSequence == sequence) {
            return false;
        }
        List<Purge> purges = byDistribution.getOrDefault(distributionId, List.of());
        for (int i = purges.size() - 1; i >= 0 && purges.get(i).sequence() > askedAtSequence; i--) {
            for (String path : purges.get(i).paths()) {
                if (matches(path, uri)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(String path, String uri) {
        return path.endsWith("*") ? uri.regionMatches(0, path, 0, path.length() - 1) : uri.equals(path);
    }
}
