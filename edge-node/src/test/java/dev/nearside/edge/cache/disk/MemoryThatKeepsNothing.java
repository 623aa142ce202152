package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheStore;
import dev.nearside.edge.cache.Stored;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A store without room: whatever is put leaves before the put is over. */
final class MemoryThatKeepsNothing implements CacheStore {

    /** Run when something has left, still within the put. */
    Runnable afterEviction = () -> {};

    private BiConsumer<CacheKey, Stored> evicted = (_, _) -> {};

    CacheStore evictingTo(BiConsumer<CacheKey, Stored> listener) {
        evicted = listener;
        return this;
    }

    @Override
    public @Nullable Stored get(CacheKey key) {
        return null;
    }

    @Override
    public void put(CacheKey key, Stored stored) {
        evicted.accept(key, stored);
        afterEviction.run();
    }

    @Override
    public void remove(CacheKey key) {}

    @Override
    public long entries() {
        return 0;
    }

    @Override
    public long weightBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
