package dev.nearside.edge.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.time.ManualTime;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TieredStoreTest {

    private static final long MEMORY_BYTES = 300_000;
    private static final int BODY_BYTES = RecordFile.BLOCK_BYTES + 5_000;

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private long maxBytes = 50L << 20;
    private TieredStore store;

    @BeforeEach
    void open() throws IOException {
        store = opened(new FolderFiles(folder));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private TieredStore opened(CacheFiles files) throws IOException {
        TieredStore opened = new TieredStore(
                new DiskStore(
                        "TEST-1",
                        new DiskStore.Limits(maxBytes, 40L << 20, 100),
                        files,
                        time,
                        DiskThreads.of("TEST-1")),
                new PurgeJournal(files),
                time,
                evicted -> new CaffeineStore(MEMORY_BYTES, time, "cache-test", evicted));
        opened.loaded().join();
        return opened;
    }

    private void restart() throws IOException {
        store.close();
        store = opened(new FolderFiles(folder));
    }

    // ---- what is kept ----

    @Test
    void largeBodyIsFoundOnceItIsWholeAndAfterARestart() throws IOException {
        saveLarge("/film", VaryRule.NONE);

        assertThat(bodyOf("/film")).isEqualTo(pattern(BODY_BYTES));
        time.advance(Duration.ofSeconds(5));
        restart();

        assertThat(bodyOf("/film")).isEqualTo(pattern(BODY_BYTES));
        CachedResponse found = found("/film");
        assertThat(found.head().headers().first("ETag")).isEqualTo("\"/film\"");
        assertThat(found.ageMillis(time.nanos())).isEqualTo(5_000);
        assertThat(found.isFresh(time.nanos())).isTrue();
    }

    @Test
    void rangesOfABodyOnDiskAreRead() {
        saveLarge("/film", VaryRule.NONE);
        byte[] all = pattern(BODY_BYTES);

        for (int[] range : new int[][] {
            {0, 1}, {BODY_BYTES - 1, BODY_BYTES}, {RecordFile.BLOCK_BYTES - 10, RecordFile.BLOCK_BYTES + 10}
        }) {
            assertThat(BodyReader.read(found("/film").body(), range[0], range[1]))
                    .isEqualTo(Arrays.copyOfRange(all, range[0], range[1]));
        }
    }

    @Test
    void variantsAreFoundByTheirRuleAfterARestart() throws IOException {
        VaryRule vary = VaryRule.of("accept-language");
        CacheKey primary = key("/film");
        Fields german = Fields.of("Accept-Language", "de");
        saveLarge("/film", vary.variant(primary, german), vary);

        restart();

        assertThat(store.get(primary)).isEqualTo(vary);
        assertThat(store.get(vary.variant(primary, german))).isInstanceOf(CachedResponse.class);
    }

    @Test
    void failedFillLeavesNothing() throws IOException {
        Fill fill = openFill();
        assertThat(store.keep(fill, key("/film"), VaryRule.NONE, response("/film", new byte[0])))
                .isTrue();
        fill.append(pattern(100_000));
        fill.fail(new FillFailure(502, "Error", "k", "m"));

        await(() -> !fill.hasReaders());
        assertThat(store.get(key("/film"))).isNull();
        assertThat(store.diskCounts().bytes()).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void diskThatLagsHoldsTheWriterBack() {
        Fill fill = openFill();
        LinkedBlockingQueue<Runnable> stuckDisk = new LinkedBlockingQueue<>();
        fill.joinInBackground(stuckDisk::add, () -> {});
        fill.stopKeeping();

        assertThat(fill.append(pattern(2_000))).isFalse();
    }

    @Test
    void responsesThatMemoryHasNoRoomForMoveToDisk() {
        int objects = 30;
        for (int i = 0; i < objects; i++) {
            store.put(key("/" + i), response("/" + i, pattern(20_000)));
        }

        // All of what memory cannot hold, so that there is room for the small one below.
        await(() -> store.diskCounts().entries() >= objects - MEMORY_BYTES / 20_000);
        await(() -> Stream.iterate(0, i -> i + 1)
                .limit(objects)
                .allMatch(i -> store.get(key("/" + i)) instanceof CachedResponse));
        store.put(key("/0"), response("/0", new byte[5]));

        assertThat(found("/0").body().length()).isEqualTo(5);
    }

    // ---- bounds ----

    @Test
    void bytesStayWithinTheBoundUnderLoad() throws IOException {
        maxBytes = 2L << 20;
        restart();
        for (int i = 0; i < 40; i++) {
            saveLarge("/" + i, VaryRule.NONE);
            assertThat(store.diskCounts().bytes()).isLessThanOrEqualTo(maxBytes);
            store.get(key("/0"));
        }

        assertThat(store.diskCounts().evicted()).isGreaterThan(30);
        assertThat(store.get(key("/0"))).as("asked for all the time").isNotNull();
        await(() -> bytesOnDisk() <= maxBytes);
    }

    @Test
    void objectBeingReadIsNotTakenAway() throws IOException {
        maxBytes = 1L << 20;
        restart();
        saveLarge("/read", VaryRule.NONE);
        StoredBody body = opened("/read", new LinkedBlockingQueue<>());
        for (int i = 0; i < 20; i++) {
            saveLarge("/" + i, VaryRule.NONE);
        }

        assertThat(store.get(key("/read"))).isNotNull();
        body.close();
        store.remove(key("/read"));
        assertThat(store.get(key("/read"))).isNull();
    }

    @Test
    void whatGoesBetweenLookupAndOpeningIsGoneBeforeAByteIsSent() throws IOException {
        saveLarge("/evicted", VaryRule.NONE);
        CachedResponse looked = found("/evicted");
        store.remove(key("/evicted"));
        await(() -> bytesOnDisk() == 0);
        assertThat(BodyReader.opened(looked.body(), 0, new LinkedBlockingQueue<>()))
                .as("removed")
                .isNull();

        saveLarge("/by-hand", VaryRule.NONE);
        Files.delete(files().getFirst());
        assertThat(BodyReader.opened(found("/by-hand").body(), 0, new LinkedBlockingQueue<>()))
                .as("deleted by hand")
                .isNull();
        assertThat(store.get(key("/by-hand"))).as("not found again").isNull();
        assertThat(store.diskCounts().failures()).isZero();
        await(() -> store.diskCounts().bytes() == 0);
    }

    @Test
    void fileThatIsOpenIsReadToItsEndAlthoughTheObjectIsRemoved() throws IOException {
        saveLarge("/film", VaryRule.NONE);
        LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        StoredBody body = opened("/film", loop);
        store.remove(key("/film"));

        assertThat(BodyReader.readOpened(body, 0, BODY_BYTES, loop)).isEqualTo(pattern(BODY_BYTES));
        await(() -> bytesOnDisk() == 0);
    }

    // ---- failures ----

    @Test
    void damagedBodyIsNeverServedAsWhole() throws IOException {
        saveLarge("/film", VaryRule.NONE);
        Path file = files().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1_000] ^= 1;
        Files.write(file, bytes);

        assertThat(bodyOf("/film")).isNull();
        await(() -> store.get(key("/film")) == null);
        assertThat(store.diskCounts().corrupt()).isEqualTo(1);
    }

    @Test
    void fullDiskCostsTheObjectAndNothingElse() throws IOException {
        store.close();
        store = opened(new FolderFiles(folder) {
            @Override
            public FileChannel create(long id) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        Fill fill = openFill();
        store.keep(fill, key("/film"), VaryRule.NONE, response("/film", new byte[0]));
        fill.append(pattern(1_000));
        fill.complete();

        await(() -> !fill.hasReaders());
        assertThat(store.get(key("/film"))).isNull();
        assertThat(store.diskCounts().failures()).isEqualTo(1);
        assertThat(store.diskCounts().bytes()).isZero();
        assertThat(store.keep(openFill(), key("/film"), VaryRule.NONE, response("/film", new byte[0])))
                .as("tries again")
                .isTrue();
    }

    @Test
    void startAfterACrashServesWhatIsWholeAndDropsTheRest() throws IOException {
        for (int i = 0; i < 5; i++) {
            saveLarge("/" + i, VaryRule.NONE);
        }
        store.close();
        List<Path> files = files();
        truncate(files.get(1), 10);
        truncate(files.get(3), BODY_BYTES);
        byte[] other = Files.readAllBytes(files.get(4));
        other[7]++;
        Files.write(files.get(4), other);
        store = opened(new FolderFiles(folder));

        assertThat(store.diskCounts().droppedAtStart()).isEqualTo(3);
        assertThat(bodyOf("/0")).isEqualTo(pattern(BODY_BYTES));
        assertThat(bodyOf("/2")).isEqualTo(pattern(BODY_BYTES));
        assertThat(store.get(key("/1"))).isNull();
        assertThat(store.get(key("/4"))).as("another version").isNull();
        assertThat(files()).hasSize(2);
    }

    @Test
    void crashBetweenANewerObjectAndTheRemovalOfTheOlderLeavesTheNewer() throws IOException {
        saveLarge("/film", VaryRule.NONE);
        byte[] older = Files.readAllBytes(files().getFirst());
        store.close();
        Files.write(folder.resolve("f.object"), older);
        store = opened(new FolderFiles(folder));

        assertThat(bodyOf("/film")).isEqualTo(pattern(BODY_BYTES));
        await(() -> bytesOnDisk() == older.length);
        assertThat(store.diskCounts().bytes()).isEqualTo(older.length);
        assertThat(store.diskCounts().droppedAtStart()).isEqualTo(1);
    }

    @Test
    void diskThatFailsInTheMiddleOfABodyCostsThatObjectOnly() throws IOException {
        saveLarge("/before", VaryRule.NONE);
        store.close();
        List<FileChannel> created = new CopyOnWriteArrayList<>();
        store = opened(new FolderFiles(folder) {
            @Override
            public FileChannel create(long id) throws IOException {
                FileChannel file = super.create(id);
                created.add(file);
                return file;
            }
        });
        Fill fill = openFill();
        store.keep(fill, key("/torn"), VaryRule.NONE, response("/torn", new byte[0]));
        fill.append(pattern(100_000));
        await(() -> bytesOnDisk() > BODY_BYTES + 100_000);
        created.getFirst().close();
        fill.append(pattern(100_000));
        fill.complete();
        await(() -> !fill.hasReaders());

        assertThat(store.get(key("/torn"))).isNull();
        assertThat(store.diskCounts().failures()).isEqualTo(1);
        assertThat(files()).hasSize(1);
        assertThat(store.diskCounts().bytes()).isEqualTo(bytesOnDisk());
        assertThat(bodyOf("/before")).isEqualTo(pattern(BODY_BYTES));
        saveLarge("/torn", VaryRule.NONE);
        assertThat(bodyOf("/torn")).isEqualTo(pattern(BODY_BYTES));
    }

    @Test
    void objectThatIsRemovedOnItsWayToDiskNeverArrives() {
        Fill fill = openFill();
        store.keep(fill, key("/film"), VaryRule.NONE, response("/film", new byte[0]));
        fill.append(pattern(1_000));
        store.remove(key("/film"));
        fill.complete();

        await(() -> !fill.hasReaders() && bytesOnDisk() == 0);
        assertThat(store.get(key("/film"))).isNull();
    }

    @Test
    void responseThatLeavesMemoryWhileItIsPutStaysOnDisk() throws IOException {
        store.close();
        MemoryThatKeepsNothing memory = new MemoryThatKeepsNothing();
        CacheFiles files = new FolderFiles(folder);
        store = new TieredStore(
                new DiskStore(
                        "TEST-1",
                        new DiskStore.Limits(maxBytes, 40L << 20, 100),
                        files,
                        time,
                        DiskThreads.of("TEST-1")),
                new PurgeJournal(files),
                time,
                memory::evictingTo);
        store.loaded().join();
        memory.afterEviction = () -> await(() -> store.diskCounts().entries() == 1);
        WeakReference<StoredBody> body = putPage();

        assertThat(found("/page").body().length()).isEqualTo(20_000);
        await(() -> {
            System.gc();
            return body.refersTo(null);
        });
        assertThat(bodyOf("/page")).isEqualTo(pattern(20_000));
    }

    private WeakReference<StoredBody> putPage() {
        CachedResponse page = response("/page", pattern(20_000));
        store.put(key("/page"), page);
        return new WeakReference<>(page.body());
    }

    // ---- invalidations ----

    @Test
    void invalidationBeforeTheFirstBaseDoesNotSpoilTheJournal() throws IOException {
        store.close();
        Files.delete(folder.resolve("invalidations"));
        try (CacheFiles files = new FolderFiles(folder)) {
            try (PurgeJournal journal = new PurgeJournal(files)) {
                new PurgeLog(journal.nextSequence(), journal).purge("E2QWRUHAPOMQZL", List.of("/a"));
            }
            try (PurgeJournal journal = new PurgeJournal(files)) {
                assertThat(journal.isTrusted()).isFalse();
            }
        }
    }

    @Test
    void invalidatedObjectsLeaveTheDisk() throws IOException {
        saveLarge("/a", VaryRule.NONE);
        saveLarge("/b", VaryRule.NONE);
        store.purges().purge("E1", List.of("/a"));

        await(() -> store.get(key("/a")) == null && bytesOnDisk() < 2 * BODY_BYTES);
        restart();

        assertThat(store.get(key("/a"))).isNull();
        assertThat(store.get(key("/b"))).isNotNull();
    }

    @Test
    void invalidationJustBeforeACrashHoldsAfterIt() throws IOException {
        saveLarge("/a", VaryRule.NONE);
        saveLarge("/b", VaryRule.NONE);
        byte[] file = Files.readAllBytes(files().getFirst());
        String name = files().getFirst().getFileName().toString();
        store.purges().purge("E1", List.of("/a"));
        store.close();
        Files.write(folder.resolve(name), file);
        for (int start = 0; start < 3; start++) {
            store = opened(new FolderFiles(folder));

            assertThat(store.get(key("/a"))).as("start %d", start).isNull();
            assertThat(store.get(key("/b"))).as("start %d", start).isNotNull();
            store.close();
        }
    }

    @Test
    void objectAskedForAfterAnInvalidationStaysThroughRestarts() throws IOException {
        store.purges().purge(new PurgeLog.Purge("I1", "E1", List.of("/*")));
        saveLarge("/a", VaryRule.NONE);
        for (int start = 0; start < 3; start++) {
            restart();
            assertThat(store.purges().knows("I1")).isTrue();
            assertThat(store.get(key("/a"))).as("start %d", start).isNotNull();
        }
        assertThat(store.purges().covers("E1", "/a", found("/a").purgeStamp())).isFalse();
    }

    @Test
    void withoutAJournalNothingOnDiskIsTrusted() throws IOException {
        saveLarge("/a", VaryRule.NONE);
        store.close();
        Files.delete(folder.resolve("invalidations"));
        store = opened(new FolderFiles(folder));

        assertThat(store.get(key("/a"))).isNull();
        assertThat(files()).isEmpty();
    }

    @Test
    void journalTornAnywhereNeverBringsBackWhatWasInvalidated() throws IOException {
        saveLarge("/old", VaryRule.NONE);
        byte[] object = Files.readAllBytes(files().getFirst());
        Path file = files().getFirst();
        store.purges().purge("E1", List.of("/old"));
        store.close();
        byte[] journal = Files.readAllBytes(folder.resolve("invalidations"));
        for (int length = 0; length <= journal.length; length++) {
            Files.write(file, object);
            Files.write(folder.resolve("invalidations"), Arrays.copyOf(journal, length));
            store = opened(new FolderFiles(folder));
            if (store.get(key("/old")) instanceof CachedResponse back) {
                // The record of the invalidation is gone; the control plane's snapshot repeats it.
                store.purges().purge("E1", List.of("/old"));
                assertThat(store.purges().covers("E1", "/old", back.purgeStamp()))
                        .as("journal of %d bytes", length)
                        .isTrue();
            }
            store.close();
        }
    }

    // ---- short ways ----

    private void saveLarge(String uri, VaryRule vary) {
        saveLarge(uri, key(uri), vary);
    }

    private void saveLarge(String uri, CacheKey variant, VaryRule vary) {
        Fill fill = openFill();
        assertThat(store.keep(fill, variant, vary, response(uri, new byte[0]))).isTrue();
        fill.stopKeeping();
        byte[] body = pattern(BODY_BYTES);
        for (int at = 0; at < BODY_BYTES; at += 50_000) {
            fill.append(Arrays.copyOfRange(body, at, Math.min(BODY_BYTES, at + 50_000)));
        }
        fill.complete();
        await(() -> !fill.hasReaders());
    }

    private static Fill openFill() {
        Fill fill = new Fill(1_000, 0);
        fill.open(new Fill.Opening(
                new ResponseHead(200, "", Fields.EMPTY),
                "Miss",
                null,
                0,
                VaryRule.NONE,
                new CacheKey("k"),
                true,
                null));
        return fill;
    }

    private CachedResponse response(String uri, byte[] body) {
        ResponseHead head = new ResponseHead(200, "OK", Fields.of("ETag", '"' + uri + '"'));
        return CachedResponse.of(
                uri,
                head,
                StoredBody.of(List.of(body)),
                new CachedResponse.Times(time.nanos(), 0, Freshness.strictly(60_000)),
                store.purges().sequence());
    }

    private CachedResponse found(String uri) {
        if (store.get(key(uri)) instanceof CachedResponse response) {
            return response;
        }
        throw new AssertionError(uri + " is not stored");
    }

    private byte @Nullable [] bodyOf(String uri) {
        StoredBody body = found(uri).body();
        return BodyReader.read(body, 0, body.length());
    }

    private StoredBody opened(String uri, LinkedBlockingQueue<Runnable> loop) {
        StoredBody body = BodyReader.opened(found(uri).body(), 0, loop);
        if (body == null) {
            throw new AssertionError(uri + " is gone");
        }
        return body;
    }

    private static void await(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the time limit is over");
            }
            Thread.onSpinWait();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(all.filter(file -> file.toString().endsWith(".object"))
                    .sorted()
                    .toList());
        }
    }

    private long bytesOnDisk() {
        try {
            long sum = 0;
            for (Path file : files()) {
                sum += Files.exists(file) ? Files.size(file) : 0;
            }
            return sum;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static CacheKey key(String uri) {
        return new CacheKey("E1\n" + uri);
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }
}
