package dev.nearside.edge.functions.js;

import dev.nearside.kit.time.Parking;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One thread that looks at every running invocation every two milliseconds and ends those that are over a limit. */
final class Watchdog implements AutoCloseable {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Map<RunningInvocation, JsEnvironment> running = new ConcurrentHashMap<>();
    private final MemoryJudge judge = new MemoryJudge();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closed;

    Watchdog() {
        thread = Thread.ofPlatform().name("js-watchdog").daemon(true).unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    void add(RunningInvocation invocation, JsEnvironment environment) {
        running.put(invocation, environment);
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    void remove(RunningInvocation invocation) {
        running.remove(invocation);
    }

    /** What runs now; weakly consistent. */
    Map<RunningInvocation, JsEnvironment> running() {
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
                } catch (OutOfMemoryError e) {
                    // Of all threads this one must live on: it is about to end the cause.
                }
            }
        }
    }

    private void look() {
        running.forEach((invocation, environment) -> {
            if (invocation.isPastDeadline()) {
                environment.expire(invocation);
            }
        });
        judge.convict(running.keySet()).ifPresent(invocation -> {
            JsEnvironment environment = running.get(invocation);
            if (environment != null) {
                environment.runOutOfMemory(invocation);
            }
        });
    }
}
