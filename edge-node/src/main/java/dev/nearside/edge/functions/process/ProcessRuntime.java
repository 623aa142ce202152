package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.kit.time.Time;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all functions of one engine share: the loop on which their environments live, the thread that starts processes,
 * the folder they run in, and the environment budget.
 */
final class ProcessRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntime.class);
    private static final long CLOSE_PATIENCE_SECONDS = 5;

    private final Language language;
    private final ProcessLimits limits;
    private final Time time;
    private final RandomGenerator randomness;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService starter;
    private final EnvironmentPool.Budget budget;
    private final Signals signals = new Signals();
    private final Interpreters interpreters;
    private final Set<Process> alive = ConcurrentHashMap.newKeySet();
    private @Nullable RunFolder folder;
    private volatile boolean closed;

    ProcessRuntime(
            Language language, ProcessLimits limits, Time time, RandomGenerator randomness, Interpreters interpreters) {
        this.language = language;
        this.limits = limits;
        this.time = time;
        this.randomness = randomness;
        this.interpreters = interpreters;
        this.group = new MultiThreadIoEventLoopGroup(
                1, (ThreadFactory) task -> daemon(task, language.engine() + "-runtime-api"), NioIoHandler.newFactory());
        this.loop = group.next();
        // One thread for all, living as long as this: the system ends the processes with the thread that started them.
        this.starter = Executors.newSingleThreadExecutor(task -> daemon(task, language.engine() + "-starter"));
        this.budget = new EnvironmentPool.Budget(limits.maxEnvironments());
        long reapMillis = Math.max(1, limits.idleEnvironmentSeconds() * 1000 / 4);
        var _ = loop.scheduleWithFixedDelay(this::reapIdle, reapMillis, reapMillis, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    Language language() {
        return language;
    }

    ProcessLimits limits() {
        return limits;
    }

    Time time() {
        return time;
    }

    RandomGenerator randomness() {
        return randomness;
    }

    Signals signals() {
        return signals;
    }

    Interpreters interpreters() {
        return interpreters;
    }

    EnvironmentPool.Budget budget() {
        return budget;
    }

    /** Where everything about environments happens. */
    EventLoop loop() {
        return loop;
    }

    /** Runs something that blocks on the starter's thread; false if the engine is closed. */
    boolean onStarter(Runnable task) {
        try {
            starter.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.trace("the engine is closed", e);
            return false;
        }
    }

    /** The folder for everything; on the starter's thread only. */
    RunFolder folder() throws IOException {
        if (folder == null) {
            folder = RunFolder.open();
        }
        return folder;
    }

    /** A process runs; ended at the latest when the engine closes. */
    void started(Process process) {
        alive.add(process);
        var _ = process.onExit().thenRun(() -> alive.remove(process));
        if (closed) {
            process.destroyForcibly();
        }
    }

    private void reapIdle() {
        budget.discardFreeSince(time.nanos() - TimeUnit.SECONDS.toNanos(limits.idleEnvironmentSeconds()));
    }

    @Override
    public void close() {
        closed = true;
        budget.closePools();
        var _ = onStarter(this::endAll);
        starter.shutdown();
        try {
            if (!starter.awaitTermination(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} processes still run after {} s", alive.size(), CLOSE_PATIENCE_SECONDS);
            }
            group.shutdownGracefully(0, CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .await(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void endAll() {
        alive.forEach(Process::destroyForcibly);
        alive.forEach(process -> process.onExit().join());
        if (folder != null) {
            folder.close();
        }
    }
}
