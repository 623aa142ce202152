package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.VaryRule;

/**
 * One whole response on disk. While somebody reads its file, the file stays; whoever takes the object away and finds it
 * in use leaves the removal to its last reader.
 */
final class DiskObject {

    private final long id;
    private final CacheKey key;
    private final VaryRule vary;
    private final RecordFile.Parts parts;
    private volatile CachedResponse response;
    private volatile boolean visited;
    private int readers;
    private boolean doomed;

    DiskObject(long id, ResponseCodec.Entry entry, RecordFile.Parts parts, DiskStore store) {
        this.id = id;
        // Not the entry itself: its response may hold the body that has just left memory.
        this.key = entry.key();
        this.vary = entry.vary();
        this.parts = parts;
        this.response = entry.response().withBody(new DiskBody(store, this));
    }

    long id() {
        return id;
    }

    CacheKey key() {
        return key;
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
