package dev.nearside.edge.cache;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which keys unsafe methods have invalidated since a fill was asked for (RFC 9111 §4.4), in bounded memory. Safe for use
 * by many threads.
 */
final class KeyInvalidations {

    private static final int SLOTS = 4_096;

    private final AtomicLong count = new AtomicLong();

    /** The last invalidation of the keys of each slot; keys that share one only cost each other a store. */
    private final AtomicLongArray last = new AtomicLongArray(SLOTS);

    /** How many there have been. */
    long count() {
        return count.get();
    }

    /** Enters one, of which {@code cause} knows. */
    void add(CacheKey key, Fill cause) {
        long invalidation = count.incrementAndGet();
        last.accumulateAndGet(slot(key), invalidation, Math::max);
        cause.knowsInvalidations(invalidation);
    }

    /** Whether the key was invalidated after the fill was asked for. */
    boolean overtook(CacheKey key, Fill fill) {
        return last.get(slot(key)) > fill.knownInvalidations();
    }

    private static int slot(CacheKey key) {
        return (key.hashCode() & Integer.MAX_VALUE) % SLOTS;
    }
}
