package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.VaryRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is on disk, found by its keys, and the room that it takes. An object leaves with the last of its keys. Lookups take
 * no lock. Who must go is decided first in, first out with a second chance: an object that was asked for since it was last
 * looked at, or is being read, goes back to the end of the queue.
 */
final class DiskIndex {

    private record RuleInUse(VaryRule rule, int objects) {}

    private final long maxBytes;
    private final Map<CacheKey, DiskObject> byKey = new ConcurrentHashMap<>();
    private final Map<CacheKey, RuleInUse> rules = new ConcurrentHashMap<>();

    /** All objects, oldest first, each with its keys; changes of this and of what stands around it are guarded by this. */
    private final Map<DiskObject, Set<CacheKey>> queue = new LinkedHashMap<>();

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

    /** Takes a rule away, and says which. */
    @Nullable
    VaryRule forgetRule(CacheKey primary) {
        RuleInUse there = rules.remove(primary);
        return there == null ? null : there.rule();
    }

    /** Those of an object's keys under which it is found. */
    synchronized Set<CacheKey> keys(DiskObject object) {
        return Set.copyOf(queue.getOrDefault(object, Set.of()));
    }

    synchronized Collection<DiskObject> objects() {
        return List.copyOf(queue.keySet());
    }

    synchronized int entries() {
        return queue.size();
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
     * Adds an object under each of the keys where nothing newer is.
     *
     * @return the objects that have lost a key to it, and itself if it is found under none
     */
    synchronized List<DiskObject> add(DiskObject object, Collection<CacheKey> keys) {
        List<DiskObject> out = new ArrayList<>();
        queue.put(object, new HashSet<>());
        for (CacheKey key : keys) {
            DiskObject before = byKey.get(key);
            if (before == null || !SavesUnderWay.isNewer(before.response(), object.response())) {
                put(key, object, out);
            }
        }
        if (queue.getOrDefault(object, Set.of()).isEmpty()) {
            queue.remove(object);
            out.add(object);
        } else {
            count(object);
        }
        return out;
    }

    /** Has an object that is here be found under one more key; the object that has lost it is returned. */
    synchronized List<DiskObject> link(CacheKey key, DiskObject object) {
        List<DiskObject> out = new ArrayList<>();
        if (queue.containsKey(object)) {
            put(key, object, out);
        }
        return out;
    }

    private void put(CacheKey key, DiskObject object, List<DiskObject> losers) {
        DiskObject before = byKey.put(key, object);
        queue.getOrDefault(object, new HashSet<>()).add(key);
        if (before != null && before != object) {
            hasLost(before, key);
            losers.add(before);
        }
    }

    /** Takes a key from an object that has it; whether the object is out of the index with that. */
    synchronized boolean unlink(CacheKey key, DiskObject object) {
        return byKey.remove(key, object) && hasLost(object, key);
    }

    private boolean hasLost(DiskObject object, CacheKey key) {
        Set<CacheKey> left = queue.get(object);
        if (left == null) {
            return false;
        }
        left.remove(key);
        if (left.isEmpty()) {
            forget(object);
        }
        return left.isEmpty();
    }

    /** Takes an object out with all its keys, if it is in. */
    synchronized boolean remove(DiskObject object) {
        Set<CacheKey> keys = queue.get(object);
        if (keys == null) {
            return false;
        }
        keys.forEach(key -> byKey.remove(key, object));
        forget(object);
        return true;
    }

    private void count(DiskObject object) {
        CacheKey primary = object.primary();
        if (primary != null) {
            rules.merge(
                    primary,
                    new RuleInUse(object.vary(), 1),
                    (there, one) ->
                            there.rule().equals(one.rule()) ? new RuleInUse(there.rule(), there.objects() + 1) : one);
        }
    }

    private void forget(DiskObject object) {
        queue.remove(object);
        CacheKey primary = object.primary();
        if (primary != null) {
            rules.computeIfPresent(primary, (_, there) -> {
                if (!there.rule().equals(object.vary())) {
                    return there;
                }
                return there.objects() == 1 ? null : new RuleInUse(there.rule(), there.objects() - 1);
            });
        }
    }

    /** The object that must go next; null if all are being read. It is still in the index. */
    synchronized @Nullable DiskObject nextToGo() {
        for (int looked = 2 * queue.size(); looked > 0; looked--) {
            Iterator<Map.Entry<DiskObject, Set<CacheKey>>> oldest =
                    queue.entrySet().iterator();
            Map.Entry<DiskObject, Set<CacheKey>> first = oldest.next();
            DiskObject candidate = first.getKey();
            Set<CacheKey> keys = first.getValue();
            if (!candidate.wasVisited() && !candidate.isInUse()) {
                return candidate;
            }
            oldest.remove();
            candidate.forgetVisit();
            queue.put(candidate, keys);
        }
        return null;
    }
}
