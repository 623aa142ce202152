package dev.nearside.edge.functions.inprocess;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that run guest code.
 *
 * <p>Cancelling stops a guest at its next step, but not within a long operation of the host, such as arithmetic on
 * huge numbers. While such a thread stays away, another one stands in for it, or a few guests could stop all.
 */
public final class GuestThreads implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GuestThreads.class);

    /** More than that, and the processors are lost to stuck threads anyway. */
    public static final int MAX_STAND_INS = 16;

    private final int ownThreads;
    private final ThreadPoolExecutor pool;
    private int standIns;

    /** That many threads, made on demand and gone after 30 s without work. */
    public GuestThreads(int ownThreads, ThreadFactory factory) {
        this.ownThreads = ownThreads;
        // Every environment has at most one task in this queue, so the environment budget bounds it.
        this.pool = new ThreadPoolExecutor(
                ownThreads, ownThreads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        this.pool.allowCoreThreadTimeOut(true);
    }

    /** Runs guest work on one of the threads. */
    @Override
    public void execute(Runnable slice) {
        pool.execute(slice);
    }

    /** Room for one more thread, as one is stuck; false if there are as many stand-ins as may be. */
    public synchronized boolean addStandIn(String stuckFunction) {
        if (standIns == MAX_STAND_INS) {
            LOG.error("a thread is stuck in {} and gets no stand-in: there are {} already", stuckFunction, standIns);
            return false;
        }
        standIns++;
        LOG.warn("a thread is stuck in {}; the pool may have {} threads now", stuckFunction, size());
        pool.setMaximumPoolSize(size());
        try {
            pool.setCorePoolSize(size());
        } catch (OutOfMemoryError e) {
            LOG.warn("no stand-in could be started yet; the next task tries again", e);
        }
        return true;
    }

    /** A stuck thread came back. */
    public synchronized void removeStandIn() {
        standIns--;
        LOG.info("a stuck thread came back; the pool may have {} threads now", size());
        pool.setCorePoolSize(size());
        pool.setMaximumPoolSize(size());
    }

    /** How many threads there may be, with stand-ins. */
    public synchronized int size() {
        return ownThreads + standIns;
    }

    /** Takes no more work. */
    public void shutdown() {
        pool.shutdown();
    }

    /** Drops work that has not begun. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
