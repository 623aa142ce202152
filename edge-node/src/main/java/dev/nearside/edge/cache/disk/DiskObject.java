package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.VaryRule;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One whole response on disk. While somebody reads its file, the file stays; whoever takes the object away and finds it
 * in use leaves the removal to its last reader.
 */
final class DiskObject {

    private final long id;
    private final List<CacheKey> keys;
    private final int lostBefore;
    private final @Nullable CacheKey primary;
    private final VaryRule vary;
    private final RecordFile.Parts parts;
    private volatile CachedResponse response;
    private volatile boolean visited;
    private int readers;
    private boolean doomed;

    DiskObject(long id, ResponseCodec.Entry entry, RecordFile.Parts parts, DiskStore store) {
        this.id = id;
        // Not the entry itself: its response may hold the body that has just left memory.
        this.keys = entry.keys();
        this.lostBefore = parts.lostKeys();
        this.vary = entry.vary();
        this.primary = VariantKeys.primary(keys.getFirst(), vary);
        this.parts = parts;
        this.response = entry.response().withBody(new DiskBody(store, this));
    }

    long id() {
        return id;
    }

    /** The keys that its file names and had not lost before the start; the index knows under which it is found. */
    List<CacheKey> keys() {
        return IntStream.range(0, keys.size())
                .filter(i -> (lostBefore >> i & 1) == 0)
                .mapToObj(keys::get)
                .toList();
    }

    /** A bit for each key that its file names and under which it is not found, given those under which it is. */
    int lostKeys(Set<CacheKey> found) {
        return IntStream.range(0, keys.size())
                .filter(i -> !found.contains(keys.get(i)))
                .map(i -> 1 << i)
                .sum();
    }

    /** The key that its variants' rule stands under; null if it is no variant. */
    @Nullable
    CacheKey primary() {
        return primary;
    }

    String distributionId() {
        return keys.getFirst().distributionId();
    }

    VaryRule vary() {
        return vary;
    }

    RecordFile.Parts parts() {
        return parts;
    }

    long fileBytes() {
        return parts.fileBytes();
    }

    /** The response, its body in the file. */
    CachedResponse response() {
        return response;
    }

    /** Gives it another head, or other times, until the next start: the file keeps the old ones. */
    void refresh(CachedResponse newer) {
        response = newer;
    }

    /** Notes that it has been asked for since the last round of eviction. */
    void visit() {
        // A plain read first: a line that every hit writes would travel between processors.
        if (!visited) {
            visited = true;
        }
    }

    boolean wasVisited() {
        return visited;
    }

    void forgetVisit() {
        visited = false;
    }

    /** Keeps the file for one more reader; false if it has gone already. */
    synchronized boolean pin() {
        if (doomed && readers == 0) {
            return false;
        }
        readers++;
        return true;
    }

    /** One reader less; whether the file is to be removed now. */
    synchronized boolean unpin() {
        readers--;
        return doomed && readers == 0;
    }

    /** Whether somebody reads it. */
    synchronized boolean isInUse() {
        return readers > 0;
    }

    /** Takes it away for good; whether the file is to be removed now. */
    synchronized boolean doom() {
        boolean first = !doomed;
        doomed = true;
        return first && readers == 0;
    }
}
