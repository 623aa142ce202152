package dev.nearside.edge.accesslog;

import dev.nearside.edge.access.AccessFacts;
import dev.nearside.edge.access.AccessRow;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.trace.ExchangeRecord;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.time.Time;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's standard log. Event loops hand over records of exchanges that have ended and never wait: a record for which the
 * bounded queue has no room is dropped and counted. One thread, which starts with the first record, makes rows of them and
 * writes these to files.
 */
public final class AccessLog implements AutoCloseable {

    /**
     * Bounds of a log.
     *
     * @param maxBytes of all its files; 0 for no log
     * @param maxQueued records that wait to be written
     * @param maxQueuedBytes of these records
     */
    public record Limits(long maxBytes, int maxQueued, long maxQueuedBytes) {

        /** With a queue of the usual length. */
        public static Limits of(long maxBytes) {
            return new Limits(maxBytes, 16_384, 32L << 20);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    /** Rows that come within this time are written together. */
    private static final long GATHER_MILLIS = 10;

    private static final long LOOK_MILLIS = 1_000;
    private static final long CLOSE_PATIENCE_SECONDS = 30;
    private static final int MAX_BATCH = 1_024;

    /** A record in the queue. */
    private record Queued(Distribution.Logging settings, ExchangeRecord record, long weight) {}

    private final Limits limits;
    private final String edgeLocation;
    private final Time time;
    private final BlockingQueue<Queued> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean writeIsDue = new AtomicBoolean();
    private final AtomicBoolean dropIsSaid = new AtomicBoolean();
    private final AccessLogCounts counts = new AccessLogCounts();
    private final LogFiles files;
    private final ScheduledThreadPoolExecutor thread;
    private boolean lookIsDue;
    private volatile boolean closed;

    /**
     * Opens a log; nothing is made on disk before the first record.
     *
     * @param folder for its files
     */
    public static AccessLog open(Path folder, Limits limits, NodeIdentity identity, Time time, RandomGenerator random) {
        AccessLog log = new AccessLog(
                limits,
                identity,
                time,
                counts -> new LogFiles(folder, limits.maxBytes(), random, LogFile::createFile, counts));
        if (limits.maxBytes() > 0 && Files.isDirectory(folder)) {
            log.thread.execute(log.files::recover);
        }
        return log;
    }

    AccessLog(Limits limits, NodeIdentity identity, Time time, Function<AccessLogCounts, LogFiles> files) {
        this.limits = limits;
        this.edgeLocation = identity.popLabel();
        this.time = time;
        this.queue = new LinkedBlockingQueue<>(limits.maxQueued());
        this.files = files.apply(counts);
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread made = new Thread(task, "access-log-" + identity.name());
                    made.setDaemon(true);
                    return made;
                },
                // What comes while the node stops has been counted as dropped.
                new ThreadPoolExecutor.DiscardPolicy());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Takes the record of an exchange that has ended; never waits. Safe for use by many threads. */
    public void add(Distribution.Logging settings, ExchangeRecord record) {
        if (limits.maxBytes() == 0) {
            return;
        }
        long weight = record.weight();
        boolean taken = !closed
                && queuedBytes.get() + weight <= limits.maxQueuedBytes()
                && queue.offer(new Queued(settings, record, weight));
        if (!taken) {
            drop();
            return;
        }
        queuedBytes.addAndGet(weight);
        if (!writeIsDue.get() && writeIsDue.compareAndSet(false, true)) {
            thread.schedule(this::write, GATHER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void drop() {
        counts.dropped.increment();
        if (!closed && dropIsSaid.compareAndSet(false, true)) {
            LOG.warn(
                    "the access log's queue is full ({} records, {} bytes): rows are dropped and counted, this is said once",
                    limits.maxQueued(),
                    limits.maxQueuedBytes());
        }
    }

    // ---- on the log's thread ----

    private void write() {
        writeIsDue.set(false);
        List<Queued> batch = new ArrayList<>(MAX_BATCH);
        while (queue.drainTo(batch, MAX_BATCH) > 0) {
            batch.forEach(this::append);
            batch.clear();
            files.flush();
            files.closeEnded(time.epochMillis());
        }
        lookLater();
    }

    private void append(Queued queued) {
        queuedBytes.addAndGet(-queued.weight());
        try {
            AccessFacts facts = queued.record().facts();
            files.append(
                    queued.settings(),
                    facts.served().distributionId(),
                    facts.moments().endEpochMillis(),
                    String.join(
                            "\t",
                            AccessRow.of(facts, edgeLocation, queued.settings().includeCookies())));
        } catch (RuntimeException e) {
            counts.failed.increment();
            LOG.error("no row for the exchange {}", queued.record().id(), e);
        }
    }

    /** An hour ends although nobody asks for anything. */
    private void lookLater() {
        if (!lookIsDue && files.hasOpen()) {
            lookIsDue = true;
            thread.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        lookIsDue = false;
        files.closeEnded(time.epochMillis());
        lookLater();
    }

    // ---- from any thread ----

    /** What became of it so far. */
    public AccessLogCounts counts() {
        return counts;
    }

    /** Takes no more, writes what is queued and ends the files. */
    @Override
    public void close() {
        closed = true;
        if (limits.maxBytes() > 0) {
            thread.execute(() -> {
                write();
                files.closeAll();
            });
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the access log is not written after {} s, given up", CLOSE_PATIENCE_SECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
