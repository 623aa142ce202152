package dev.nearside.edge.cache;

import org.jspecify.annotations.Nullable;

/** Where stored things live; bounded by weight; safe for use by many threads. */
public interface CacheStore extends AutoCloseable {

    @Nullable
    Stored get(CacheKey key);

    void put(CacheKey key, Stored stored);

    void remove(CacheKey key);

    /** Number of entries, roughly. */
    long entries();

    /** Bytes held, roughly. */
    long weightBytes();

    @Override
    void close();
}
