package dev.nearside.edge.cache.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Disk threads that do nothing until they are told; on one thread. */
final class ManualThreads extends AbstractExecutorService {

    private final List<Runnable> tasks = new ArrayList<>();
    private boolean isShutdown;

    @Override
    public void execute(Runnable task) {
        if (isShutdown) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(task);
    }

    /** Runs one of the tasks that wait, as several threads might take them; false if there is none. */
    boolean runOne(RandomGenerator random) {
        if (tasks.isEmpty()) {
            return false;
        }
        // Four threads at most: a task waits until all but three of those before it are done.
        tasks.remove(random.nextInt(Math.min(4, tasks.size()))).run();
        return true;
    }

    /** Runs what waits and what that brings until the disk is idle. */
    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }

    /** The same, what came last first: as if a thread had taken what waits and got no further. */
    void runAllNewestFirst() {
        while (!tasks.isEmpty()) {
            tasks.removeLast().run();
        }
    }

    @Override
    public void shutdown() {
        isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        isShutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        runAll();
        return true;
    }
}
