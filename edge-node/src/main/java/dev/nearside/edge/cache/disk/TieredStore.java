package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheStore;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.LargeBodies;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.Stored;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Memory above disk. Bodies that are too long for memory go to disk while they are delivered; responses of 16 KiB and
 * more that memory has no room for move there. Smaller ones do not: a file takes a block and an inode, and to fetch them
 * again costs little. What is asked for on disk stays there: the system's own memory for files holds what is asked for
 * often, and sends it from there.
 *
 * <p>A response in memory always hides one on disk, and takes its place for good.
 */
public final class TieredStore implements CacheStore, LargeBodies {

    private static final int MAX_ENTRIES = 65_536;
    private static final long MIN_MOVED_BYTES = 16 * 1024;

    /** Bodies that have left memory and are not on disk yet still take memory. */
    private static final long MAX_MOVING_BYTES = 32 << 20;

    private final CacheStore memory;
    private final DiskStore disk;
    private final PurgeJournal journal;
    private final PurgeLog purges;
    private final Time time;
    private final SerialExecutor movers;
    private final AtomicLong movingBytes = new AtomicLong();
    private final AtomicBoolean sweepPosted = new AtomicBoolean();

    /**
     * Opens what is in a folder; it is read in the background and can be found when that is done.
     *
     * @param name of the node, for threads and logs
     * @param limits of what is kept on disk
     * @param memory makes the store above, given who is to hear of what it has no room for
     * @throws IOException if the folder cannot be used
     */
    public static TieredStore open(
            String name,
            DiskLimits limits,
            Path folder,
            Time time,
            Function<BiConsumer<CacheKey, Stored>, CacheStore> memory)
            throws IOException {
        ObjectFiles files = new FolderFiles(folder);
        return new TieredStore(
                new DiskStore(name, limits.withEntries(MAX_ENTRIES), files, time),
                new PurgeJournal(folder.resolve("invalidations")),
                time,
                memory);
    }

    TieredStore(
            DiskStore disk, PurgeJournal journal, Time time, Function<BiConsumer<CacheKey, Stored>, CacheStore> memory)
            throws IOException {
        this.disk = disk;
        this.journal = journal;
        this.time = time;
        this.movers = new SerialExecutor(disk::executeIfOpen);
        this.purges = new PurgeLog(journal.nextSequence(), journal);
        this.memory = memory.apply(this::onEvicted);
        journal.whenInForce(this::postSweep);
        disk.load(this::isWanted, clean -> {
            if (clean) {
                journal.compact();
            }
        });
    }

    private boolean isWanted(DiskObject object) {
        return journal.isCurrent(object.key().distributionId(), object.response())
                && !DiskStore.isCovered(object, purges);
    }

    /** The log of invalidations that goes with what is on disk. */
    public PurgeLog purges() {
        return purges;
    }

    /** Done when what was on disk at the start can be found. */
    public CompletableFuture<Integer> loaded() {
        return disk.loaded();
    }

    public DiskCounts diskCounts() {
        return disk.counts();
    }

    // ---- lookups ----

    @Override
    public @Nullable Stored get(CacheKey key) {
        Stored inMemory = memory.get(key);
        if (inMemory instanceof CachedResponse || inMemory instanceof VaryRule) {
            return inMemory;
        }
        CachedResponse onDisk = disk.find(key);
        if (onDisk != null) {
            return onDisk;
        }
        return inMemory == null ? disk.index().rule(key) : inMemory;
    }

    @Override
    public void put(CacheKey key, Stored stored) {
        if (stored instanceof CachedResponse response && response.body() instanceof DiskBody body) {
            body.object().refresh(response);
            return;
        }
        memory.put(key, stored);
        disk.removeOther(key, stored instanceof CachedResponse response ? response : null);
    }

    @Override
    public void remove(CacheKey key) {
        memory.remove(key);
        disk.remove(key);
        disk.removeVariants(key);
    }

    @Override
    public long entries() {
        return memory.entries() + disk.index().entries();
    }

    /** Bytes of memory; see {@link #diskCounts} for the others. */
    @Override
    public long weightBytes() {
        return memory.weightBytes();
    }

    // ---- on the way to disk ----

    @Override
    public long maxObjectBytes() {
        return disk.limits().maxObjectBytes();
    }

    @Override
    public boolean keep(Fill fill, CacheKey variant, VaryRule vary, CachedResponse withoutBody) {
        if (!disk.startSaving(variant)) {
            return false;
        }
        SavedObject object =
                new SavedObject(disk, new ResponseCodec.Entry(variant, vary, withoutBody), this::takePlaceInMemory);
        boolean joined = new FillSaver(object, new SerialExecutor(disk.threads())).join(fill);
        if (!joined) {
            disk.doneSaving(variant);
        }
        return joined;
    }

    /** On memory's maintenance thread. */
    private void onEvicted(CacheKey key, Stored stored) {
        if (!(stored instanceof CachedResponse response) || response.body().length() < MIN_MOVED_BYTES) {
            return;
        }
        long bytes = response.body().length();
        String vary = response.head().headers().combined("vary");
        VaryRule rule = vary == null
                ? VaryRule.NONE
                : VariantKeys.rule(key, VaryRule.of(vary).names());
        CacheKey primary = VariantKeys.primary(key, rule);
        boolean worthIt = response.part() == null
                && (primary == null || rule.equals(get(primary)))
                && bytes <= maxObjectBytes()
                && response.isFresh(time.nanos())
                && !purges.covers(key.distributionId(), response.uri(), response.purgeStamp());
        if (!worthIt || !disk.startSaving(key)) {
            return;
        }
        if (movingBytes.addAndGet(bytes) > MAX_MOVING_BYTES) {
            movingBytes.addAndGet(-bytes);
            disk.doneSaving(key);
            return;
        }
        SavedObject object = new SavedObject(
                disk, new ResponseCodec.Entry(key, rule, response), kept -> yieldToMemory(kept, response));
        movers.execute(() -> {
            object.save(response.body());
            movingBytes.addAndGet(-bytes);
        });
    }

    /** What memory holds under the key of a large object that has come to disk goes, unless it is newer. */
    private void takePlaceInMemory(DiskObject kept) {
        boolean newerIsThere = memory.get(kept.key()) instanceof CachedResponse there
                && there.purgeStamp().askedAt() > kept.response().purgeStamp().askedAt();
        if (newerIsThere) {
            disk.remove(kept);
            return;
        }
        memory.remove(kept.key());
        CacheKey primary = VariantKeys.primary(kept.key(), kept.vary());
        if (primary != null) {
            memory.remove(primary);
        }
    }

    /** What has left memory gives way to whatever took its place there in the meantime. */
    @SuppressWarnings("ReferenceEquality") // the very same body, not one like it
    private void yieldToMemory(DiskObject kept, CachedResponse moved) {
        // Memory may still show the very response that it is about to let go.
        if (memory.get(kept.key()) instanceof CachedResponse there && there.body() != moved.body()) {
            disk.remove(kept);
        }
    }

    // ---- invalidations ----

    /** Called by whoever invalidates; one sweep serves all that came before it starts. */
    private void postSweep() {
        if (sweepPosted.compareAndSet(false, true)) {
            disk.executeIfOpen(() -> {
                sweepPosted.set(false);
                disk.sweep(purges);
            });
        }
    }

    @Override
    public void close() {
        memory.close();
        disk.close();
        journal.close();
    }
}
