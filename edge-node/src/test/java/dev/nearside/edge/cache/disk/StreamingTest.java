package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A body far larger than what may be held of it, to disk and back; {@code -Dnearside.stream.bytes=N} sets how large. */
@Timeout(600)
class StreamingTest {

    private static final long BYTES = Long.getLong("nearside.stream.bytes", 24L << 20) + 12_345;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final CacheKey KEY = new CacheKey("E1\n/film");

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final CRC32C sent = new CRC32C();

    @Test
    void largeBodyIsNeverHeldOnItsWayToDiskAndBack() throws Exception {
        CacheFiles files = new FolderFiles(folder);
        DiskStore.Limits limits = new DiskStore.Limits(2 * BYTES, 2 * BYTES, 10);
        try (TieredStore store = new TieredStore(
                new DiskStore("TEST-1", limits, files, time, DiskThreads.of("TEST-1")),
                new PurgeJournal(files),
                time,
                evicted -> new CaffeineStore(1 << 20, time, "cache-test", evicted))) {
            store.loaded().join();
            assertThat(mostHeldWhileWriting(store)).isLessThanOrEqualTo(WINDOW_BYTES + 2L * CHUNK_BYTES);
            assertThat(store.weightBytes()).isZero();
            if (!(store.get(KEY) instanceof CachedResponse stored)) {
                throw new AssertionError("it is not stored");
            }
            assertThat(mostHeldWhileReading(stored.body())).isLessThanOrEqualTo(2L * RecordFile.BLOCK_BYTES);
        }
    }

    /** Writes as an origin does that waits when it is told to; what is neither on disk nor sent yet is held. */
    private long mostHeldWhileWriting(TieredStore store) throws Exception {
        Fill fill = new Fill(WINDOW_BYTES, 0);
        ResponseHead head = new ResponseHead(200, "OK", Fields.EMPTY);
        fill.open(new Fill.Opening(head, "Miss", null, 0, VaryRule.NONE, KEY, true, null));
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        boolean[] goesOn = {true};
        fill.ledBy(loop::add, () -> goesOn[0] = true, () -> {});
        CachedResponse withoutBody = CachedResponse.of(
                "/film", head, NoBody.INSTANCE, new CachedResponse.Times(0, 0, Freshness.strictly(60_000)), 0);
        assertThat(store.keep(fill, KEY, VaryRule.NONE, withoutBody)).isTrue();
        fill.stopKeeping();
        long most = 0;
        for (long at = 0; at < BYTES; at += CHUNK_BYTES) {
            while (!goesOn[0]) {
                loop.take().run();
            }
            byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, BYTES - at)];
            Arrays.fill(chunk, (byte) (at / CHUNK_BYTES * 31));
            sent.update(chunk);
            goesOn[0] = fill.append(chunk);
            most = Math.max(most, at + chunk.length - onDisk());
        }
        fill.complete();
        while (store.get(KEY) == null) {
            Thread.onSpinWait();
        }
        return most;
    }

    private long onDisk() throws Exception {
        Path file = folder.resolve("1.object");
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Reads as a viewer does that takes one write at a time. */
    private long mostHeldWhileReading(StoredBody body) throws Exception {
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        StoredBody opened = Objects.requireNonNull(BodyReader.opened(body, 0, loop));
        CRC32C received = new CRC32C();
        long[] most = {0};
        boolean[] writable = {true};
        StoredBody.Sink sink = new StoredBody.Sink() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                received.update(bytes, offset, length);
                most[0] = Math.max(most[0], bytes.length);
                writable[0] = false;
            }

            @Override
            public boolean isWritable() {
                return writable[0];
            }
        };
        StoredBody reading = opened.opened(loop::add, () -> {});
        long at = 0;
        while (at < BYTES) {
            long reached = reading.writeTo(sink, at, BYTES);
            assertThat(reached).isNotEqualTo(StoredBody.BROKEN);
            if (reached == at) {
                loop.take().run();
            }
            writable[0] = true;
            at = reached;
        }
        reading.close();
        assertThat(received.getValue()).isEqualTo(sent.getValue());
        return most[0];
    }
}
