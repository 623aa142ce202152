package dev.nearside.edge.accesslog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** The log's compressed files with their sizes, the oldest hour first. Used on the log's thread only. */
final class ClosedFiles {

    private final Map<Path, Long> sizes =
            new TreeMap<>(Comparator.comparing((Path file) -> String.valueOf(LogName.hourOf(file)))
                    .thenComparing(Path::compareTo));
    private long bytes;

    /** Takes over a file that is closed. */
    void add(Path file) throws IOException {
        long size = Files.size(file);
        sizes.put(file, size);
        bytes += size;
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return sizes.size();
    }

    /** Deletes the oldest file; false if there is none. */
    boolean deleteOldest() throws IOException {
        if (sizes.isEmpty()) {
            return false;
        }
        Path oldest = sizes.keySet().iterator().next();
        Long size = sizes.remove(oldest);
        bytes -= size == null ? 0 : size;
        Files.deleteIfExists(oldest);
        return true;
    }
}
