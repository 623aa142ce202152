package dev.nearside.edge.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was invalidated and when. An invalidation costs one entry for each path here and touches no stored object: every
 * object carries the log's sequence from the moment it was asked for, and a lookup asks whether a later entry covers it.
 * So an object that was requested before an invalidation and arrives after it is covered too. An object that was looked
 * at remembers that in its {@link PurgeStamp}; until the next invalidation a lookup then is one comparison.
 *
 * <p>Readers take no lock. What an invalidation says is in place before its sequence is, so whoever has read a sequence
 * and then finds nothing knows that nothing up to that sequence covers the object.
 */
public final class PurgeLog {

    /** Hears of every invalidation before it is in force, in order; for whoever must remember it over a restart. */
    public interface Journal {
        /** Remembers nothing. */
        Journal NONE = (_, _) -> {};

        /** Called with the log's lock held, so it should be quick; it must not throw. */
        void purged(long sequence, Purge purge);

        /** Called once what was announced is in force, by the same thread. */
        default void inForce() {}

        /** Ids of invalidations that are in the journal already and must not be applied again. */
        default Set<String> knownIds() {
            return Set.of();
        }
    }

    /**
     * One invalidation.
     *
     * @param id of the control plane; null if the node made it itself
     * @param paths each exact, or with a trailing {@code *} that matches any rest, or a tag after a {@code #}
     */
    public record Purge(@Nullable String id, String distributionId, List<String> paths) {
        public Purge {
            paths = List.copyOf(paths);
        }
    }

    /**
     * What a log says at one moment.
     *
     * @param sequence the log's
     * @param purges lowest sequence first; each sequence belongs to one distribution
     */
    public record Contents(long sequence, List<Numbered> purges) {

        /** An invalidation and its place in the log. */
        public record Numbered(long sequence, Purge purge) {}
    }

    private final Map<String, PurgedPaths> byDistribution = new ConcurrentHashMap<>();
    private final Journal journal;
    private volatile long sequence;
    private volatile long begunRevision;
    private volatile long doneRevision;

    /** An empty log that nobody remembers. */
    public PurgeLog() {
        this(0, Journal.NONE);
    }

    /** A log whose sequence goes on from a former one. */
    public PurgeLog(long sequence, Journal journal) {
        this.sequence = sequence;
        this.journal = journal;
    }

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

    /** Whether that invalidation was in force before the node was started and need not be repeated. */
    public boolean knows(String invalidationId) {
        return journal.knownIds().contains(invalidationId);
    }

    /** Invalidates paths of a distribution without an invalidation of the control plane. */
    public void purge(String distributionId, List<String> paths) {
        purge(new Purge(null, distributionId, paths));
    }

    /** Invalidates what an invalidation names. */
    public synchronized void purge(Purge purge) {
        replay(sequence + 1, purge);
    }

    /** Puts an invalidation in force under a given sequence, which must be above all before. */
    public synchronized void replay(long at, Purge purge) {
        if (at <= sequence) {
            throw new IllegalArgumentException("sequence " + at + " given, expected one above " + sequence);
        }
        journal.purged(at, purge);
        PurgedPaths paths = byDistribution.computeIfAbsent(purge.distributionId(), _ -> new PurgedPaths());
        purge.paths().forEach(path -> paths.add(path, at));
        sequence = at;
        journal.inForce();
    }

    /**
     * Invalidations with the same effect as all that have been entered, for whoever writes them down anew. There are no
     * more of them than paths and tags that are held, however many have been entered.
     */
    public synchronized Contents contents() {
        List<Contents.Numbered> purges = new ArrayList<>();
        byDistribution.forEach((distributionId, paths) -> paths.bySequence()
                .forEach((at, named) -> purges.add(new Contents.Numbered(at, new Purge(null, distributionId, named)))));
        purges.sort(Comparator.comparingLong(Contents.Numbered::sequence));
        return new Contents(sequence, purges);
    }

    /** Whether an object at that path without tags, asked for at that sequence, has been invalidated since. */
    public boolean covers(String distributionId, String uri, long askedAtSequence) {
        return covers(distributionId, uri, CacheTags.NONE, askedAtSequence);
    }

    /** Whether an object at that path with those tags, asked for at that sequence, has been invalidated since. */
    public boolean covers(String distributionId, String uri, CacheTags tags, long askedAtSequence) {
        if (askedAtSequence == sequence) {
            return false;
        }
        PurgedPaths paths = byDistribution.get(distributionId);
        return paths != null && paths.cover(uri, tags, askedAtSequence);
    }

    /** Whether a tag has been invalidated since that sequence, so that what has unknown tags may be covered. */
    public boolean mayCoverByTag(String distributionId, long askedAtSequence) {
        PurgedPaths paths = byDistribution.get(distributionId);
        return paths != null && paths.mayCoverByTag(askedAtSequence);
    }

    /** Whether an object at that path has been invalidated; one that has not remembers the look. */
    public boolean covers(String distributionId, String uri, PurgeStamp stamp) {
        // Read before the paths: what comes in between is looked for the next time.
        long now = sequence;
        long checked = stamp.checkedUpTo();
        if (checked == now) {
            return false;
        }
        if (covers(distributionId, uri, stamp.tags(), checked)) {
            return true;
        }
        stamp.checked(now);
        return false;
    }
}
