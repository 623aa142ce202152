package dev.nearside.edge.cache.disk;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that alone touch the disk. */
final class DiskThreads {

    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 30;

    private DiskThreads() {}

    /** Threads of the node of that name, gone when they have nothing to do for a while. */
    static ThreadPoolExecutor of(String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name("disk-" + name + "-" + number.incrementAndGet())
                        .unstarted(task));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
