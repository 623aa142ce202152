package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.GuestThreads;
import dev.nearside.edge.functions.inprocess.Watchdog;
import dev.nearside.kit.time.Time;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
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

    /** How long a cancelled guest's thread may take to come back before another stands in for it. */
    private static final long STUCK_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long CLOSE_AGAIN_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How invocations end that the engine's close overtakes. */
    static final Answer.Failure CLOSED =
            Answer.Failure.of(Failures.engineFault("the JavaScript engine was closed"), true);

    private final JsEngineLimits limits;
    private final Time time;
    private final RandomGenerator randomness;
    private final Engine engine;
    private final GuestLibrary library = new GuestLibrary();
    private final Watchdog watchdog = new Watchdog("js-watchdog");
    private final GuestThreads pool;
    private final ScheduledThreadPoolExecutor timers;
    private final ExecutorService closers;
    private final OutboundHttp outbound;
    private final EnvironmentPool.Budget budget;
    private final CompletableFuture<Void> warm;

    JsRuntime(JsEngineLimits limits, Time time, RandomGenerator randomness) {
        this(limits, time, randomness, threads("js-closer-", 0));
    }

    JsRuntime(JsEngineLimits limits, Time time, RandomGenerator randomness, ThreadFactory closerThreads) {
        this.limits = limits;
        this.time = time;
        this.randomness = randomness;
        this.outbound = new OutboundHttp(limits.outbound(), null);
        watchdog.start();
        this.budget = new EnvironmentPool.Budget(limits.maxEnvironments());
        this.engine = Engine.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .build();
        this.pool = new GuestThreads(limits.threads(), threads("js-", STACK_BYTES));
        this.timers = new ScheduledThreadPoolExecutor(1, threads("js-timers-", 0));
        this.timers.setRemoveOnCancelPolicy(true);
        this.closers = Executors.newCachedThreadPool(closerThreads);
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

    /** The environments that all functions may have together. */
    EnvironmentPool.Budget budget() {
        return budget;
    }

    /** The threads that run guest work. */
    GuestThreads pool() {
        return pool;
    }

    /** Sends handlers' requests. */
    OutboundHttp outbound() {
        return outbound;
    }

    /** Has a look at a cancelled guest's thread, once it should have come back long since. */
    void afterGrace(Runnable look) {
        try {
            var _ = after(STUCK_AFTER_NANOS, look);
        } catch (RejectedExecutionException e) {
            LOG.trace("the engine closes and needs no stand-in", e);
        }
    }

    /** Runs something short on the timer thread after a delay. */
    Future<?> after(long delayNanos, Runnable task) {
        return timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Closes an environment's context on a thread of its own, because cancelling waits for the guest to notice. The
     * permit of one whose guest still works comes back only when it has.
     */
    void closeAside(@Nullable GuestContext doomed, boolean working) {
        if (doomed == null || !working) {
            budget.giveBack();
        }
        if (doomed != null) {
            startClosing(() -> {
                doomed.close();
                if (working) {
                    budget.giveBack();
                }
            });
        }
    }

    private void startClosing(Runnable closing) {
        try {
            try {
                closers.execute(closing);
            } catch (OutOfMemoryError e) {
                // No thread to be had now. A guest that is not cancelled would never stop.
                var _ = after(CLOSE_AGAIN_AFTER_NANOS, () -> startClosing(closing));
            }
        } catch (RejectedExecutionException e) {
            LOG.trace("the closing engine closes its contexts by itself", e);
        }
    }

    @Override
    public void close() {
        awaitWarm(); // or the warm-up would meet a closed engine
        budget.closePools();
        pool.shutdown();
        watchdog.running().forEach((invocation, environment) -> environment.kill(invocation, CLOSED));
        watchdog.close();
        timers.shutdownNow();
        outbound.close();
        closers.shutdown();
        pool.close();
        engine.close(true);
    }

    private void reapIdle() {
        long limit = time.nanos() - TimeUnit.SECONDS.toNanos(limits.idleEnvironmentSeconds());
        budget.discardFreeSince(limit);
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
