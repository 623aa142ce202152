package dev.nearside.edge.functions.inprocess;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at every running invocation and ends those that are over a limit. */
public final class Watchdog implements AutoCloseable {

    private final Map<RunningInvocation, GuestEnvironment> running = new ConcurrentHashMap<>();
    private final MemoryJudge judge = new MemoryJudge();
    private final WatchThread thread;

    /** Not started yet; the name is its thread's. */
    public Watchdog(String name) {
        thread = new WatchThread(name, running::isEmpty, this::look);
    }

    /** Begins to watch. */
    public void start() {
        thread.start();
    }

    /** From now on this invocation is watched. */
    public void add(RunningInvocation invocation, GuestEnvironment environment) {
        running.put(invocation, environment);
        thread.wake();
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
        thread.close();
    }

    private void look() {
        running.forEach((invocation, environment) -> thread.attempt(() -> {
            if (invocation.isPastDeadline()) {
                environment.expire(invocation);
            }
        }));
        thread.attempt(() -> judge.convict(running.keySet()).ifPresent(invocation -> {
            GuestEnvironment environment = running.get(invocation);
            if (environment != null) {
                environment.runOutOfMemory(invocation);
            }
        }));
    }
}
