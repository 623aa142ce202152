package dev.nearside.edge.accesslog;

import dev.nearside.edge.access.AccessRow;
import dev.nearside.kit.files.OwnerOnly;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * One file of the log while rows are written to it: plain text that anybody can follow, compressed when it is closed. What
 * a write that fails has left of a row is cut off again, and what a crash has left is cut off before the file is
 * compressed, so a torn row never stands before or among whole ones.
 */
final class LogFile {

    /** Opens a new file for rows; it must not exist. */
    @FunctionalInterface
    interface Opening {
        SeekableByteChannel open(Path file) throws IOException;
    }

    private static final byte[] HEADER = ("#Version: 1.0\n#Fields: " + String.join(" ", AccessRow.FIELDS) + "\n")
            .getBytes(StandardCharsets.US_ASCII);

    private static final int COPY_BYTES = 64 * 1024;

    private final Path path;
    private final SeekableByteChannel channel;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(COPY_BYTES);
    private int waitingRows;
    private boolean broken;
    private long wholeBytes;
    private long rows;

    private LogFile(Path path, SeekableByteChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** A new file that only its owner may read. */
    static SeekableByteChannel createFile(Path file) throws IOException {
        OwnerOnly.createFile(file);
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    static LogFile create(Path folder, String name, Opening opening) throws IOException {
        OwnerOnly.createDirectories(folder);
        Path path = folder.resolve(name);
        LogFile file = new LogFile(path, opening.open(path));
        file.waiting.writeBytes(HEADER);
        return file;
    }

    Path path() {
        return path;
    }

    /** Bytes of whole rows in the file. */
    long size() {
        return wholeBytes;
    }

    /** Takes a row for the next {@link #flush}. */
    void add(String row) {
        waiting.writeBytes(row.getBytes(StandardCharsets.ISO_8859_1));
        waiting.write('\n');
        waitingRows++;
    }

    int waitingRows() {
        return waitingRows;
    }

    /**
     * Writes what waits; returns the number of rows.
     *
     * @throws IOException if that is not possible; then none of them is in the file, and none waits any more
     */
    int flush() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(waiting.toByteArray());
        int count = waitingRows;
        waitingRows = 0;
        waiting.reset();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            cutTo(wholeBytes, e);
            if (wholeBytes == 0) {
                waiting.writeBytes(HEADER);
            }
            throw e;
        }
        wholeBytes += bytes.position();
        rows += count;
        return count;
    }

    private void cutTo(long bytes, IOException why) {
        try {
            channel.truncate(bytes);
            channel.position(bytes);
        } catch (IOException e) {
            broken = true;
            why.addSuppressed(e);
        }
    }

    /** Whether part of a row is at the end and cannot be cut off: nothing must be written after it. */
    boolean isBroken() {
        return broken;
    }

    /** Ends the file; returns the compressed one. A file without rows is not worth keeping: then the result is absent. */
    Optional<Path> close() throws IOException {
        channel.close();
        if (broken) {
            return recover(path);
        }
        if (rows == 0) {
            Files.deleteIfExists(path);
            return Optional.empty();
        }
        return Optional.of(compress(path));
    }

    /** Compresses a file that a node left open when it crashed, without the torn row at its end. */
    static Optional<Path> recover(Path left) throws IOException {
        long end = endOfLastRow(left);
        if (end <= HEADER.length) {
            Files.delete(left);
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(left, StandardOpenOption.WRITE)) {
            channel.truncate(end);
        }
        return Optional.of(compress(left));
    }

    private static long endOfLastRow(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = channel.size();
            ByteBuffer block = ByteBuffer.allocate(COPY_BYTES);
            while (end > 0) {
                long from = Math.max(0, end - COPY_BYTES);
                block.clear().limit((int) (end - from));
                while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
                    // on, until the block is full
                }
                for (int i = block.position() - 1; i >= 0; i--) {
                    if (block.get(i) == '\n') {
                        return from + i + 1;
                    }
                }
                end = from;
            }
            return 0;
        }
    }

    private static Path compress(Path plain) throws IOException {
        Path half = LogName.withSuffix(plain, LogName.OPEN_SUFFIX, LogName.HALF_SUFFIX);
        Path whole = LogName.withSuffix(plain, LogName.OPEN_SUFFIX, LogName.CLOSED_SUFFIX);
        Files.deleteIfExists(half);
        OwnerOnly.createFile(half);
        try (InputStream in = Files.newInputStream(plain);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(half), COPY_BYTES)) {
            in.transferTo(out);
        } catch (IOException e) {
            Files.deleteIfExists(half);
            throw e;
        }
        Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(plain);
        return whole;
    }
}
