package dev.nearside.edge.cache;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

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

    /** Stands for every tag; no tag has a space. */
    private static final String EVERY_TAG = "# *";

    private final Map<Long, Long> byHash = new ConcurrentHashMap<>();
    private volatile long everyTagUpTo;
    private volatile long latest;

    /** Adds the tag that an item names, or every tag; sequences never go down. One thread at a time. */
    void add(String item, long sequence) {
        if (item.equals(EVERY_TAG)) {
            everyTagUpTo = Math.max(everyTagUpTo, sequence);
            forgetUpTo(sequence);
        } else {
            byHash.put(CacheTags.hashOfItem(item), sequence);
        }
        latest = sequence;
        if (byHash.size() > MAX_TAGS) {
            long[] sequences =
                    byHash.values().stream().mapToLong(Long::longValue).sorted().toArray();
            everyTagUpTo = sequences[sequences.length / 2];
            forgetUpTo(everyTagUpTo);
        }
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

    /** Items that have the same effect when they are added again in the order of their sequences. */
    Map<String, Long> items() {
        Map<String, Long> items = new TreeMap<>();
        byHash.forEach((hash, at) -> items.put(CacheTags.itemOf(hash), at));
        if (everyTagUpTo > 0) {
            items.put(EVERY_TAG, everyTagUpTo);
        }
        return items;
    }

    int size() {
        return byHash.size();
    }
}
