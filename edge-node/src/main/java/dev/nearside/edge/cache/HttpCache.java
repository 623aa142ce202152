package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.kit.time.Time;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One node's cache: finds what is stored, elects who fetches what is not, and stores what was fetched. Safe for use by
 * many threads; one atomic put elects the leader of a fill.
 */
public final class HttpCache implements AutoCloseable {

    /**
     * Bounds of what the cache holds.
     *
     * @param maxObjectBytes the longest body that is kept
     * @param maxInFlightBytes of all kept fills that are not complete yet, together
     * @param windowBytes how far a windowed fill runs ahead of its slowest reader
     * @param hitForMissMillis how long requests for an unshareable key do not queue
     */
    public record Limits(long maxObjectBytes, long maxInFlightBytes, long windowBytes, long hitForMissMillis) {
        public static Limits defaults() {
            return new Limits(64L << 20, 256L << 20, 256L << 10, 5_000);
        }
    }

    /** What a request found. */
    public sealed interface Lookup {
        /** A fresh stored response. */
        record Hit(CachedResponse response) implements Lookup {}

        /** Somebody else is fetching it already. */
        record Join(Fill fill) implements Lookup {}

        /** Nobody has it or fetches it: the asker must fetch and others may join. */
        record Lead(Fill fill) implements Lookup {}

        /** The asker must fetch, and nobody may join. */
        record Alone(Fill fill, NotCachedReason why) implements Lookup {}
    }

    /** A request as far as the cache is concerned. */
    public record Query(String distributionId, CacheKey key, String uri, Fields headers) {}

    private final CacheStore store;
    private final Limits limits;
    private final Time time;
    private final PurgeLog purges;
    private final LargeBodies largeBodies;
    private final ConcurrentMap<CacheKey, Fill> fills = new ConcurrentHashMap<>();
    private final AtomicLong bytesInFlight = new AtomicLong();

    public HttpCache(CacheStore store, Limits limits, Time time) {
        this(store, limits, time, new PurgeLog(), LargeBodies.NONE);
    }

    /** A cache whose invalidations and large bodies are remembered elsewhere. */
    public HttpCache(CacheStore store, Limits limits, Time time, PurgeLog purges, LargeBodies largeBodies) {
        this.purges = purges;
        this.largeBodies = largeBodies;
        this.store = store;
        this.limits = limits;
        this.time = time;
    }

    public PurgeLog purges() {
        return purges;
    }

    public CacheStore store() {
        return store;
    }

    /** A fresh stored response for the query, or null; starts nothing. */
    public @Nullable CachedResponse find(Query query) {
        Stored stored = store.get(query.key());
        if (stored instanceof VaryRule rule) {
            stored = store.get(rule.variant(query.key(), query.headers()));
        }
        if (!(stored instanceof CachedResponse response) || !response.isFresh(time.nanos())) {
            return null;
        }
        return purges.covers(query.distributionId(), response.uri(), response.purgeStamp()) ? null : response;
    }

    /** A stored response, a fill to join, or a fill to lead. */
    public Lookup lookup(Query query) {
        CachedResponse found = find(query);
        if (found != null) {
            return new Lookup.Hit(found);
        }
        if (store.get(query.key()) instanceof HitForMiss note && note.untilNanos() - time.nanos() > 0) {
            return new Lookup.Alone(newFill(), NotCachedReason.HIT_FOR_MISS);
        }
        Fill mine = newFill();
        while (true) {
            Fill theirs = fills.putIfAbsent(query.key(), mine);
            if (theirs == null) {
                return new Lookup.Lead(mine);
            }
            if (isJoinable(query, theirs)) {
                return new Lookup.Join(theirs);
            }
            if (fills.replace(query.key(), theirs, mine)) {
                return new Lookup.Lead(mine);
            }
        }
    }

    /** A fill of its own for a request that is not to be collapsed. */
    public Fill newFill() {
        return new Fill(limits.windowBytes(), purges.sequence());
    }

    /** A fill that has opened as another variant, or as not shareable, would only send the asker back here. */
    private boolean isJoinable(Query query, Fill fill) {
        Fill.Opening opening = fill.opening();
        return (opening == null || opening.answers(query.key(), query.headers()))
                && fill.state() != Fill.State.FAILED
                && !purges.covers(query.distributionId(), query.uri(), fill.purgeSequence());
    }

    /** Whether a kept fill may grow by that many bytes; if not, the reason is given. */
    public @Nullable NotCachedReason reserve(Fill fill, long bytes) {
        if (fill.appendedBytes() + bytes > limits.maxObjectBytes()) {
            return NotCachedReason.TOO_LARGE;
        }
        if (bytesInFlight.addAndGet(bytes) > limits.maxInFlightBytes()) {
            bytesInFlight.addAndGet(-bytes);
            return NotCachedReason.TOO_MUCH_IN_FLIGHT;
        }
        return null;
    }

    /** Gives back what {@link #reserve} granted. */
    public void unreserve(long bytes) {
        bytesInFlight.addAndGet(-bytes);
    }

    /** Bytes of kept fills that are not complete. */
    public long bytesInFlight() {
        return bytesInFlight.get();
    }

    /** The longest body that is kept, in bytes. */
    public long maxObjectBytes() {
        return limits.maxObjectBytes();
    }

    /**
     * Stores a complete response, unless one that was asked for after a later invalidation is there already, and lets
     * go of its fill.
     */
    public void store(Query query, Fill fill, VaryRule vary, CachedResponse response) {
        CacheKey variant = vary.variant(query.key(), query.headers());
        boolean newerIsThere = store.get(variant) instanceof CachedResponse there
                && there.purgeStamp().askedAt() > response.purgeStamp().askedAt();
        if (!newerIsThere) {
            store.put(variant, response);
            if (!vary.names().isEmpty()) {
                store.put(query.key(), vary);
            }
        }
        release(query, fill);
    }

    /** Where bodies go that are too long for memory. */
    public LargeBodies largeBodies() {
        return largeBodies;
    }

    /** Nobody may join that fill any more. */
    public void release(Query query, Fill fill) {
        fills.remove(query.key(), fill);
    }

    /**
     * Notes that the key is not shareable for a while and lets go of its fill. The note never takes the place of
     * variants or of a response that is fresh: one odd answer must not hide what others can be served.
     */
    public void noteUnshareable(Query query, Fill fill) {
        Stored there = store.get(query.key());
        boolean useful = there instanceof VaryRule
                || (there instanceof CachedResponse response && response.isFresh(time.nanos()));
        if (!useful) {
            store.put(query.key(), new HitForMiss(time.nanos() + limits.hitForMissMillis() * 1_000_000));
        }
        release(query, fill);
    }

    @Override
    public void close() {
        store.close();
    }
}
