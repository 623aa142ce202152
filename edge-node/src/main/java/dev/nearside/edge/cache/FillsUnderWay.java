package dev.nearside.edge.cache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who fetches what at the moment. One atomic put elects who leads a fill; who asks for the same may join it. Each variant
 * of a key has a place of its own as soon as it is known what the key varies by, so that who waits for one variant never
 * waits for another. Safe for use by many threads.
 */
final class FillsUnderWay {

    private final ConcurrentMap<CacheKey, Fill> fills = new ConcurrentHashMap<>();

    /**
     * Where requests like that wait for each other.
     *
     * @param rule what is known of the key's variants
     */
    static CacheKey place(HttpCache.Query query, @Nullable Stored rule) {
        // The epoch sets stored variants apart; who waits must find each other whatever is stored meanwhile.
        return rule instanceof VaryRule known
                ? new VaryRule(known.names(), 0).variant(query.key(), query.headers())
                : query.key();
    }

    /**
     * Elects the one who fetches.
     *
     * @param mine the fill to lead if nobody leads one that can be joined
     * @param current whether a fill is still to be joined as far as invalidations go
     * @return the fill to join; {@code mine} for who leads
     */
    Fill elect(HttpCache.Query query, CacheKey place, Fill mine, Predicate<Fill> current) {
        CacheKey at = place;
        while (true) {
            mine.placedAt(at);
            Fill theirs = fills.putIfAbsent(at, mine);
            if (theirs == null) {
                return mine;
            }
            // A fill that has opened as something else would only send the asker back here.
            Fill.Opening opening = theirs.opening();
            boolean alive = theirs.state() != Fill.State.FAILED && current.test(theirs);
            if (alive && (opening == null || opening.answers(query.key(), query.headers()))) {
                return theirs;
            }
            CacheKey ofVariant = alive && opening != null ? placeBehind(opening, query, at) : at;
            if (!ofVariant.equals(at) && at.equals(query.key())) {
                at = ofVariant;
            } else if (fills.replace(at, theirs, mine)) {
                return mine;
            }
        }
    }

    /** Where a request waits that a fill with that opening does not answer. */
    private static CacheKey placeBehind(Fill.Opening opening, HttpCache.Query query, CacheKey at) {
        return opening.notCached() == null && opening.shareable() ? place(query, opening.vary()) : at;
    }

    /** Takes the place for a fill that nobody waits for; false if somebody has it. */
    boolean take(CacheKey place, Fill mine) {
        mine.placedAt(place);
        return fills.putIfAbsent(place, mine) == null;
    }

    /** Nobody may join that fill any more. */
    void release(Fill fill) {
        CacheKey place = fill.place();
        if (place != null) {
            fills.remove(place, fill);
        }
    }
}
