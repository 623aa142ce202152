package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 30;
    private static final long CLOSE_TIMEOUT_MILLIS = 2_000;
    private static final long COMPLAINT_NANOS = 60_000_000_000L;

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
    private final ObjectFiles files;
    private final Time time;
    private final ResponseCodec codec;
    private final DiskIndex index;
    private final ThreadPoolExecutor threads;
    private final AtomicLong nextId = new AtomicLong(1);

    /** Keys of objects on their way to disk, and whether they have been removed on the way. */
    private final ConcurrentMap<CacheKey, Boolean> beingSaved = new ConcurrentHashMap<>();

    private final CompletableFuture<Integer> loaded = new CompletableFuture<>();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong corrupt = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();
    private volatile long lastComplaintNanos;

    DiskStore(String name, Limits limits, ObjectFiles files, Time time) {
        this.name = name;
        this.limits = limits;
        this.files = files;
        this.time = time;
        this.codec = new ResponseCodec(time);
        this.index = new DiskIndex(limits.maxBytes());
        this.lastComplaintNanos = time.nanos() - COMPLAINT_NANOS;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name("disk-" + name + "-" + number.incrementAndGet())
                        .unstarted(task));
        threads.allowCoreThreadTimeOut(true);
    }

    // ---- start ----

    /**
     * Reads what is there on a disk thread; nothing is kept before that is done.
     *
     * @param isWanted whether an object may be served, which {@code null} in its place never may
     * @param whenLoaded told afterwards whether all that was not wanted could be removed
     */
    void load(Predicate<DiskObject> isWanted, Consumer<Boolean> whenLoaded) throws IOException {
        List<Long> ids = files.ids();
        nextId.set(ids.isEmpty() ? 1 : ids.getLast() + 1);
        threads.execute(() -> {
            boolean clean = true;
            int dropped = 0;
            for (long id : ids) {
                DiskObject object = read(id);
                if (object == null || !isWanted.test(object)) {
                    dropped++;
                    clean &= deleted(id);
                    continue;
                }
                index.found(object.fileBytes());
                DiskObject out = index.add(object);
                if (out != null) {
                    // A crash came between a newer object and the removal of the one before it.
                    dropped++;
                    discard(out);
                }
            }
            makeRoom(0);
            lost.set(dropped);
            whenLoaded.accept(clean);
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
            return new DiskObject(id, codec.decode(parts.head(), StoredBody.of(List.of())), parts, this);
        } catch (IOException e) {
            LOG.debug("{} drops object {}: {}", name, id, e.getMessage());
            return null;
        }
    }

    /** Removes a file that no object stands for. */
    void delete(long id) {
        deleted(id);
    }

    private boolean deleted(long id) {
        try {
            files.delete(id);
            return true;
        } catch (IOException e) {
            onFailure("removing object " + id, e);
            return false;
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

    ObjectFiles files() {
        return files;
    }

    ResponseCodec codec() {
        return codec;
    }

    /** Whether something may be written under that key now; if so, {@link #doneSaving} must follow. */
    boolean startSaving(CacheKey key) {
        return loaded.isDone() && !threads.isShutdown() && beingSaved.putIfAbsent(key, false) == null;
    }

    void doneSaving(CacheKey key) {
        beingSaved.remove(key);
    }

    /**
     * Takes what is there under a key, or on its way there, out of the index now and from the disk later.
     */
    void remove(CacheKey key) {
        beingSaved.replace(key, true);
        DiskObject there = index.find(key);
        if (there != null) {
            remove(there);
        }
    }

    /** Whether what is being saved under a key has been removed since it was started. */
    boolean wasRemovedOnTheWay(CacheKey key) {
        return Boolean.TRUE.equals(beingSaved.get(key));
    }

    /** Takes away what is there under a key of that response, unless it is the same, which has left memory since. */
    @SuppressWarnings("ReferenceEquality") // each response has a stamp of its own
    void removeOther(CacheKey key, @Nullable CachedResponse response) {
        DiskObject there = index.find(key);
        if (there != null && (response == null || there.response().purgeStamp() != response.purgeStamp())) {
            remove(there);
        }
    }

    /** Forgets the rule under a key, and takes its variants off the disk later. */
    void removeVariants(CacheKey primary) {
        if (index.forgetRule(primary)) {
            executeIfOpen(() -> index.objects().stream()
                    .filter(object -> primary.equals(VariantKeys.primary(object.key(), object.vary())))
                    .toList()
                    .forEach(this::remove));
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

    /** Removes the file of an object that is out of the index, now or after its last reader. */
    void discard(DiskObject object) {
        if (object.doom()) {
            removeFile(object);
        }
    }

    void removeFile(DiskObject object) {
        deleted(object.id());
        index.release(object.fileBytes());
    }

    /** Drops an object whose bytes are not what was written. */
    void onCorrupt(DiskObject object, String what) {
        corrupt.incrementAndGet();
        LOG.warn("{} drops {} from disk: {}", name, object.response().uri(), what);
        remove(object);
    }

    /** Counts a failure of the disk, and says so once a minute. */
    void onFailure(String what, IOException e) {
        failed.incrementAndGet();
        long now = time.nanos();
        if (now - lastComplaintNanos >= COMPLAINT_NANOS) {
            lastComplaintNanos = now;
            LOG.warn("{} failed at {} on disk, serves on without: {}", name, what, e.toString());
        }
    }

    void close(@Nullable FileChannel file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                onFailure("closing a file", e);
            }
        }
    }

    // ---- figures ----

    DiskCounts counts() {
        return new DiskCounts(
                index.entries(), index.usedBytes(), evicted.get(), lost.get(), corrupt.get(), failed.get());
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
        return purges.covers(object.key().distributionId(), response.uri(), response.purgeStamp());
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
    }
}
