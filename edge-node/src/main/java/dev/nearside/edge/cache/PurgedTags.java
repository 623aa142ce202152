package dev.nearside.edge.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;

/**
 * The invalidated cache tags of one distribution, each with the latest sequence that named it; one hash finds one.
 *
 * <p>At most {@link #MAX_TAGS} are held. Beyond that the older half is let go, and everything with a tag that was asked
 * for before the younger half counts as invalidated: more than was asked for and never less.
 *
 * <p>One writer at a time, readers without locks: what covers more is in place before what covers less is taken away,
 * and readers look in the opposite order.
 */
final class PurgedTags {

    static final int MAX_TAGS = 20_000;

    private final Map<Long, Long> byHash = new ConcurrentHashMap<>();
    private volatile long everyTagUpTo;
    private volatile long latest;

    /** Adds a tag by its item; sequences never go down. One thread at a time. */
    void add(String item, long sequence) {
        latest = sequence;
        if (item.equals(CacheTags.EVERY_TAG)) {
            coverEveryTagUpTo(sequence);
            return;
        }
        byHash.put(CacheTags.hashOfItem(item), sequence);
        if (byHash.size() > MAX_TAGS) {
            long[] sequences =
                    byHash.values().stream().mapToLong(Long::longValue).sorted().toArray();
            coverEveryTagUpTo(sequences[sequences.length / 2]);
        }
    }

    private void coverEveryTagUpTo(long sequence) {
        everyTagUpTo = sequence;
        forgetUpTo(sequence);
    }

    /** Items that have the same effect when they are added again in the order of their sequences. */
    void forEach(ObjLongConsumer<String> action) {
        if (everyTagUpTo > 0) {
            action.accept(CacheTags.EVERY_TAG, everyTagUpTo);
        }
        byHash.forEach((hash, at) -> action.accept(CacheTags.itemOf(hash), at));
    }

    /** What is as old as that or older is covered otherwise. */
    void forgetUpTo(long sequence) {
        byHash.values().removeIf(at -> at <= sequence);
    }

    /** Whether one of the tags has been added after that sequence. */
    boolean cover(CacheTags tags, long sequence) {
        for (int i = 0; i < tags.count(); i++) {
            Long at = byHash.get(tags.hash(i));
            if (at != null && at > sequence) {
                return true;
            }
        }
        return !tags.isEmpty() && everyTagUpTo > sequence;
    }

    /** Whether any tag has been added after that sequence: what has unknown tags may be covered. */
    boolean mayCover(long sequence) {
        return latest > sequence;
    }

    int size() {
        return byHash.size();
    }
}
