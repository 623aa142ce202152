package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.PurgeStamp;
import dev.nearside.edge.cache.VaryRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to disk, and under which of its keys it is still the newest. Which of two is newer does not follow
 * from which is written first: a save that is overtaken under a key loses that key, and without keys it comes to nothing.
 * What was on disk at the start is on its way likewise until the index is loaded.
 *
 * <p>Guarded by one lock, held for a few instructions; while nothing is on its way nobody takes it but to begin.
 */
final class SavesUnderWay {

    /** Beyond this many changes while the index loads nothing more of it is believed. */
    private static final int MAX_CHANGES_WHILE_LOADING = 200_000;

    /** One response on its way. */
    static final class Save {
        private final Set<CacheKey> keys = new LinkedHashSet<>();
        private final @Nullable CacheKey primary;
        private final VaryRule vary;
        private final CachedResponse response;
        private final boolean isDelivered;

        private Save(ResponseCodec.Entry entry, boolean isDelivered) {
            this.primary = VariantKeys.primary(entry.keys().getFirst(), entry.vary());
            this.vary = entry.vary();
            // Without its body, which memory has let go.
            this.response = entry.response().withBody(NoBody.INSTANCE);
            this.isDelivered = isDelivered;
        }
    }

    /** The newest save of each key. */
    private final Map<CacheKey, Save> byKey = new HashMap<>();

    /** While the index loads: what was put or removed since, each with the rule that took its place. */
    private @Nullable Map<CacheKey, VaryRule> changedWhileLoading = new HashMap<>();

    private volatile boolean idle;

    /** Whether one of two copies must not take the place of the other. */
    static boolean isNewer(CachedResponse one, CachedResponse other) {
        long oneAsked = one.purgeStamp().askedAt();
        long otherAsked = other.purgeStamp().askedAt();
        return oneAsked != otherAsked
                ? oneAsked > otherAsked
                : one.times().storedNanos() - other.times().storedNanos() > 0;
    }

    /** Something leaves memory; null if what is newer is on its way under all of its keys, or it is itself. */
    @Nullable
    Save beginLeaving(ResponseCodec.Entry entry) {
        return begin(entry, false);
    }

    /** The same for something that is delivered to viewers while it is saved. */
    @Nullable
    Save beginDelivered(ResponseCodec.Entry entry) {
        return begin(entry, true);
    }

    private synchronized @Nullable Save begin(ResponseCodec.Entry entry, boolean isDelivered) {
        if (changedWhileLoading != null) {
            return null;
        }
        Save mine = new Save(entry, isDelivered);
        for (CacheKey key : entry.keys()) {
            Save theirs = byKey.get(key);
            if (theirs == null || takesOver(mine, theirs)) {
                if (theirs != null) {
                    theirs.keys.remove(key);
                }
                mine.keys.add(key);
                byKey.put(key, mine);
            }
        }
        idle = byKey.isEmpty();
        return mine.keys.isEmpty() ? null : mine;
    }

    /** What leaves memory was put before whatever began later; a delivered one is put when it is whole. */
    private static boolean takesOver(Save mine, Save theirs) {
        boolean givesWayToNewer = theirs.isDelivered && !mine.isDelivered;
        return givesWayToNewer ? isNewer(mine.response, theirs.response) : !isNewer(theirs.response, mine.response);
    }

    /** Has a response that is on its way be found under one more key; whether it is on its way. */
    synchronized boolean takeAlong(CacheKey key, CacheKey sibling, PurgeStamp stamp) {
        Save save = byKey.get(sibling);
        if (save == null || save.response.purgeStamp() != stamp) {
            return false;
        }
        Save theirs = byKey.get(key);
        if (theirs != null && theirs != save) {
            if (!takesOver(save, theirs)) {
                return false;
            }
            theirs.keys.remove(key);
        }
        byKey.put(key, save);
        save.keys.add(key);
        return true;
    }

    /** Something newer is there under a key; null in its place for a removal. What is delivered gives way to newer only. */
    void overtake(CacheKey key, @Nullable CachedResponse newer) {
        if (idle) {
            return;
        }
        synchronized (this) {
            if (changedWhileLoading != null) {
                noteChange(changedWhileLoading, key, VaryRule.NONE);
            }
            Save save = byKey.get(key);
            boolean stays = save != null
                    && newer != null
                    && (save.response.purgeStamp() == newer.purgeStamp()
                            || (save.isDelivered && !isNewer(newer, save.response)));
            if (save != null && !stays) {
                save.keys.remove(key);
                byKey.remove(key);
                idle = isIdle();
            }
        }
    }

    /** Variants of a key are told apart by that rule from now on; what another rule told apart comes to nothing. */
    void overtakeVariants(CacheKey primary, VaryRule rule) {
        if (idle) {
            return;
        }
        synchronized (this) {
            if (changedWhileLoading != null) {
                noteChange(changedWhileLoading, primary, rule);
            }
            for (Map.Entry<CacheKey, Save> each : List.copyOf(byKey.entrySet())) {
                Save save = each.getValue();
                if (primary.equals(save.primary) && !save.vary.equals(rule)) {
                    save.keys.clear();
                    byKey.remove(each.getKey());
                }
            }
            idle = isIdle();
        }
    }

    private static void noteChange(Map<CacheKey, VaryRule> changed, CacheKey key, VaryRule rule) {
        if (changed.size() < MAX_CHANGES_WHILE_LOADING) {
            changed.put(key, rule);
        }
    }

    /** Whether it has been overtaken under all its keys. */
    synchronized boolean isOvertaken(Save save) {
        return save.keys.isEmpty();
    }

    /** Ends a save; it lands under the keys that are left, in one step with their removal here. */
    synchronized <T> T land(Save save, Function<Collection<CacheKey>, T> landing) {
        List<CacheKey> keys = new ArrayList<>(save.keys);
        end(save);
        return landing.apply(keys);
    }

    /** Ends a save that comes to nothing. */
    synchronized void end(Save save) {
        save.keys.forEach(byKey::remove);
        save.keys.clear();
        idle = isIdle();
    }

    /** The same as {@link #land} for what was on disk at the start. */
    synchronized <T> T landFound(DiskObject found, Function<Collection<CacheKey>, T> landing) {
        Map<CacheKey, VaryRule> changed = changedWhileLoading;
        if (changed == null || changed.size() >= MAX_CHANGES_WHILE_LOADING) {
            return landing.apply(List.of());
        }
        VaryRule rule = found.primary() == null ? null : changed.get(found.primary());
        boolean isOfThatRule = rule == null || rule.equals(found.vary());
        return landing.apply(found.keys().stream()
                .filter(key -> isOfThatRule && !changed.containsKey(key))
                .toList());
    }

    /** What was on disk at the start has landed. */
    synchronized void loaded() {
        changedWhileLoading = null;
        idle = isIdle();
    }

    private boolean isIdle() {
        return changedWhileLoading == null && byKey.isEmpty();
    }
}
