package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheStore;
import dev.nearside.edge.cache.Stored;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Memory that has room for everything until it is told to let go of something. */
final class MapMemory implements CacheStore {

    private final Map<CacheKey, Stored> stored = new LinkedHashMap<>();
    private BiConsumer<CacheKey, Stored> evicted = (_, _) -> {};

    CacheStore evictingTo(BiConsumer<CacheKey, Stored> listener) {
        evicted = listener;
        return this;
    }

    /** Lets go of what is there under a key, as for want of room. */
    void evict(CacheKey key) {
        Stored there = stored.get(key);
        if (there != null) {
            evicted.accept(key, there);
            stored.remove(key);
        }
    }

    List<CacheKey> keys() {
        return List.copyOf(stored.keySet());
    }

    @Override
    public @Nullable Stored get(CacheKey key) {
        return stored.get(key);
    }

    @Override
    public void put(CacheKey key, Stored theStored) {
        stored.put(key, theStored);
    }

    @Override
    public void remove(CacheKey key) {
        stored.remove(key);
    }

    @Override
    public long entries() {
        return stored.size();
    }

    @Override
    public long weightBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
