package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.BodyOpening;
import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Both tiers on one thread: memory lets go when it is told, the disk's threads run when they are told, time stands still.
 * Every response has a version, which grows, and bytes that follow from it.
 */
final class ManualBed {

    /** A border to open a store over. */
    interface Files {
        CacheFiles open() throws IOException;
    }

    final ManualTime time = new ManualTime(1_700_000_000_000L);
    final Files files;
    ManualThreads threads = new ManualThreads();
    MapMemory memory = new MapMemory();
    TieredStore store;
    int version;

    ManualBed(Files files) {
        this.files = files;
        this.store = opened();
    }

    private TieredStore opened() {
        try {
            CacheFiles border = files.open();
            return new TieredStore(
                    new DiskStore("TEST-1", new DiskStore.Limits(20L << 20, 10L << 20, 1_000), border, time, threads),
                    new PurgeJournal(border),
                    time,
                    memory::evictingTo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the folder anew, with nothing in memory; the index loads when the threads run. */
    void restart() {
        store.close();
        time.advance(Duration.ofMillis(1));
        threads = new ManualThreads();
        memory = new MapMemory();
        store = opened();
    }

    static CacheKey key(String uri) {
        return new CacheKey("E1\n" + uri);
    }

    /** The next version, of that many bytes at least. */
    CachedResponse next(String uri, int minBytes, Fields fields) {
        time.advance(Duration.ofMillis(1));
        version++;
        return CachedResponse.of(
                uri,
                new ResponseHead(
                        200,
                        "OK",
                        fields.with("x-version", Integer.toString(version))
                                .with("x-least", Integer.toString(minBytes))),
                StoredBody.of(List.of(bytes(version, minBytes))),
                new CachedResponse.Times(time.nanos(), 0, Freshness.strictly(3_600_000)),
                store.purges().sequence());
    }

    CachedResponse next(String uri) {
        return next(uri, 16 * 1024, Fields.EMPTY);
    }

    static int versionOf(CachedResponse response) {
        return Integer.parseInt(response.head().headers().first("x-version"));
    }

    private static byte[] bytes(int version, int minBytes) {
        var random = Randomness.seeded(version);
        byte[] bytes = new byte[minBytes + random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What is whole of it must be the very bytes; null if it has gone. */
    byte @Nullable [] bytesOf(CachedResponse response) {
        Queue<Runnable> loop = new ArrayDeque<>();
        AtomicReference<BodyOpening> opening = new AtomicReference<>();
        response.body().open(loop::add, 0, opening::set);
        runUntilQuiet(loop);
        if (!(opening.get() instanceof BodyOpening.Opened(StoredBody body))) {
            return null;
        }
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        StoredBody.Sink sink = new StoredBody.Sink() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                taken.write(bytes, offset, length);
            }

            @Override
            public boolean isWritable() {
                return true;
            }
        };
        StoredBody opened = body.opened(loop::add, () -> {});
        long at = 0;
        while (at != StoredBody.BROKEN && at < opened.length()) {
            at = opened.writeTo(sink, at, opened.length());
            runUntilQuiet(loop);
        }
        opened.close();
        return at == StoredBody.BROKEN ? null : taken.toByteArray();
    }

    private void runUntilQuiet(Queue<Runnable> loop) {
        threads.runAll();
        while (!loop.isEmpty()) {
            loop.remove().run();
            threads.runAll();
        }
    }

    /** Whether a response is exactly what was made under its version, or says before its head that it has gone. */
    void check(CachedResponse response) {
        byte[] there = bytesOf(response);
        int least = Integer.parseInt(response.head().headers().first("x-least"));
        if (there != null && !Arrays.equals(there, bytes(versionOf(response), least))) {
            throw new AssertionError("version " + versionOf(response) + " has other bytes, " + there.length);
        }
    }

    /** A response that goes to disk while it is delivered. */
    final class Delivered {
        private final Fill fill = new Fill(1_000_000, 0);
        private final CachedResponse response;
        final boolean begun;

        Delivered(String uri, CacheKey key, VaryRule vary, CachedResponse response) {
            this.response = response;
            fill.open(new Fill.Opening(response.head(), "Miss", null, 0, VaryRule.NONE, key(uri), true, null));
            begun = store.keep(fill, key, vary, response.withBody(NoBody.INSTANCE));
            if (begun) {
                response.body().copied(0, response.body().length()).forEach(fill::append);
            }
        }

        int version() {
            return versionOf(response);
        }

        void complete() {
            if (begun) {
                fill.complete();
            }
        }
    }

    Delivered deliver(String uri) {
        return new Delivered(uri, key(uri), VaryRule.NONE, next(uri, 100_000, Fields.EMPTY));
    }
}
