package dev.nearside.edge.cache.disk;

/**
 * Bounds of what is kept on disk.
 *
 * @param maxBytes of all files together
 * @param maxObjectBytes of one body
 */
public record DiskLimits(long maxBytes, long maxObjectBytes) {
    DiskStore.Limits withEntries(int maxEntries) {
        return new DiskStore.Limits(maxBytes, Math.min(maxBytes, maxObjectBytes), maxEntries);
    }
}
