package dev.nearside.edge.cache.disk;

/**
 * What a disk store holds and what became of the rest.
 *
 * @param entries whole objects
 * @param bytes of all files, those being written included
 * @param evicted objects that had to make room
 * @param droppedAtStart files that were torn, damaged, invalidated or of another version when the node started
 * @param corrupt objects whose bytes were not what was written when they were read
 * @param failures of the disk
 * @param rests how many times nothing was written for a while after failures in a row
 */
public record DiskCounts(
        long entries, long bytes, long evicted, long droppedAtStart, long corrupt, long failures, long rests) {}
