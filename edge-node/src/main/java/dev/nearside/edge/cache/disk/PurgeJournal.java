package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.PurgeLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers invalidations over a restart, so that an object on disk that is older than one of them never comes back. Its
 * first record is the base: every object on disk had been checked up to that sequence, and these invalidations of the
 * control plane were known. Each later invalidation is one more record, written before it is in force. Reading stops at
 * the first record that is damaged; what was asked for after the last one that can be read is not to be trusted.
 *
 * <p>Without a base nothing on disk is to be trusted. A journal that cannot be written is removed for that reason.
 */
final class PurgeJournal implements PurgeLog.Journal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PurgeJournal.class);
    private static final int MAX_RECORD_BYTES = 64 << 20;

    /** Of ids that are carried on; one that is forgotten is applied again, which costs objects and nothing else. */
    private static final int MAX_IDS = 100_000;

    private record Applied(long sequence, PurgeLog.Purge purge) {}

    private final Path file;
    private final PurgeLog past;
    private final long base;
    private final Set<String> knownIds = ConcurrentHashMap.newKeySet();
    private final List<Applied> sinceStart = new ArrayList<>();
    private Runnable whenInForce = () -> {};
    private @Nullable FileChannel out;
    private boolean compacted;

    /** Reads what there is and goes on writing behind it. */
    PurgeJournal(Path file) throws IOException {
        this.file = file;
        List<byte[]> records = new ArrayList<>();
        long end = Files.exists(file) ? readRecords(ByteBuffer.wrap(Files.readAllBytes(file)), records) : 0;
        base = records.isEmpty() ? -1 : readBase(records.getFirst());
        past = new PurgeLog(Math.max(0, base), PurgeLog.Journal.NONE);
        for (byte[] purge : records.subList(Math.min(1, records.size()), records.size())) {
            readPurge(purge);
        }
        out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        out.truncate(end).position(end);
    }

    /** Whether what is on disk can be judged. */
    boolean isTrusted() {
        return base >= 0;
    }

    /** The sequence that a new log starts with; above all that was stamped on objects before. */
    long nextSequence() {
        return past.sequence() + 1;
    }

    /** Whether an object is known not to be invalidated by what came before this start. */
    boolean isCurrent(String distributionId, CachedResponse response) {
        long askedAt = response.purgeSequence();
        return isTrusted()
                && askedAt <= past.sequence()
                && !past.covers(distributionId, response.uri(), response.tags(), Math.max(base, askedAt));
    }

    /** Sets who hears of it when an invalidation has come in force. */
    void whenInForce(Runnable listener) {
        whenInForce = listener;
    }

    // ---- while the node runs ----

    @Override
    public synchronized void purged(long sequence, PurgeLog.Purge purge) {
        if (purge.id() != null) {
            knownIds.add(purge.id());
        }
        if (!compacted) {
            sinceStart.add(new Applied(sequence, purge));
        }
        FileChannel to = out;
        if (to == null || !(isTrusted() || compacted)) {
            // Before the first base nothing on disk is trusted anyway, and a base must be the first record.
            return;
        }
        try {
            write(to, purgeRecord(sequence, purge));
            if (purge.id() == null) {
                // Nobody will repeat this one after a loss of power.
                to.force(false);
            }
        } catch (IOException e) {
            giveUp(e);
        }
    }

    @Override
    public void inForce() {
        whenInForce.run();
    }

    @Override
    public Set<String> knownIds() {
        return knownIds;
    }

    /** Makes this start's sequence the base, when every object on disk has been checked. */
    synchronized void compact() {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel to = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(to, baseRecord());
            for (Applied applied : sinceStart) {
                write(to, purgeRecord(applied.sequence(), applied.purge()));
            }
            to.force(true);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            close();
            out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            compacted = true;
            sinceStart.clear();
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private void giveUp(IOException why) {
        LOG.warn("{} cannot be written; what is on disk will not outlive this process: {}", file, why.toString());
        close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed, remove the folder before the next start: {}", file, e.toString());
        }
    }

    @Override
    public synchronized void close() {
        FileChannel open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("{} was not closed", file, e);
            }
        }
    }

    // ---- records: length, CRC32C, content ----

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static void write(FileChannel to, byte[] content) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(8 + content.length);
        record.putInt(content.length)
                .putInt(RecordFile.crc(content, 0, content.length))
                .put(content)
                .flip();
        while (record.hasRemaining()) {
            to.write(record);
        }
    }

    /** Returns where the good records end. */
    private static long readRecords(ByteBuffer bytes, List<byte[]> records) {
        while (bytes.remaining() >= 8) {
            int start = bytes.position();
            int length = bytes.getInt();
            int crc = bytes.getInt();
            if (length < 0 || length > Math.min(MAX_RECORD_BYTES, bytes.remaining())) {
                return start;
            }
            byte[] content = new byte[length];
            bytes.get(content);
            if (RecordFile.crc(content, 0, length) != crc) {
                return start;
            }
            records.add(content);
        }
        return bytes.position();
    }

    private static byte[] content(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.writeTo(out);
        }
        return bytes.toByteArray();
    }

    private byte[] baseRecord() throws IOException {
        Set<String> ids = new LinkedHashSet<>(knownIds);
        sinceStart.forEach(applied -> ids.remove(applied.purge().id()));
        return content(out -> {
            out.writeLong(nextSequence());
            out.writeInt(Math.min(MAX_IDS, ids.size()));
            for (String id : ids.stream().limit(MAX_IDS).toList()) {
                out.writeUTF(id);
            }
        });
    }

    private long readBase(byte[] record) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            long sequence = in.readLong();
            for (int i = in.readInt(); i > 0; i--) {
                knownIds.add(in.readUTF());
            }
            return sequence;
        }
    }

    private static byte[] purgeRecord(long sequence, PurgeLog.Purge purge) throws IOException {
        return content(out -> {
            out.writeLong(sequence);
            out.writeUTF(purge.id() == null ? "" : purge.id());
            out.writeUTF(purge.distributionId());
            out.writeInt(purge.paths().size());
            for (String path : purge.paths()) {
                out.writeUTF(path);
            }
        });
    }

    private void readPurge(byte[] record) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            long sequence = in.readLong();
            String id = in.readUTF();
            String distributionId = in.readUTF();
            List<String> paths = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                paths.add(in.readUTF());
            }
            if (!id.isEmpty()) {
                knownIds.add(id);
            }
            past.replay(sequence, new PurgeLog.Purge(id.isEmpty() ? null : id, distributionId, paths));
        }
    }
}
