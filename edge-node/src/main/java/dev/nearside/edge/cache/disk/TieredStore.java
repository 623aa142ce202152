package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CacheStore;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.HitForMiss;
import dev.nearside.edge.cache.KeptFailure;
import dev.nearside.edge.cache.LargeBodies;
import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.cache.Stored;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    private volatile boolean everythingLookedAt;
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
        CacheFiles files = new FolderFiles(folder);
        try {
            return new TieredStore(
                    new DiskStore(name, limits.withEntries(MAX_ENTRIES), files, time, DiskThreads.of(name)),
                    new PurgeJournal(files),
                    time,
                    memory);
        } catch (IOException e) {
            files.close();
            throw e;
        }
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
        disk.whenWellAgain(this::tidyJournal);
        disk.load(this::isWanted, () -> {
            everythingLookedAt = true;
            tidyJournal();
        });
    }

    private boolean isWanted(DiskObject object) {
        CachedResponse response = object.response();
        return journal.isCurrent(object.distributionId(), response.uri(), response.tags(), response.purgeSequence())
                && !DiskStore.isCovered(object, purges);
    }

    /** Files that nobody has looked at yet must not pass for checked. */
    private void tidyJournal() {
        if (everythingLookedAt && disk.removals().owesNothing()) {
            journal.allChecked();
        }
        journal.tidy(purges);
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
        switch (stored) {
            case CachedResponse response
            when response.body() instanceof DiskBody body -> refresh(body.object(), response);
            case CachedResponse response -> {
                memory.put(key, response);
                disk.overtake(key, response);
                disk.overtakeVariants(key, VaryRule.NONE);
            }
            case VaryRule rule -> {
                memory.put(key, rule);
                disk.overtake(key, null);
                disk.overtakeVariants(key, rule);
            }
            // Notes have keys of their own and say nothing against what is on disk.
            case HitForMiss note -> memory.put(key, note);
            case KeptFailure note -> memory.put(key, note);
        }
    }

    /** Gives an object on disk the head that a 304 has brought. */
    private void refresh(DiskObject object, CachedResponse response) {
        if (object.response().tags().areThoseOf(response.tags())) {
            object.refresh(response);
        } else {
            // Its file would go on with the tags that it had, and hide the object from invalidations after a restart.
            disk.remove(object);
        }
    }

    @Override
    public void remove(CacheKey key) {
        memory.remove(key);
        disk.overtake(key, null);
        disk.overtakeVariants(key, VaryRule.NONE);
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
        CacheKey ofLanguage =
                VariantKeys.ofLanguage(variant, vary, withoutBody.head().headers());
        ResponseCodec.Entry entry = new ResponseCodec.Entry(keys(variant, ofLanguage), vary, withoutBody);
        SavesUnderWay.Save save = disk.mayWrite() ? disk.saves().beginDelivered(entry) : null;
        if (save == null) {
            return false;
        }
        SavedObject object = new SavedObject(disk, save, entry, this::takePlaceInMemory);
        boolean joined = new FillSaver(object, new SerialExecutor(disk.threads())).join(fill);
        if (!joined) {
            disk.saves().end(save);
        }
        return joined;
    }

    private static List<CacheKey> keys(CacheKey key, @Nullable CacheKey ofLanguage) {
        return ofLanguage == null || ofLanguage.equals(key) ? List.of(key) : List.of(key, ofLanguage);
    }

    /** On memory's maintenance thread, before the response is out of memory. */
    private void onEvicted(CacheKey key, Stored stored) {
        if (stored instanceof CachedResponse response) {
            // What is older must not show behind it.
            disk.overtake(key, response);
            if (response.body().length() >= MIN_MOVED_BYTES && response.part() == null) {
                move(key, response);
            }
        }
    }

    private void move(CacheKey key, CachedResponse response) {
        Fields headers = response.head().headers();
        String vary = headers.combined("vary");
        VaryRule rule = vary == null
                ? VaryRule.NONE
                : VariantKeys.rule(key, VaryRule.of(vary).names());
        CacheKey primary = VariantKeys.primary(key, rule);
        boolean worthIt = (primary == null || rule.equals(get(primary)))
                && response.body().length() <= maxObjectBytes()
                && response.isFresh(time.nanos())
                && !purges.covers(key.distributionId(), response.uri(), response.purgeStamp());
        CacheKey ofLanguage = VariantKeys.ofLanguage(key, rule, headers);
        if (!worthIt || !disk.mayWrite() || isThere(key, ofLanguage, response)) {
            return;
        }
        boolean bothKeys = ofLanguage != null && isSame(memory.get(ofLanguage), response);
        save(new ResponseCodec.Entry(keys(key, bothKeys ? ofLanguage : null), rule, response));
    }

    /** Whether the response is on disk or on its way there, under this key too from now on. */
    private boolean isThere(CacheKey key, @Nullable CacheKey ofLanguage, CachedResponse response) {
        for (CacheKey sibling : keys(key, ofLanguage)) {
            DiskObject there = disk.index().find(sibling);
            if (there != null && isSame(there.response(), response)) {
                disk.link(key, there);
                return true;
            }
            if (disk.saves().takeAlong(key, sibling, response.purgeStamp())) {
                return true;
            }
        }
        return false;
    }

    /** Each response has a stamp of its own, which it keeps when its body moves. */
    private static boolean isSame(@Nullable Stored one, CachedResponse other) {
        return one instanceof CachedResponse response && response.purgeStamp() == other.purgeStamp();
    }

    private void save(ResponseCodec.Entry entry) {
        StoredBody body = entry.response().body();
        long bytes = body.length();
        if (movingBytes.addAndGet(bytes) > MAX_MOVING_BYTES) {
            movingBytes.addAndGet(-bytes);
            return;
        }
        SavesUnderWay.Save save = disk.saves().beginLeaving(entry);
        if (save == null) {
            movingBytes.addAndGet(-bytes);
            return;
        }
        SavedObject object = new SavedObject(disk, save, entry, this::dropIfCovered);
        movers.execute(() -> {
            object.save(body);
            movingBytes.addAndGet(-bytes);
        });
    }

    /** The sweep after an invalidation may have come before it. */
    private void dropIfCovered(DiskObject kept) {
        if (DiskStore.isCovered(kept, purges)) {
            disk.remove(kept);
        }
    }

    /** What memory holds under the keys of a large object that has come to disk goes, unless it is newer. */
    private void takePlaceInMemory(DiskObject kept) {
        for (CacheKey key : disk.index().keys(kept)) {
            if (memory.get(key) instanceof CachedResponse there && SavesUnderWay.isNewer(there, kept.response())) {
                disk.unlink(key, kept);
            } else {
                memory.remove(key);
            }
        }
        CacheKey primary = kept.primary();
        if (primary != null && !kept.vary().equals(memory.get(primary))) {
            memory.remove(primary);
        }
        dropIfCovered(kept);
    }

    // ---- invalidations ----

    /** Called by whoever invalidates; one sweep serves all that came before it starts. */
    private void postSweep() {
        if (sweepPosted.compareAndSet(false, true)) {
            disk.executeIfOpen(() -> {
                sweepPosted.set(false);
                disk.sweep(purges);
                journal.tidy(purges);
            });
        }
    }

    @Override
    public void close() {
        memory.close();
        disk.close();
        tidyJournal();
        journal.close();
        disk.files().close();
    }
}
