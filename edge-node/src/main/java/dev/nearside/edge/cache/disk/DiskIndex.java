package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.VaryRule;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is on disk, found by key, and the room that it takes. Lookups take no lock. Who must go is decided first in,
 * first out with a second chance: an object that was asked for since it was last looked at, or is being read, goes back
 * to the end of the queue.
 */
final class DiskIndex {

    private record RuleInUse(VaryRule rule, int objects) {}

    private final long maxBytes;
    private final Map<CacheKey, DiskObject> byKey = new ConcurrentHashMap<>();
    private final Map<CacheKey, RuleInUse> rules = new ConcurrentHashMap<>();

    /** The objects of the map, oldest first; all changes of both, and the number below, are guarded by this. */
    private final Set<DiskObject> queue = new LinkedHashSet<>();

    private long usedBytes;

    DiskIndex(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Nullable
    DiskObject find(CacheKey key) {
        return byKey.get(key);
    }

    /** The rule by which the variants under a key are told apart, if any are here. */
    @Nullable
    VaryRule rule(CacheKey primary) {
        RuleInUse found = rules.get(primary);
        return found == null ? null : found.rule();
    }

    /** Takes a rule away; whether there was one. */
    boolean forgetRule(CacheKey primary) {
        return rules.remove(primary) != null;
    }

    Collection<DiskObject> objects() {
        return byKey.values();
    }

    int entries() {
        return byKey.size();
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    /** Counts bytes that are about to be written, if there is room for them. */
    synchronized boolean claim(long bytes) {
        if (usedBytes + bytes > maxBytes) {
            return false;
        }
        usedBytes += bytes;
        return true;
    }

    /** Counts bytes that were there before the node started, room or not. */
    synchronized void found(long bytes) {
        usedBytes += bytes;
    }

    synchronized boolean isOverfull() {
        return usedBytes > maxBytes;
    }

    /** Counts bytes that are on disk no more. */
    synchronized void release(long bytes) {
        usedBytes -= bytes;
    }

    /**
     * Adds an object, unless one that was asked for after a later invalidation has its place.
     *
     * @return the object that is out of the index now: the one before it, itself, or null
     */
    synchronized @Nullable DiskObject add(DiskObject object) {
        DiskObject before = byKey.putIfAbsent(object.key(), object);
        if (before != null) {
            boolean isOlder = object.response().purgeStamp().askedAt()
                    < before.response().purgeStamp().askedAt();
            if (isOlder || !byKey.replace(object.key(), before, object)) {
                return object;
            }
            forget(before);
        }
        queue.add(object);
        CacheKey primary = VariantKeys.primary(object.key(), object.vary());
        if (primary != null) {
            rules.merge(
                    primary,
                    new RuleInUse(object.vary(), 1),
                    (there, _) -> new RuleInUse(object.vary(), there.objects() + 1));
        }
        return before;
    }

    /** Takes an object out, if it is in. */
    synchronized boolean remove(DiskObject object) {
        if (!byKey.remove(object.key(), object)) {
            return false;
        }
        forget(object);
        return true;
    }

    /** With the lock held. */
    private void forget(DiskObject object) {
        queue.remove(object);
        CacheKey primary = VariantKeys.primary(object.key(), object.vary());
        if (primary != null) {
            rules.computeIfPresent(
                    primary,
                    (_, there) -> there.objects() == 1 ? null : new RuleInUse(there.rule(), there.objects() - 1));
        }
    }

    /** The object that must go next; null if all are being read. It is still in the index. */
    synchronized @Nullable DiskObject nextToGo() {
        for (int looked = 2 * queue.size(); looked > 0; looked--) {
            Iterator<DiskObject> oldest = queue.iterator();
            DiskObject candidate = oldest.next();
            if (!candidate.wasVisited() && !candidate.isInUse()) {
                return candidate;
            }
            oldest.remove();
            candidate.forgetVisit();
            queue.add(candidate);
        }
        return null;
    }
}
