package dev.nearside.edge.cache;

/** What a store holds under a key. */
public sealed interface Stored permits CachedResponse, VaryRule, HitForMiss, KeptFailure {

    /** Bytes of memory, its metadata included. */
    long weight();
}
