package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.kit.time.Time;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
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
        /** A stored response that may be used as it is. */
        record Hit(CachedResponse response) implements Lookup {}

        /**
         * A stored response that may be used while it is refreshed (RFC 5861 §3).
         *
         * @param refresh the fill to refresh it with; null if somebody does so already
         */
        record Stale(CachedResponse response, @Nullable Fill refresh) implements Lookup {}

        /** Somebody else is fetching it already. */
        record Join(Fill fill) implements Lookup {}

        /**
         * Nobody has it or fetches it: the asker must fetch and others may join.
         *
         * @param stale to be validated, and to fall back on; null if nothing is stored
         */
        record Lead(Fill fill, @Nullable CachedResponse stale) implements Lookup {}

        /**
         * The asker must fetch, and nobody may join.
         *
         * @param why for the trace, why nobody may join; null if the request itself is why
         */
        record Alone(
                Fill fill,
                @Nullable NotCachedReason why,
                @Nullable CachedResponse stale) implements Lookup {}
    }

    /**
     * A request as far as the cache is concerned.
     *
     * @param directives what the viewer asks of the cache
     * @param collapses whether requests for the same key wait for one fetch
     */
    public record Query(
            String distributionId,
            CacheKey key,
            String uri,
            Fields headers,
            RequestDirectives directives,
            boolean collapses) {

        /** The same request for another key. */
        Query at(CacheKey otherKey) {
            return new Query(distributionId, otherKey, uri, headers, directives, collapses);
        }
    }

    private static final int INVALIDATION_SLOTS = 4_096;

    private final CacheStore store;
    private final Limits limits;
    private final Time time;
    private final PurgeLog purges;
    private final LargeBodies largeBodies;
    private final ConcurrentMap<CacheKey, Fill> fills = new ConcurrentHashMap<>();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final AtomicLong varyEpochs;
    private final AtomicLong invalidations = new AtomicLong();

    /** The last invalidation of the keys of each slot; keys that share one only cost each other a store. */
    private final AtomicLongArray lastInvalidations = new AtomicLongArray(INVALIDATION_SLOTS);

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
        // Rules on disk keep their epochs; none of a later start may be one of theirs.
        this.varyEpochs = new AtomicLong(time.epochMillis());
    }

    public PurgeLog purges() {
        return purges;
    }

    public CacheStore store() {
        return store;
    }

    /** The stored response that the query selects, fresh or stale, or null; starts nothing. */
    public @Nullable CachedResponse find(Query query) {
        return find(query, query.key());
    }

    /** The stored response that the query selects, if it may be used as it is; starts nothing. */
    public @Nullable CachedResponse findFresh(Query query) {
        CachedResponse stored = find(query);
        return stored != null && usable(query, stored) ? stored : null;
    }

    /** Whether something is stored for the target, though perhaps for other request fields. */
    public boolean hasVariants(Query query) {
        return store.get(query.key()) instanceof VaryRule;
    }

    /** The stored part of the response that the query selects, if it is fresh; starts nothing. */
    public @Nullable CachedResponse findPart(Query query) {
        CachedResponse part = find(query, query.key().ofPart());
        return part != null && usable(query, part) ? part : null;
    }

    private @Nullable CachedResponse find(Query query, CacheKey key) {
        Stored stored = store.get(key);
        if (stored instanceof VaryRule rule) {
            stored = variant(rule, key, query.headers());
        }
        return stored instanceof CachedResponse response && !isPurged(query, response) ? response : null;
    }

    /** Whether what was stored for the query has been invalidated by its path or a tag. */
    public boolean isPurged(Query query, CachedResponse response) {
        return purges.covers(query.distributionId(), response.uri(), response.purgeStamp());
    }

    private @Nullable Stored variant(VaryRule rule, CacheKey key, Fields headers) {
        Stored exact = store.get(rule.variant(key, headers));
        CacheKey preferred = exact == null ? rule.preferredLanguage(key, headers) : null;
        return preferred == null ? exact : store.get(preferred);
    }

    private boolean usable(Query query, CachedResponse response) {
        return query.directives().accept(response.freshness(), response.ageMillis(time.nanos()));
    }

    /** A stored response, a fill to join, or a fill to lead. */
    public Lookup lookup(Query query) {
        // Before the look into the store: what is purged after it must not be renewed by what is asked for now.
        long purgeSequence = purges.sequence();
        CachedResponse stored = find(query);
        if (stored != null && usable(query, stored)) {
            return new Lookup.Hit(stored);
        }
        boolean refreshable = stored != null
                && query.directives().allowStaleWhileRevalidate()
                && stored.freshness().mayServeWhileRevalidating(stored.ageMillis(time.nanos()));
        if (stored != null && refreshable) {
            Fill mine = newFill(purgeSequence);
            return new Lookup.Stale(stored, fills.putIfAbsent(query.key(), mine) == null ? mine : null);
        }
        if (isNoted(stored == null ? query.key() : query.key().ofNote())) {
            return new Lookup.Alone(newFill(purgeSequence), NotCachedReason.HIT_FOR_MISS, stored);
        }
        // What nobody may reuse without asking is not worth queueing for; nor is what this viewer wants validated.
        boolean mustAsk = query.directives().noCache() || (stored != null && !stored.wasEverFresh());
        return mustAsk || !query.collapses()
                ? new Lookup.Alone(newFill(purgeSequence), null, stored)
                : lookupFill(query, newFill(purgeSequence), stored);
    }

    private boolean isNoted(CacheKey key) {
        return store.get(key) instanceof HitForMiss note && note.untilNanos() - time.nanos() > 0;
    }

    private Lookup lookupFill(Query query, Fill mine, @Nullable CachedResponse stored) {
        while (true) {
            Fill theirs = fills.putIfAbsent(query.key(), mine);
            if (theirs == null) {
                return new Lookup.Lead(mine, stored);
            }
            if (isJoinable(query, theirs)) {
                return new Lookup.Join(theirs);
            }
            if (fills.replace(query.key(), theirs, mine)) {
                return new Lookup.Lead(mine, stored);
            }
        }
    }

    /** A fill of its own for a request that is not to be collapsed. */
    public Fill newFill() {
        return newFill(purges.sequence());
    }

    private Fill newFill(long purgeSequence) {
        Fill fill = new Fill(limits.windowBytes(), purgeSequence);
        fill.knowsInvalidations(invalidations.get());
        return fill;
    }

    /** A fill that has opened as another variant, or as not shareable, would only send the asker back here. */
    private boolean isJoinable(Query query, Fill fill) {
        Fill.Opening opening = fill.opening();
        return (opening == null || opening.answers(query.key(), query.headers()))
                && fill.state() != Fill.State.FAILED
                && !purges.covers(query.distributionId(), query.uri(), fill.tags(), fill.purgeSequence())
                // Before its head is there, nobody knows its tags.
                && (opening != null || !purges.mayCoverByTag(query.distributionId(), fill.purgeSequence()));
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
     * go of its fill. A part is kept beside the whole and joined to the part that is there if both belong together.
     */
    public void store(Query query, Fill fill, VaryRule vary, CachedResponse response) {
        if (!isOvertaken(query.key(), fill)) {
            if (response.part() == null) {
                store.remove(query.key().ofPart());
                put(query, query.key(), vary, response);
            } else {
                storePart(query, vary, response);
            }
        }
        release(query, fill);
    }

    private void put(Query query, CacheKey key, VaryRule vary, CachedResponse response) {
        VaryRule rule = inForce(key, vary);
        CacheKey variant = rule.variant(key, query.headers());
        boolean newerIsThere =
                store.get(variant) instanceof CachedResponse there && there.purgeSequence() > response.purgeSequence();
        if (!newerIsThere) {
            store.put(variant, response);
            if (!rule.names().isEmpty()) {
                store.put(key, rule);
                CacheKey ofLanguage =
                        rule.ofLanguage(key, query.headers(), response.head().headers());
                if (ofLanguage != null) {
                    store.put(ofLanguage, response);
                }
            }
        }
    }

    private void storePart(Query query, VaryRule vary, CachedResponse part) {
        CachedResponse there = find(query, query.key().ofPart());
        boolean fits = there != null && there.body().length() + part.body().length() <= limits.maxObjectBytes();
        CachedResponse joined = there != null && fits ? Parts.joined(there, part) : part;
        if (joined.part() == null) {
            store.remove(query.key().ofPart());
            put(query, query.key(), vary, joined);
        } else {
            put(query, query.key().ofPart(), vary, joined);
        }
    }

    /** The rule that is there if it is the same; else one whose variants nobody has seen. */
    private VaryRule inForce(CacheKey key, VaryRule vary) {
        if (vary.names().isEmpty()) {
            return vary;
        }
        return store.get(key) instanceof VaryRule there && there.names().equals(vary.names())
                ? there
                : new VaryRule(vary.names(), varyEpochs.incrementAndGet());
    }

    /**
     * Makes what is stored under a key, with all its variants, and what is on its way there unusable, as after an unsafe
     * method (RFC 9111 §4.4).
     *
     * @param cause what brings the news, and is not overtaken by it
     */
    public void invalidate(CacheKey key, Fill cause) {
        long invalidation = invalidations.incrementAndGet();
        lastInvalidations.accumulateAndGet(slot(key), invalidation, Math::max);
        cause.knowsInvalidations(invalidation);
        store.remove(key);
        store.remove(key.ofPart());
        fills.remove(key);
    }

    /** Whether the key was invalidated after the fill was asked for. */
    private boolean isOvertaken(CacheKey key, Fill fill) {
        return lastInvalidations.get(slot(key)) > fill.knownInvalidations();
    }

    private static int slot(CacheKey key) {
        return (key.hashCode() & Integer.MAX_VALUE) % INVALIDATION_SLOTS;
    }

    /** Takes the answer to a HEAD as news of the stored response (RFC 9111 §4.3.5). */
    public void learnFromHead(Query query, Fill fill, Fields answer) {
        CachedResponse stored = find(query);
        if (stored != null && !Freshening.describes(answer, stored.head().headers())) {
            invalidate(query.key(), fill);
        }
    }

    /** Starts to keep on disk what a fill delivers, under the variant that the query selects; whether it does. */
    public boolean keepLarge(Query query, Fill fill, VaryRule vary, CachedResponse withoutBody) {
        VaryRule rule = inForce(query.key(), vary);
        fill.outdatedWhen(() -> isOvertaken(query.key(), fill));
        return largeBodies.keep(fill, rule.variant(query.key(), query.headers()), rule, withoutBody);
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
            store.put(query.key(), noteForAWhile());
        }
        release(query, fill);
    }

    /**
     * The same after an error of the origin, which says nothing of what is stored: that stays, to be validated and to
     * stand in.
     */
    public void noteFailing(Query query, Fill fill) {
        if (find(query) == null) {
            noteUnshareable(query, fill);
        } else {
            store.put(query.key().ofNote(), noteForAWhile());
            release(query, fill);
        }
    }

    private HitForMiss noteForAWhile() {
        return new HitForMiss(time.nanos() + limits.hitForMissMillis() * 1_000_000);
    }

    @Override
    public void close() {
        store.close();
    }
}
