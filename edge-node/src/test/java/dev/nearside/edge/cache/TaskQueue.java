package dev.nearside.edge.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** An event loop that runs its tasks when the test says so. */
final class TaskQueue implements Executor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    int size() {
        return tasks.size();
    }

    /** Runs one task, if there is one. */
    void runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    /** Runs tasks until there are none. */
    void runAll() {
        while (!tasks.isEmpty()) {
            runOne();
        }
    }
}
