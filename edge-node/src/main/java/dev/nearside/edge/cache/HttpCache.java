package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.kit.time.Time;
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
        /** A stored response that may be used as it is. */
        record Hit(CachedResponse response) implements Lookup {}

        /**
         * A stored response that may be used while it is refreshed (RFC 5861 §3).
         *
         * @param refresh the fill to refresh it with; null if somebody does so already
         */
        record Stale(CachedResponse response, @Nullable Fill refresh) implements Lookup {}

        /** The origin failed to answer a moment ago, and that is kept: CloudFront's error caching. */
        record Failed(FillFailure failure) implements Lookup {}

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

        /** The same request, which waits for nobody. */
        public Query alone() {
            return new Query(distributionId, key, uri, headers, directives, false);
        }
    }

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final CacheStore store;
    private final Limits limits;
    private final Time time;
    private final PurgeLog purges;
    private final LargeBodies largeBodies;
    private final FillsUnderWay fills = new FillsUnderWay();
    private final KeyInvalidations invalidations = new KeyInvalidations();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private final AtomicLong varyEpochs;

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
        CacheKey place = place(query);
        boolean refreshable = stored != null
                && query.directives().allowStaleWhileRevalidate()
                && stored.freshness().mayServeWhileRevalidating(stored.ageMillis(time.nanos()));
        Fill mine = newFill(purgeSequence);
        if (stored != null && refreshable) {
            return new Lookup.Stale(stored, fills.take(place, mine) ? mine : null);
        }
        switch (note(query, place)) {
            case KeptFailure kept
            when !standsInForSilence(stored) -> {
                return new Lookup.Failed(kept.at(time.nanos()));
            }
            case HitForMiss _ -> {
                return new Lookup.Alone(mine, NotCachedReason.HIT_FOR_MISS, stored);
            }
            case null, default -> {}
        }
        // What nobody may reuse without asking is not worth queueing for; nor is what this viewer wants validated.
        boolean mustAsk = query.directives().noCache() || (stored != null && !stored.wasEverFresh());
        if (mustAsk || !query.collapses()) {
            return new Lookup.Alone(mine, null, stored);
        }
        Fill elected = fills.elect(query, place, mine, theirs -> isCurrent(query, theirs));
        return elected == mine ? new Lookup.Lead(mine, stored) : new Lookup.Join(elected);
    }

    private CacheKey place(Query query) {
        return FillsUnderWay.place(query, store.get(query.key()));
    }

    /** What is in force of how the origin has answered lately; null for nothing. */
    private @Nullable Stored note(Query query, CacheKey place) {
        Stored note = store.get(place.ofNote());
        boolean inForce = switch (note) {
            case HitForMiss(long until) -> until - time.nanos() > 0;
            case KeptFailure kept ->
                kept.untilNanos() - time.nanos() > 0
                        && !purges.covers(query.distributionId(), kept.uri(), kept.purgeStamp());
            case null, default -> false;
        };
        return inForce ? note : null;
    }

    /** The failure that is kept in place of a response; null if there is none. */
    public @Nullable FillFailure findFailure(Query query) {
        return note(query, place(query)) instanceof KeptFailure kept && !standsInForSilence(find(query))
                ? kept.at(time.nanos())
                : null;
    }

    /** Whether a stale response is what viewers get while the origin gives no answer. */
    private boolean standsInForSilence(@Nullable CachedResponse stored) {
        return stored != null && stored.freshness().mayServeWhenUnreachable(stored.ageMillis(time.nanos()));
    }

    /** Whether another response has taken the place of one that was found before. */
    public boolean isReplaced(Query query, CachedResponse before) {
        CachedResponse now = find(query);
        return now != null && now.purgeStamp() != before.purgeStamp();
    }

    /** A fill of its own for a request that is not to be collapsed. */
    public Fill newFill() {
        return newFill(purges.sequence());
    }

    private Fill newFill(long purgeSequence) {
        Fill fill = new Fill(limits.windowBytes(), purgeSequence);
        fill.knowsInvalidations(invalidations.count());
        return fill;
    }

    /** Whether no invalidation has overtaken it since it was asked for. */
    private boolean isCurrent(Query query, Fill fill) {
        // Before its head is there, nobody knows its tags; it may come between one look and the next.
        boolean tagsKnown = fill.opening() != null;
        return !invalidations.overtook(query.key(), fill)
                && !purges.covers(query.distributionId(), query.uri(), fill.tags(), fill.purgeSequence())
                && (tagsKnown || !purges.mayCoverByTag(query.distributionId(), fill.purgeSequence()));
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
        if (!invalidations.overtook(query.key(), fill)) {
            if (response.part() == null) {
                store.remove(query.key().ofPart());
                put(query, query.key(), vary, response);
            } else {
                storePart(query, vary, response);
            }
        }
        release(fill);
    }

    private void put(Query query, CacheKey key, VaryRule vary, CachedResponse response) {
        VaryRule rule = inForce(key, vary);
        CacheKey variant = rule.variant(key, query.headers());
        boolean newerIsThere =
                store.get(variant) instanceof CachedResponse there && there.purgeSequence() > response.purgeSequence();
        if (!newerIsThere) {
            store.put(variant, response);
            forget(FillsUnderWay.place(query, rule).ofNote());
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

    /** The origin answers as it should, so what was noted of it no longer holds. */
    private void forget(CacheKey note) {
        if (store.get(note) != null) {
            store.remove(note);
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
        invalidations.add(key, cause);
        store.remove(key);
        store.remove(key.ofPart());
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
        fill.outdatedWhen(() -> invalidations.overtook(query.key(), fill));
        return largeBodies.keep(fill, rule.variant(query.key(), query.headers()), rule, withoutBody);
    }

    /** Where bodies go that are too long for memory. */
    public LargeBodies largeBodies() {
        return largeBodies;
    }

    /** Nobody may join that fill any more. */
    public void release(Fill fill) {
        fills.release(fill);
    }

    /**
     * Notes that answers under the key, or of the variant, are not shareable for a while and lets go of the fill. What is
     * stored stays: one odd answer must not hide what others can be served, and an error of the origin says nothing of
     * what is to be validated and to stand in.
     */
    public void noteUnshareable(Query query, Fill fill) {
        store.put(place(query).ofNote(), new HitForMiss(time.nanos() + limits.hitForMissMillis() * NANOS_PER_MILLI));
        release(fill);
    }

    /** Keeps a failure of the origin for that long from when it came about, unless an invalidation overtakes it. */
    public void keepFailure(Query query, Fill fill, FillFailure failure, long millis) {
        long left = millis - failure.ageMillis();
        long now = time.nanos();
        if (left > 0) {
            store.put(
                    place(query).ofNote(),
                    new KeptFailure(
                            failure,
                            query.uri(),
                            now,
                            now + left * NANOS_PER_MILLI,
                            new PurgeStamp(fill.purgeSequence())));
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
