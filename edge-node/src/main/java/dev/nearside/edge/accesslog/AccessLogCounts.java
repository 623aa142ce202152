package dev.nearside.edge.accesslog;

import java.util.concurrent.atomic.LongAdder;

/** What became of a node's access log so far; safe to read from any thread. */
public final class AccessLogCounts {

    final LongAdder written = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder troubles = new LongAdder();
    final LongAdder deletedFiles = new LongAdder();
    volatile long bytes;
    volatile int files;

    AccessLogCounts() {}

    /** Rows in files. */
    public long written() {
        return written.sum();
    }

    /** Rows for which there was no room in the queue. */
    public long dropped() {
        return dropped.sum();
    }

    /** Rows that could not be written. */
    public long failed() {
        return failed.sum();
    }

    /** How often the disk, or a distribution's settings, stood in the way. */
    public long troubles() {
        return troubles.sum();
    }

    /** Files that made room for newer ones. */
    public long deletedFiles() {
        return deletedFiles.sum();
    }

    /** Bytes of all files. */
    public long bytes() {
        return bytes;
    }

    public int files() {
        return files;
    }
}
