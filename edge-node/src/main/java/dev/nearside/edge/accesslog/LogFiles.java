package dev.nearside.edge.accesslog;

import dev.nearside.kit.snapshot.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All files of a node's log below one folder: one open file for each distribution and hour, closed ones up to a number of
 * bytes. What cannot be written is counted, and said the first time. Used on the log's thread only.
 */
final class LogFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

    /** A file that grows past this is closed and followed by another, so that compressing never takes long. */
    private static final long MAX_FILE_BYTES = 32L << 20;

    private static final long MIN_FILE_BYTES = 64L << 10;
    private static final int MAX_OPEN_FILES = 128;

    /** Which file a row belongs to. */
    private record Key(Distribution.Logging settings, String distributionId, long hour) {}

    private final Path root;
    private final long maxBytes;
    private final long maxFileBytes;
    private final RandomGenerator random;
    private final LogFile.Opening opening;
    private final AccessLogCounts counts;
    private final Map<Key, LogFile> open = new LinkedHashMap<>();
    private final ClosedFiles closed = new ClosedFiles();
    private boolean troubleIsSaid;

    LogFiles(Path root, long maxBytes, RandomGenerator random, LogFile.Opening opening, AccessLogCounts counts) {
        this.root = root;
        this.maxBytes = maxBytes;
        this.maxFileBytes = Math.clamp(maxBytes / 16, MIN_FILE_BYTES, MAX_FILE_BYTES);
        this.random = random;
        this.opening = opening;
        this.counts = counts;
    }

    /** Finds what earlier runs left, and finishes what they left open. */
    void recover() {
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                if (LogName.hourOf(file) != null) {
                    takeOver(file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            trouble(root, e);
        }
        keepWithinBounds();
    }

    private void takeOver(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            if (name.endsWith(LogName.HALF_SUFFIX)) {
                Files.delete(file);
            } else if (name.endsWith(LogName.CLOSED_SUFFIX)) {
                closed.add(file);
            } else if (Files.exists(LogName.withSuffix(file, LogName.OPEN_SUFFIX, LogName.CLOSED_SUFFIX))) {
                Files.delete(file);
            } else {
                addClosed(LogFile.recover(file).orElse(null));
            }
        } catch (IOException e) {
            trouble(file, e);
        }
    }

    /**
     * Takes a row for the next {@link #flush}.
     *
     * @param epochMillis when the response ended, by which the hour goes
     */
    void append(Distribution.Logging settings, String distributionId, long epochMillis, String row) {
        Key key = new Key(settings, distributionId, Math.floorDiv(epochMillis, LogName.HOUR_MILLIS));
        LogFile file = open.get(key);
        if (file == null) {
            file = create(key);
        }
        if (file == null) {
            counts.failed.increment();
        } else {
            file.add(row);
        }
    }

    private @Nullable LogFile create(Key key) {
        Path folder = LogName.folder(root, key.settings());
        if (folder == null) {
            trouble(root, new IOException("'" + key.settings().bucket() + "' is no domain name of an S3 bucket"));
            return null;
        }
        if (open.size() >= MAX_OPEN_FILES) {
            close(List.of(open.keySet().iterator().next()));
        }
        String unique = HexFormat.of().toHexDigits(random.nextInt());
        try {
            LogFile file = LogFile.create(folder, LogName.open(key.distributionId(), key.hour(), unique), opening);
            open.put(key, file);
            return file;
        } catch (IOException e) {
            trouble(folder, e);
            return null;
        }
    }

    /** Writes what waits. */
    void flush() {
        boolean grown = false;
        for (LogFile file : open.values()) {
            if (file.waitingRows() > 0) {
                flush(file);
                grown = true;
            }
        }
        if (grown) {
            close(open.entrySet().stream()
                    .filter(entry -> entry.getValue().size() > maxFileBytes
                            || entry.getValue().isBroken())
                    .map(Map.Entry::getKey)
                    .toList());
            keepWithinBounds();
        }
    }

    private void flush(LogFile file) {
        int waiting = file.waitingRows();
        try {
            counts.written.add(file.flush());
        } catch (IOException e) {
            counts.failed.add(waiting);
            trouble(file.path(), e);
        }
    }

    /** Closes the files of hours that are over. */
    void closeEnded(long epochMillis) {
        long hour = Math.floorDiv(epochMillis, LogName.HOUR_MILLIS);
        close(open.keySet().stream().filter(key -> key.hour() < hour).toList());
    }

    void closeAll() {
        flush();
        close(List.copyOf(open.keySet()));
    }

    boolean hasOpen() {
        return !open.isEmpty();
    }

    private void close(List<Key> ending) {
        for (Key key : ending) {
            LogFile file = open.remove(key);
            if (file == null) {
                continue;
            }
            try {
                if (file.waitingRows() > 0) {
                    flush(file);
                }
                addClosed(file.close().orElse(null));
            } catch (IOException e) {
                trouble(file.path(), e);
                keepUncompressed(file.path());
            }
        }
        if (!ending.isEmpty()) {
            keepWithinBounds();
        }
    }

    /** The next start compresses it; until then it counts like any other. */
    private void keepUncompressed(Path file) {
        try {
            closed.add(file);
        } catch (IOException e) {
            trouble(file, e);
        }
    }

    private void addClosed(@Nullable Path file) throws IOException {
        if (file != null) {
            closed.add(file);
        }
    }

    /** Deletes the oldest files; when only open ones are left, the longest is closed early. */
    private void keepWithinBounds() {
        try {
            while (closed.bytes() + openBytes() > maxBytes && closed.deleteOldest()) {
                counts.deletedFiles.increment();
            }
        } catch (IOException e) {
            trouble(root, e);
        }
        if (openBytes() > maxBytes) {
            open.entrySet().stream()
                    .max(Comparator.comparingLong(entry -> entry.getValue().size()))
                    .ifPresent(longest -> close(List.of(longest.getKey())));
        }
        counts.bytes = closed.bytes() + openBytes();
        counts.files = closed.count() + open.size();
    }

    private long openBytes() {
        long bytes = 0;
        for (LogFile file : open.values()) {
            bytes += file.size();
        }
        return bytes;
    }

    private void trouble(Path where, Exception e) {
        counts.troubles.increment();
        if (!troubleIsSaid) {
            troubleIsSaid = true;
            LOG.warn(
                    "the access log cannot be written at {}: {}; rows that are lost are counted, this is said once",
                    where,
                    e.toString());
        }
    }
}
