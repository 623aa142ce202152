package dev.nearside.edge.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.nearside.kit.time.Time;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The store of a real node: Caffeine's W-TinyLFU, weighed in bytes, its maintenance on one named thread. */
public final class CaffeineStore implements CacheStore {

    private final ExecutorService maintenance;
    private final Cache<CacheKey, Stored> cache;
    private final AtomicBoolean cleanUpPosted = new AtomicBoolean();

    /** At most {@code maxBytes} of keys and stored things together. */
    public CaffeineStore(long maxBytes, Time time, String threadName) {
        this(maxBytes, time, threadName, (_, _) -> {});
    }

    /**
     * At most {@code maxBytes} of keys and stored things together.
     *
     * @param evicted hears on the named thread of what had to go for want of room, and must be quick
     */
    public CaffeineStore(long maxBytes, Time time, String threadName, BiConsumer<CacheKey, Stored> evicted) {
        maintenance = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().daemon().name(threadName).unstarted(task));
        cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((CacheKey key, Stored stored) ->
                        (int) Math.min(Integer.MAX_VALUE, key.weight() + stored.weight()))
                .ticker(time::nanos)
                .executor(maintenance)
                .evictionListener((@Nullable CacheKey key, @Nullable Stored stored, RemovalCause cause) -> {
                    if (key != null && stored != null) {
                        evicted.accept(key, stored);
                    }
                })
                .build();
    }

    @Override
    public @Nullable Stored get(CacheKey key) {
        return cache.getIfPresent(key);
    }

    @Override
    public void put(CacheKey key, Stored stored) {
        cache.put(key, stored);
        postCleanUp();
    }

    /**
     * Has what was just put taken into account soon. With an executor of ours Caffeine leaves what is put while its
     * maintenance runs to the next activity, and until then the store may hold more than its bound.
     */
    private void postCleanUp() {
        if (cleanUpPosted.compareAndSet(false, true)) {
            try {
                maintenance.execute(() -> {
                    cleanUpPosted.set(false);
                    cache.cleanUp();
                });
            } catch (RejectedExecutionException _) {
                // The store is closed, and what is left in it goes with it.
            }
        }
    }

    @Override
    public void remove(CacheKey key) {
        cache.invalidate(key);
    }

    @Override
    public long entries() {
        return cache.estimatedSize();
    }

    @Override
    public long weightBytes() {
        return cache.policy()
                .eviction()
                .map(Eviction::weightedSize)
                .orElse(OptionalLong.empty())
                .orElse(0);
    }

    @Override
    public void close() {
        maintenance.shutdown();
    }
}
