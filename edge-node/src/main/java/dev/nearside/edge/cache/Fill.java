package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One origin response on its way into the cache and to its readers: one writer, many readers, a state that only moves
 * forward.
 *
 * <h2>Kept and windowed</h2>
 *
 * A fill is <em>kept</em> while it may end in the cache: every chunk stays, the origin is read at its own speed, and
 * readers may join at any time. It is <em>windowed</em> when it will not be stored, or has outgrown the limits: then a
 * chunk is dropped once its slowest reader has taken it, nobody may join any more, and the writer is asked to pause
 * while a reader lags by more than the window. A kept fill may become windowed, never the other way.
 *
 * <h2>Threads</h2>
 *
 * The writer is the event loop that leads; each reader names the loop it lives on. All state is guarded by this
 * object's monitor, held for a few instructions. Whoever must hear of news gets one posted task, however many chunks
 * came.
 */
public final class Fill {

    /** Monotone: a state never goes back. */
    public enum State {
        REQUESTED,
        STREAMING,
        COMPLETE,
        FAILED
    }

    /**
     * What is known when the origin's head has arrived and its function has run.
     *
     * @param result the word for {@code x-cache}, for example {@code Miss}
     * @param notCached why it will not be stored; null while it may be
     * @param initialAgeMillis age on arrival
     * @param vary which request fields selected it
     * @param variant the key of the variant it is; another request may share it only if it has the same
     * @param shareable whether others may have it without asking the origin: it is fresh, and no part of something
     * @param stored what the readers get in place of a stream: a stored response that was validated, or that is
     *     served stale
     */
    public record Opening(
            ResponseHead head,
            String result,
            @Nullable NotCachedReason notCached,
            long initialAgeMillis,
            VaryRule vary,
            CacheKey variant,
            boolean shareable,
            @Nullable CachedResponse stored) {

        /** Whether what is stored stands in for an origin that failed. */
        public boolean isStandIn() {
            return stored != null && !result.equals("RefreshHit");
        }

        /** What the origin answered; 0 if what is stored stands in for that. */
        public int originStatus() {
            return stored == null ? head.status() : isStandIn() ? 0 : 304;
        }

        /** Whether the response answers another request under that key too. */
        public boolean answers(CacheKey key, Fields requestHeaders) {
            return notCached == null
                    && shareable
                    && vary.variant(key, requestHeaders).equals(variant);
        }
    }

    private final long windowBytes;
    private final long purgeSequence;
    private final List<Reader> readers = new ArrayList<>(2);
    private final List<byte[]> chunks = new ArrayList<>();
    private State state = State.REQUESTED;
    private @Nullable Opening opening;
    private @Nullable FillFailure failure;
    private boolean windowed;
    private boolean wanted;
    private volatile CacheTags tags = CacheTags.NONE;
    private volatile @Nullable CacheKey place;
    private volatile long knownInvalidations;
    private volatile BooleanSupplier outdated = () -> false;
    private long droppedChunks;
    private long droppedBytes;
    private long appendedBytes;
    private boolean writerPaused;
    private @Nullable Executor writerLoop;
    private @Nullable Runnable writerResume;
    private @Nullable Runnable abandoned;

    /**
     * A fill that nobody has asked the origin for yet.
     *
     * @param windowBytes how far the writer may run ahead of the slowest reader once windowed, 1 or more
     * @param purgeSequence of the {@link PurgeLog} now
     */
    public Fill(long windowBytes, long purgeSequence) {
        this.windowBytes = windowBytes;
        this.purgeSequence = purgeSequence;
    }

    public long purgeSequence() {
        return purgeSequence;
    }

    /** Names the tags of what it brings, before it opens. */
    public void bringsTags(CacheTags theTags) {
        tags = theTags;
    }

    /** The tags of what it brings; known once it is open. */
    public CacheTags tags() {
        return tags;
    }

    /** Where others find it; null if it is nobody's but its asker's. */
    @Nullable
    CacheKey place() {
        return place;
    }

    void placedAt(CacheKey key) {
        place = key;
    }

    /** What a later invalidation of its key overtakes is for its readers only and is not stored. */
    void knowsInvalidations(long count) {
        knownInvalidations = count;
    }

    long knownInvalidations() {
        return knownInvalidations;
    }

    /** Names what tells whether an invalidation has overtaken it. */
    void outdatedWhen(BooleanSupplier test) {
        outdated = test;
    }

    /** Whether its readers may have it, but nobody may keep it; known once somebody wants to keep it on disk. */
    public boolean isOutdated() {
        return outdated.getAsBoolean();
    }

    // ---- the writer's side ----

    /**
     * Names the writer's loop.
     *
     * @param resume posted when a paused writer may go on
     * @param whenAbandoned posted when the last reader has left before the end
     */
    public synchronized void ledBy(Executor loop, Runnable resume, Runnable whenAbandoned) {
        writerLoop = loop;
        writerResume = resume;
        abandoned = whenAbandoned;
    }

    /** The head is known; readers may start. */
    public synchronized void open(Opening theOpening) {
        require(state == State.REQUESTED, "open");
        opening = theOpening;
        state = State.STREAMING;
        windowed |= theOpening.notCached() != null;
        wakeReaders();
        if (windowed) {
            tellIfAbandoned();
        }
    }

    /**
     * Adds bytes, which must not change afterwards.
     *
     * @return whether the writer may go on at once; if not, it is told when
     */
    public synchronized boolean append(byte[] chunk) {
        require(state == State.STREAMING, "append");
        chunks.add(chunk);
        appendedBytes += chunk.length;
        if (windowed) {
            dropTaken();
        }
        wakeReaders();
        // A writer that waits may still have bytes in hand; it goes on waiting until it is told.
        writerPaused |= windowed && appendedBytes - droppedBytes > windowBytes;
        return !writerPaused;
    }

    /** Gives up keeping it: from now on it is windowed. */
    public synchronized void stopKeeping() {
        windowed = true;
        dropTaken();
        tellIfAbandoned();
    }

    public synchronized void complete() {
        require(state == State.STREAMING, "complete");
        state = State.COMPLETE;
        wakeReaders();
    }

    /** Ends it from any unfinished state; readers hear of it. */
    public synchronized void fail(FillFailure why) {
        if (state == State.COMPLETE || state == State.FAILED) {
            return;
        }
        failure = why;
        state = State.FAILED;
        wakeReaders();
    }

    /** Fails it if nobody needs it, in one step, so that nobody joins in between; returns whether it did. */
    public synchronized boolean failIfUseless(FillFailure why) {
        if (!isUseless()) {
            return false;
        }
        fail(why);
        return true;
    }

    /** The whole body of a complete fill that was kept. */
    public synchronized List<byte[]> body() {
        require(state == State.COMPLETE && !windowed, "take the body");
        return List.copyOf(chunks);
    }

    public synchronized long appendedBytes() {
        return appendedBytes;
    }

    public synchronized boolean hasReaders() {
        return !readers.isEmpty();
    }

    /** It is wanted to its end although nobody reads it, as a refresh is; unless it turns out not to be kept. */
    public synchronized void finishUnread() {
        wanted = true;
    }

    // ---- the readers' side ----

    public synchronized State state() {
        return state;
    }

    public synchronized @Nullable Opening opening() {
        return opening;
    }

    public synchronized @Nullable FillFailure failure() {
        return failure;
    }

    /**
     * Starts reading from the first byte, or returns null if the first bytes are gone or the fill has failed.
     *
     * @param loop where {@code wake} is posted whenever there is news
     */
    public synchronized @Nullable Reader join(Executor loop, Runnable wake) {
        return newReader(loop, wake, true);
    }

    /** Like {@link #join}, for a reader for whose sake alone the fill does not go on. */
    public synchronized @Nullable Reader joinInBackground(Executor loop, Runnable wake) {
        return newReader(loop, wake, false);
    }

    private @Nullable Reader newReader(Executor loop, Runnable wake, boolean isViewer) {
        if ((windowed && droppedChunks > 0) || state == State.FAILED) {
            return null;
        }
        Reader reader = new Reader(loop, wake, isViewer);
        readers.add(reader);
        return reader;
    }

    /** One reader's place in a fill; used on its own loop only. */
    public final class Reader {

        private final Executor loop;
        private final Runnable wake;
        private final boolean isViewer;
        private long position;
        private boolean wakePosted;

        private Reader(Executor loop, Runnable wake, boolean isViewer) {
            this.loop = loop;
            this.wake = wake;
            this.isViewer = isViewer;
        }

        public Fill fill() {
            return Fill.this;
        }

        /** The next bytes, or null if there are none yet or no more; look at {@link Fill#state()} to know which. */
        public byte @Nullable [] poll() {
            synchronized (Fill.this) {
                long index = position - droppedChunks;
                if (index >= chunks.size()) {
                    return null;
                }
                byte[] chunk = chunks.get((int) index);
                position++;
                if (windowed) {
                    dropTaken();
                    resumeWriter();
                }
                return chunk;
            }
        }

        /** Reads no further. */
        public void leave() {
            synchronized (Fill.this) {
                if (!readers.remove(this)) {
                    return;
                }
                if (windowed) {
                    dropTaken();
                    resumeWriter();
                }
                boolean unfinished = state == State.REQUESTED || state == State.STREAMING;
                if (unfinished) {
                    tellIfAbandoned();
                }
            }
        }

        /** Reads no further, and wants the fill to go on to its end although nobody reads it. */
        public void leaveToFinish() {
            synchronized (Fill.this) {
                wanted = true;
                leave();
            }
        }

        private void wakeUp() {
            if (!wakePosted) {
                wakePosted = true;
                loop.execute(() -> {
                    synchronized (Fill.this) {
                        wakePosted = false;
                    }
                    wake.run();
                });
            }
        }
    }

    // ---- with the monitor held ----

    private void dropTaken() {
        long slowest = droppedChunks + chunks.size();
        for (Reader reader : readers) {
            slowest = Math.min(slowest, reader.position);
        }
        int taken = (int) (slowest - droppedChunks);
        for (int i = 0; i < taken; i++) {
            droppedBytes += chunks.get(i).length;
        }
        chunks.subList(0, taken).clear();
        droppedChunks += taken;
    }

    private boolean hasViewers() {
        return readers.stream().anyMatch(reader -> reader.isViewer);
    }

    private void resumeWriter() {
        if (writerPaused && appendedBytes - droppedBytes <= windowBytes / 2 && writerLoop != null) {
            writerPaused = false;
            if (writerResume != null) {
                writerLoop.execute(writerResume);
            }
        }
    }

    /** No viewer reads it and nobody wants it kept, or it cannot be kept and nobody at all reads it. */
    private boolean isUseless() {
        return (!wanted && !hasViewers()) || (windowed && readers.isEmpty());
    }

    /** The writer may give up what is useless. */
    private void tellIfAbandoned() {
        if (isUseless() && writerLoop != null && abandoned != null) {
            writerLoop.execute(abandoned);
        }
    }

    private void wakeReaders() {
        // A loop that runs tasks in place may let a reader leave at once.
        List.copyOf(readers).forEach(Reader::wakeUp);
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("cannot " + what + " in state " + state + (windowed ? ", windowed" : ""));
        }
    }
}
