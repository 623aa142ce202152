package dev.nearside.edge.functions.inprocess;

import dev.nearside.kit.time.Parking;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks at every running invocation every two milliseconds and ends those that are over a limit.
 *
 * <p>Of all threads this one must live on, for nothing else ends a runaway guest. So whatever goes wrong with one
 * invocation is logged, the first time, and stops neither the others nor the next look.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Map<RunningInvocation, GuestEnvironment> running = new ConcurrentHashMap<>();
    private final MemoryJudge judge = new MemoryJudge();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closed;
    private boolean complained;

    /** Not started yet; the name is its thread's. */
    public Watchdog(String name) {
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::watch);
    }

    /** Begins to watch. */
    public void start() {
        thread.start();
    }

    /** From now on this invocation is watched. */
    public void add(RunningInvocation invocation, GuestEnvironment environment) {
        running.put(invocation, environment);
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** The invocation has ended. */
    public void remove(RunningInvocation invocation) {
        running.remove(invocation);
    }

    /** What runs now; weakly consistent. */
    public Map<RunningInvocation, GuestEnvironment> running() {
        return running;
    }

    /** Stops watching. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        while (!closed) {
            if (running.isEmpty()) {
                parked = true;
                if (running.isEmpty() && !closed) {
                    LockSupport.park(this);
                }
                parked = false;
            } else {
                Parking.park(this, POLL_NANOS);
                try {
                    look();
                } catch (Throwable e) {
                    // Not even the complaint succeeded, such as without memory; this thread is about to end the cause.
                }
            }
        }
    }

    private void look() {
        running.forEach((invocation, environment) -> attempt(() -> {
            if (invocation.isPastDeadline()) {
                environment.expire(invocation);
            }
        }));
        attempt(() -> judge.convict(running.keySet()).ifPresent(invocation -> {
            GuestEnvironment environment = running.get(invocation);
            if (environment != null) {
                environment.runOutOfMemory(invocation);
            }
        }));
    }

    private void attempt(Runnable step) {
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
