package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Writes objects to a disk store and invalidates some, until it is killed. Each line that it prints says what has been
 * done: {@code kept} or {@code purged}, a path and the version; {@code purging} says what is begun, dots that it goes on.
 */
final class CrashingWriter {

    static final DiskStore.Limits LIMITS = new DiskStore.Limits(1L << 30, 40L << 20, 10_000);
    private static final int PATHS = 60;
    private static final int CHUNK_BYTES = 40_000;

    private final TieredStore store;
    private final Time time;
    private final RandomGenerator random;

    private CrashingWriter(TieredStore store, Time time, RandomGenerator random) {
        this.store = store;
        this.time = time;
        this.random = random;
    }

    /** Writes until it is killed, given the folder and the first version to write. */
    public static void main(String[] arguments) throws IOException {
        Time time = Time.system();
        TieredStore store = open(Path.of(arguments[0]), time);
        int first = Integer.parseInt(arguments[1]);
        new CrashingWriter(store, time, Randomness.seeded(first)).writeFrom(first);
    }

    static TieredStore open(Path folder, Time time) throws IOException {
        CacheFiles files = new FolderFiles(folder);
        TieredStore store = new TieredStore(
                new DiskStore("CRASH-1", LIMITS, files, time, DiskThreads.of("CRASH-1")),
                new PurgeJournal(files),
                time,
                evicted -> new CaffeineStore(300_000, time, "cache-crash", evicted));
        store.loaded().join();
        return store;
    }

    static CacheKey key(String uri) {
        return new CacheKey("E1\n" + uri);
    }

    private void writeFrom(int first) {
        for (int version = first; ; version++) {
            String uri = "/" + random.nextInt(PATHS);
            save(new RecomputableObject(uri, version));
            System.out.println("kept " + uri + " " + version);
            if (version % 5 == 0) {
                String old = "/" + random.nextInt(PATHS);
                System.out.println("purging " + old + " " + version);
                store.purges().purge("E1", List.of(old));
                System.out.println("purged " + old + " " + version);
            }
        }
    }

    private void save(RecomputableObject object) {
        Fill fill = new Fill(1_000, store.purges().sequence());
        fill.open(new Fill.Opening(
                new ResponseHead(200, "", Fields.EMPTY),
                "Miss",
                null,
                0,
                VaryRule.NONE,
                new CacheKey("k"),
                true,
                null));
        boolean begun = store.keep(
                fill,
                key(object.uri()),
                VaryRule.NONE,
                object.response(time.nanos(), store.purges().sequence()));
        if (!begun) {
            throw new IllegalStateException(object + " is not kept");
        }
        byte[] body = object.body();
        for (int at = 0; at < body.length; at += CHUNK_BYTES) {
            fill.append(Arrays.copyOfRange(body, at, Math.min(body.length, at + CHUNK_BYTES)));
            System.out.print('.');
            System.out.flush();
        }
        fill.complete();
        while (fill.hasReaders()) {
            Thread.onSpinWait();
        }
    }
}
