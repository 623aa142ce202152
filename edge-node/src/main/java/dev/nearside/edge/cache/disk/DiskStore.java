package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole responses in files, one each, found through an index in memory. Everything that touches the disk runs on a few
 * threads of its own. Nothing is synced: after a crash of the process the system still has what was written, and after a
 * loss of power the checksums tell what is missing; what is lost can be fetched again.
 */
final class DiskStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);
    private static final long CLOSE_TIMEOUT_MILLIS = 2_000;

    /**
     * Bounds of what is kept.
     *
     * @param maxBytes of all files together, those being written included
     * @param maxObjectBytes of one body
     * @param maxEntries of files
     */
    record Limits(long maxBytes, long maxObjectBytes, int maxEntries) {}

    private final String name;
    private final Limits limits;
    private final CacheFiles files;
    private final ResponseCodec codec;
    private final DiskIndex index;
    private final ExecutorService threads;
    private final SavesUnderWay saves = new SavesUnderWay();
    private final DiskHealth health;
    private final Removals removals;
    private final AtomicLong nextId = new AtomicLong(1);
    private final CompletableFuture<Integer> loaded = new CompletableFuture<>();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong corrupt = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();
    private final Object writingKeys = new Object();
    private Runnable whenWellAgain = () -> {};

    /** @param threads where everything runs that touches the disk; closed with the store */
    DiskStore(String name, Limits limits, CacheFiles files, Time time, ExecutorService threads) {
        this.name = name;
        this.limits = limits;
        this.files = files;
        this.threads = threads;
        this.codec = new ResponseCodec(time);
        this.index = new DiskIndex(limits.maxBytes());
        this.health = new DiskHealth(name, time);
        this.removals = new Removals(files, health, index::release);
    }

    // ---- start ----

    /**
     * Reads what is there on a disk thread; nothing is kept before that is done.
     *
     * @param isWanted whether an object may be served
     * @param whenLoaded told afterwards
     */
    void load(Predicate<DiskObject> isWanted, Runnable whenLoaded) throws IOException {
        List<Long> ids = files.ids();
        nextId.set(ids.isEmpty() ? 1 : ids.getLast() + 1);
        threads.execute(() -> {
            int dropped = 0;
            for (long id : ids) {
                DiskObject object = read(id);
                if (object == null || !isWanted.test(object)) {
                    dropped++;
                    removals.remove(id, 0);
                    continue;
                }
                index.found(object.fileBytes());
                // A crash may have come between a newer object and the removal of the one before it.
                dropped += settle(saves.landFound(object, keys -> index.add(object, keys)));
            }
            saves.loaded();
            makeRoom(0);
            lost.set(dropped);
            whenLoaded.run();
            if (!ids.isEmpty()) {
                LOG.info(
                        "{} has {} objects with {} bytes on disk; {} were torn, damaged or invalidated and are dropped",
                        name,
                        index.entries(),
                        index.usedBytes(),
                        dropped);
            }
            loaded.complete(dropped);
        });
    }

    private @Nullable DiskObject read(long id) {
        try (FileChannel file = files.open(id)) {
            RecordFile.Parts parts = RecordFile.read(file);
            return new DiskObject(id, codec.decode(parts.head(), NoBody.INSTANCE), parts, this);
        } catch (IOException e) {
            LOG.debug("{} drops object {}: {}", name, id, e.getMessage());
            return null;
        }
    }

    /** Done when what was on disk can be found; says how many objects were dropped. */
    CompletableFuture<Integer> loaded() {
        return loaded;
    }

    // ---- lookups, on any thread ----

    @Nullable
    CachedResponse find(CacheKey key) {
        DiskObject found = index.find(key);
        if (found == null) {
            return null;
        }
        found.visit();
        return found.response();
    }

    DiskIndex index() {
        return index;
    }

    Limits limits() {
        return limits;
    }

    /** Where everything runs that touches the disk. */
    Executor threads() {
        return threads;
    }

    CacheFiles files() {
        return files;
    }

    ResponseCodec codec() {
        return codec;
    }

    SavesUnderWay saves() {
        return saves;
    }

    DiskHealth health() {
        return health;
    }

    Removals removals() {
        return removals;
    }

    /** Whether anything may be written now. */
    boolean mayWrite() {
        return loaded.isDone() && !threads.isShutdown() && health.mayWrite();
    }

    /**
     * Something newer is there under a key: what is on disk under it, or on its way there, is not found any more, unless
     * it is the same, which has left memory since.
     *
     * @param newer null in its place for a removal
     */
    void overtake(CacheKey key, @Nullable CachedResponse newer) {
        saves.overtake(key, newer);
        DiskObject there = index.find(key);
        // Each response has a stamp of its own.
        if (there != null && (newer == null || there.response().purgeStamp() != newer.purgeStamp())) {
            unlink(key, there);
        }
    }

    /** The variants of a key are told apart by that rule from now on; what another rule told apart goes. */
    void overtakeVariants(CacheKey primary, VaryRule rule) {
        saves.overtakeVariants(primary, rule);
        VaryRule there = index.rule(primary);
        if (there != null && !there.equals(rule)) {
            VaryRule forgotten = index.forgetRule(primary);
            executeIfOpen(() -> index.objects().stream()
                    .filter(object ->
                            primary.equals(object.primary()) && object.vary().equals(forgotten))
                    .forEach(this::remove));
        }
    }

    /** Has an object be found under one more key, which its file does not name. */
    void link(CacheKey key, DiskObject object) {
        List<DiskObject> losers = index.link(key, object);
        executeIfOpen(() -> settle(losers));
    }

    /** An object is not found under that key any more; its file goes with the last one. */
    void unlink(CacheKey key, DiskObject object) {
        if (index.unlink(key, object)) {
            executeIfOpen(() -> discard(object));
        } else if (object.keys().contains(key)) {
            executeIfOpen(() -> rememberLostKeys(object));
        }
    }

    void remove(DiskObject object) {
        if (index.remove(object)) {
            executeIfOpen(() -> discard(object));
        }
    }

    /** Runs a task on a disk thread; without one, when the store is closed, at once. */
    void executeIfOpen(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException _) {
            task.run();
        }
    }

    // ---- on disk threads ----

    long newId() {
        return nextId.getAndIncrement();
    }

    /** Makes room for that many bytes more, and counts them. */
    boolean makeRoom(long bytes) {
        while (index.entries() > limits.maxEntries() || index.isOverfull() || !index.claim(bytes)) {
            DiskObject victim = index.nextToGo();
            if (victim == null) {
                return false;
            }
            if (index.remove(victim)) {
                evicted.incrementAndGet();
                discard(victim);
            }
        }
        return true;
    }

    /** Does to the files of objects that have lost keys what that asks for; how many are out of the index. */
    int settle(List<DiskObject> losers) {
        int out = 0;
        for (DiskObject object : losers) {
            if (index.keys(object).isEmpty()) {
                out++;
                discard(object);
            } else {
                rememberLostKeys(object);
            }
        }
        return out;
    }

    /** Removes the file of an object that is out of the index, now or after its last reader. */
    void discard(DiskObject object) {
        if (object.doom()) {
            removeFile(object);
        }
    }

    void removeFile(DiskObject object) {
        removals.remove(object.id(), object.fileBytes());
    }

    /** Writes under which of its keys an object is not to be found after the next start. */
    void rememberLostKeys(DiskObject object) {
        long term = health.term();
        try {
            synchronized (writingKeys) {
                int lostKeys = object.lostKeys(index.keys(object));
                if (lostKeys != 0) {
                    writeLostKeys(object.id(), lostKeys);
                }
            }
        } catch (NoSuchFileException _) {
            onGone(object);
        } catch (IOException e) {
            health.failed(term, "changing object " + object.id(), e);
            remove(object);
        }
    }

    private void writeLostKeys(long id, int lostKeys) throws IOException {
        try (FileChannel file = files.change(id)) {
            RecordFile.writeLostKeys(file, lostKeys);
        }
    }

    /** Drops an object whose bytes are not what was written. */
    void onCorrupt(DiskObject object, String what) {
        corrupt.incrementAndGet();
        LOG.warn("{} drops {} from disk: {}", name, object.response().uri(), what);
        remove(object);
    }

    /** Forgets an object whose file somebody has taken away. */
    void onGone(DiskObject object) {
        LOG.info(
                "{} forgets {}: its file on disk is gone",
                name,
                object.response().uri());
        remove(object);
    }

    /** Sets what is done on a disk thread when the disk works again. */
    void whenWellAgain(Runnable task) {
        whenWellAgain = task;
    }

    /** Something was written that was begun in that term of the disk's health. */
    void onSuccess(long term) {
        if (health.succeeded(term)) {
            removals.makeGood();
            whenWellAgain.run();
        }
    }

    void close(@Nullable FileChannel file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("{} could not close a file", name, e);
            }
        }
    }

    // ---- figures ----

    DiskCounts counts() {
        return new DiskCounts(
                index.entries(),
                index.usedBytes(),
                evicted.get(),
                lost.get(),
                corrupt.get(),
                health.failures(),
                health.rests());
    }

    /** Drops every object that an invalidation covers. */
    void sweep(PurgeLog purges) {
        for (DiskObject object : index.objects()) {
            if (isCovered(object, purges)) {
                remove(object);
            }
        }
    }

    static boolean isCovered(DiskObject object, PurgeLog purges) {
        CachedResponse response = object.response();
        return purges.covers(object.distributionId(), response.uri(), response.purgeStamp());
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        removals.makeGood();
    }
}
