package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheTags;
import dev.nearside.edge.cache.PurgeLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
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
 * <p>Without a base nothing on disk is to be trusted. A journal that cannot be written is removed for that reason, and
 * written anew when that works again. One that has grown far beyond what it says is written anew while the node runs:
 * beside the old one, which takes what comes meanwhile too, and in its place when it is whole.
 */
final class PurgeJournal implements PurgeLog.Journal, AutoCloseable {

    static final String NAME = "invalidations";

    /** A journal of up to that many bytes is left alone. */
    static final int SMALL_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(PurgeJournal.class);
    private static final int MAX_RECORD_BYTES = 64 << 20;

    /** A journal that many times longer than it was when it was new is written anew. */
    private static final int GROWTH = 4;

    /** Of ids that are carried on; one that is forgotten is applied again, which costs objects and nothing else. */
    private static final int MAX_IDS = 100_000;

    /** The first byte of each record. A journal with a record of another kind is not to be trusted at all. */
    private static final int BASE = 1;

    private static final int PATHS = 2;

    private record Late(long sequence, byte[] record) {}

    private final CacheFiles files;
    private final PurgeLog past;
    private final long base;
    private final long reached;
    private final Set<String> knownIds = ConcurrentHashMap.newKeySet();
    private Runnable whenInForce = () -> {};
    private @Nullable FileChannel out;
    private long bytes;
    private long bytesWhenNew;
    private boolean hasBase;
    private boolean allChecked;
    private boolean baseIsOfThisStart;
    private boolean closed;

    /** What has come since the writing of a new journal began; null while none is written. */
    private @Nullable List<Late> late;

    /** Reads what there is and goes on writing behind it. */
    PurgeJournal(CacheFiles files) throws IOException {
        this.files = files;
        List<byte[]> records = new ArrayList<>();
        long end = readRecords(ByteBuffer.wrap(files.read(NAME)), records);
        boolean isKnown = !records.isEmpty()
                && kind(records.getFirst()) == BASE
                && records.stream().skip(1).allMatch(record -> kind(record) == PATHS);
        long[] numbers = isKnown ? readBase(records.getFirst()) : new long[] {-1, 0};
        base = numbers[0];
        past = new PurgeLog(Math.max(0, base), PurgeLog.Journal.NONE);
        for (byte[] purge : isKnown ? records.subList(1, records.size()) : List.<byte[]>of()) {
            readPurge(purge);
        }
        reached = Math.max(numbers[1], past.sequence());
        hasBase = isKnown;
        bytes = isKnown ? end : 0;
        bytesWhenNew = bytes;
        out = files.goOnWriting(NAME, bytes);
    }

    /** Whether what is on disk can be judged. */
    boolean isTrusted() {
        return base >= 0;
    }

    /** The sequence that a new log starts with; above all that was stamped on objects before. */
    long nextSequence() {
        return reached + 1;
    }

    /** Whether an object is known not to be invalidated by what came before this start. */
    boolean isCurrent(String distributionId, String uri, CacheTags tags, long askedAt) {
        return isTrusted() && askedAt <= reached && !past.covers(distributionId, uri, tags, Math.max(base, askedAt));
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
        FileChannel to = out;
        if (closed || (late == null && (to == null || !hasBase))) {
            // Without a base nothing on disk is trusted anyway, and a base must be the first record.
            return;
        }
        try {
            byte[] record = purgeRecord(sequence, purge);
            if (late != null) {
                late.add(new Late(sequence, record));
            }
            if (to != null && hasBase) {
                bytes += write(to, record);
                if (purge.id() == null) {
                    // Nobody will repeat this one after a loss of power.
                    to.force(false);
                }
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

    /** Every object that was on disk at the start has been checked, and what was not wanted is gone. */
    synchronized void allChecked() {
        allChecked = true;
    }

    /**
     * Writes the journal anew if it has no base but could have one, starts from a base that is outdated, or has grown far
     * beyond what it says. On disk threads.
     *
     * @param purges what has come since the start
     */
    void tidy(PurgeLog purges) {
        boolean checked;
        synchronized (this) {
            checked = allChecked;
            boolean isGrown = bytes > Math.max(SMALL_BYTES, GROWTH * bytesWhenNew);
            boolean isUseful = hasBase ? isGrown || (checked && !baseIsOfThisStart) : checked || isTrusted();
            if (closed || late != null || !isUseful) {
                return;
            }
            late = new ArrayList<>();
        }
        try {
            writeAnew(checked, purges.contents());
        } catch (IOException e) {
            // The one before is as good as ever.
            LOG.warn("{} was not written anew: {}", NAME, e.toString());
        } finally {
            synchronized (this) {
                late = null;
            }
        }
    }

    private void writeAnew(boolean checked, PurgeLog.Contents since) throws IOException {
        FileChannel to = files.beside(NAME);
        boolean inPlace = false;
        try {
            long written = write(to, baseRecord(checked ? nextSequence() : base, since.sequence()));
            if (!checked) {
                for (PurgeLog.Contents.Numbered before : past.contents().purges()) {
                    written += write(to, purgeRecord(before.sequence(), before.purge()));
                }
            }
            for (PurgeLog.Contents.Numbered purge : since.purges()) {
                written += write(to, purgeRecord(purge.sequence(), purge.purge()));
            }
            to.force(true);
            inPlace = putInPlace(to, written, since.sequence());
            baseIsOfThisStart = checked;
        } finally {
            if (!inPlace) {
                to.close();
            }
        }
    }

    /** With what has come meanwhile. From here on nothing else is written to the one before. */
    private synchronized boolean putInPlace(FileChannel to, long written, long upTo) throws IOException {
        if (closed) {
            return false;
        }
        long more = 0;
        for (Late each : late == null ? List.<Late>of() : late) {
            more += each.sequence() > upTo ? write(to, each.record()) : 0;
        }
        if (more > 0) {
            to.force(true);
        }
        try {
            files.replace(NAME);
        } catch (IOException e) {
            // Nobody knows which of the two a loss of power leaves.
            giveUp(e);
            throw e;
        }
        closeFile();
        out = to;
        hasBase = true;
        bytes = written + more;
        bytesWhenNew = bytes;
        return true;
    }

    private void giveUp(IOException why) {
        LOG.warn(
                "{} cannot be written; until it is, what is on disk will not outlive this process: {}",
                NAME,
                why.toString());
        closeFile();
        hasBase = false;
        removeFile();
    }

    private void removeFile() {
        try {
            files.delete(NAME);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed, remove the folder before the next start: {}", NAME, e.toString());
        }
    }

    @Override
    public synchronized void close() {
        if (!closed && !hasBase) {
            removeFile();
        }
        closed = true;
        closeFile();
    }

    private void closeFile() {
        FileChannel open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("{} was not closed", NAME, e);
            }
        }
    }

    // ---- records: length, CRC32C, content ----

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static long write(FileChannel to, byte[] content) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(8 + content.length);
        record.putInt(content.length)
                .putInt(RecordFile.crc(content, 0, content.length))
                .put(content)
                .flip();
        while (record.hasRemaining()) {
            to.write(record);
        }
        return record.capacity();
    }

    private static int kind(byte[] record) {
        return record.length == 0 ? 0 : record[0];
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

    private static byte[] content(int kind, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind);
            content.writeTo(out);
        }
        return bytes.toByteArray();
    }

    private byte[] baseRecord(long checkedUpTo, long sequence) throws IOException {
        List<String> ids = knownIds.stream().limit(MAX_IDS).toList();
        return content(BASE, out -> {
            out.writeLong(checkedUpTo);
            out.writeLong(sequence);
            out.writeInt(ids.size());
            for (String id : ids) {
                out.writeUTF(id);
            }
        });
    }

    /** Up to which sequence all was checked, and which had been reached. */
    private long[] readBase(byte[] record) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record, 1, record.length - 1))) {
            long[] numbers = {in.readLong(), in.readLong()};
            for (int i = in.readInt(); i > 0; i--) {
                knownIds.add(in.readUTF());
            }
            return numbers;
        }
    }

    private static byte[] purgeRecord(long sequence, PurgeLog.Purge purge) throws IOException {
        return content(PATHS, out -> {
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
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record, 1, record.length - 1))) {
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
