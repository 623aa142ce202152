package dev.nearside.edge.cache.disk;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * Takes files off the disk. One that the disk does not let go now is owed and tried again later: else the next start would
 * find what had been replaced or invalidated. For disk threads.
 */
final class Removals {

    private final CacheFiles files;
    private final DiskHealth health;
    private final LongConsumer freed;
    private final Map<Long, Long> owedBytes = new ConcurrentHashMap<>();

    /** @param freed told of bytes that are on disk no more */
    Removals(CacheFiles files, DiskHealth health, LongConsumer freed) {
        this.files = files;
        this.health = health;
        this.freed = freed;
    }

    /** Removes a file that counts that many bytes. */
    void remove(long id, long bytes) {
        long term = health.term();
        try {
            files.delete(id);
            freed.accept(bytes);
        } catch (IOException e) {
            owedBytes.put(id, bytes);
            health.failed(term, "removing object " + id, e);
        }
    }

    /** Tries again what is owed; whether nothing is any more. */
    boolean makeGood() {
        for (Long id : List.copyOf(owedBytes.keySet())) {
            Long bytes = owedBytes.remove(id);
            if (bytes != null) {
                remove(id, bytes);
            }
        }
        return owedBytes.isEmpty();
    }

    boolean owesNothing() {
        return owedBytes.isEmpty();
    }
}
