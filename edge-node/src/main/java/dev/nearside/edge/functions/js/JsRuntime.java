package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.kit.time.Time;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all functions of one engine share: the polyglot engine, threads, the watchdog and the environment budget. */
final class JsRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JsRuntime.class);

    /** Room for about as many guest frames as Node's default stack has; reserved, not committed. */
    private static final long STACK_BYTES = 8L * 1024 * 1024;

    /** How invocations end that the engine's close overtakes. */
    static final Answer.Failure CLOSED =
            new Answer.Failure(FailureReason.ENGINE_FAULT, "Runtime.Unknown", "the JavaScript engine was closed", true);

    private final JsEngineLimits limits;
    private final Time time;
    private final RandomGenerator randomness;
    private final Engine engine;
    private final GuestLibrary library = new GuestLibrary();
    private final Watchdog watchdog = new Watchdog();
    private final ThreadPoolExecutor pool;
    private final ScheduledThreadPoolExecutor timers;
    private final ExecutorService closers;
    private final Semaphore environmentPermits;
    private final CompletableFuture<Void> warm;
    private final Set<JsFunction> functions = ConcurrentHashMap.newKeySet();

    JsRuntime(JsEngineLimits limits, Time time, RandomGenerator randomness) {
        this.limits = limits;
        this.time = time;
        this.randomness = randomness;
        watchdog.start();
        this.environmentPermits = new Semaphore(limits.maxEnvironments());
        this.engine = Engine.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .build();
        // Every environment has at most one task in this queue, so the environment budget bounds it.
        this.pool = new ThreadPoolExecutor(
                limits.threads(),
                limits.threads(),
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("js-", STACK_BYTES));
        this.pool.allowCoreThreadTimeOut(true);
        this.timers = new ScheduledThreadPoolExecutor(1, threads("js-timers-", 0));
        this.timers.setRemoveOnCancelPolicy(true);
        this.closers = Executors.newCachedThreadPool(threads("js-closer-", 0));
        long reapMillis = Math.max(1, limits.idleEnvironmentSeconds() * 1000 / 4);
        var _ = this.timers.scheduleWithFixedDelay(this::reapIdle, reapMillis, reapMillis, TimeUnit.MILLISECONDS);
        this.warm = CompletableFuture.runAsync(this::warmUp, pool);
    }

    /** Loads the language's classes and parses the bootstrap before the first invocation has to wait for that. */
    private void warmUp() {
        try (Context context = GuestContext.newContext(engine)) {
            context.eval(library.bootstrap());
        }
    }

    /** Waits for the language's classes. */
    void awaitWarm() {
        warm.join();
    }

    JsEngineLimits limits() {
        return limits;
    }

    Time time() {
        return time;
    }

    RandomGenerator randomness() {
        return randomness;
    }

    Engine engine() {
        return engine;
    }

    GuestLibrary library() {
        return library;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    void remember(JsFunction function) {
        functions.add(function);
    }

    void forget(JsFunction function) {
        functions.remove(function);
    }

    /** Runs guest work on a pool thread. */
    void execute(Runnable slice) {
        pool.execute(slice);
    }

    /** Runs something short on the timer thread after a delay. */
    Future<?> after(long delayNanos, Runnable task) {
        return timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    /** Takes the right to one more environment, at the cost of another function's longest free one if need be. */
    boolean takeEnvironmentPermit() {
        if (environmentPermits.tryAcquire()) {
            return true;
        }
        for (JsFunction function : functions) {
            if (function.discardOldestFree()) {
                return environmentPermits.tryAcquire();
            }
        }
        return false;
    }

    /**
     * Closes an environment's context on a thread of its own, because cancelling waits for the guest to notice. The
     * permit of one whose guest still works comes back only when it has.
     */
    void closeAside(@Nullable GuestContext doomed, boolean working) {
        if (doomed == null || !working) {
            environmentPermits.release();
        }
        if (doomed == null) {
            return;
        }
        try {
            closers.execute(() -> {
                doomed.close();
                if (working) {
                    environmentPermits.release();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.trace("the closing engine closes its contexts by itself", e);
        }
    }

    @Override
    public void close() {
        awaitWarm(); // or the warm-up would meet a closed engine
        functions.forEach(JsFunction::close);
        pool.shutdown();
        watchdog.running().forEach((invocation, environment) -> environment.kill(invocation, CLOSED));
        watchdog.close();
        timers.shutdownNow();
        closers.shutdown();
        pool.shutdownNow();
        engine.close(true);
    }

    private void reapIdle() {
        long limit = time.nanos() - TimeUnit.SECONDS.toNanos(limits.idleEnvironmentSeconds());
        functions.forEach(function -> function.discardFreeSince(limit));
    }

    private static ThreadFactory threads(String prefix, long stackBytes) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(null, task, prefix + number.incrementAndGet(), stackBytes);
            thread.setDaemon(true);
            return thread;
        };
    }
}
