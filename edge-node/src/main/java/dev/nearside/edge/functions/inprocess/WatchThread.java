package dev.nearside.edge.functions.inprocess;

import dev.nearside.kit.time.Parking;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that looks at what runs every two milliseconds, and sleeps while nothing does.
 *
 * <p>Of all threads this one must live on, for nothing else ends a runaway guest. So whatever goes wrong with one step of
 * a look is logged, the first time, and stops neither the other steps nor the next look.
 */
public final class WatchThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchThread.class);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final BooleanSupplier isIdle;
    private final Runnable look;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closed;
    private boolean complained;

    /**
     * A thread that has not started yet.
     *
     * @param isIdle whether nothing runs
     * @param look takes one look; what may fail in it goes through {@link #attempt}
     */
    public WatchThread(String name, BooleanSupplier isIdle, Runnable look) {
        this.isIdle = isIdle;
        this.look = look;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::watch);
    }

    /** Begins to watch. */
    public void start() {
        thread.start();
    }

    /** Something runs that did not before. */
    public void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** Stops watching. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        while (!closed) {
            if (isIdle.getAsBoolean()) {
                parked = true;
                if (isIdle.getAsBoolean() && !closed) {
                    LockSupport.park(this);
                }
                parked = false;
            } else {
                Parking.park(this, POLL_NANOS);
                try {
                    look.run();
                } catch (Throwable e) {
                    // Not even the complaint succeeded, such as without memory; this thread is about to end the cause.
                }
            }
        }
    }

    /** One step of a look; only this thread calls it. */
    public void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            if (!complained) {
                complained = true;
                LOG.error("the watchdog goes on after a failure; it will not report another", e);
            }
        }
    }
}
