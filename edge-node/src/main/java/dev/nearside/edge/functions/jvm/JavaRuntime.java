package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.GuestThreads;
import dev.nearside.edge.functions.inprocess.Watchdog;
import dev.nearside.kit.time.Time;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all functions of one engine share: threads, the watchdog and the environment budget. */
final class JavaRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JavaRuntime.class);

    private static final long STACK_BYTES = 2L * 1024 * 1024;

    /** How long a stopped guest's thread may take to come back before another stands in for it. */
    private static final long STUCK_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How invocations end that the engine's close overtakes. */
    static final Answer.Failure CLOSED = Answer.Failure.of(Failures.engineFault("the Java engine was closed"), true);

    private final JavaEngineLimits limits;
    private final Time time;
    private final Watchdog watchdog = new Watchdog("java-watchdog");
    private final GuestThreads pool;
    private final ScheduledThreadPoolExecutor timers;
    private final EnvironmentPool.Budget budget;

    JavaRuntime(JavaEngineLimits limits, Time time) {
        this.limits = limits;
        this.time = time;
        this.pool = new GuestThreads(limits.threads(), threads("java-", STACK_BYTES));
        this.timers = new ScheduledThreadPoolExecutor(1, threads("java-timers-", 0));
        this.budget = new EnvironmentPool.Budget(limits.maxEnvironments());
        watchdog.start();
        long reapMillis = Math.max(1, limits.idleEnvironmentSeconds() * 1000 / 4);
        var _ = timers.scheduleWithFixedDelay(this::reapIdle, reapMillis, reapMillis, TimeUnit.MILLISECONDS);
    }

    JavaEngineLimits limits() {
        return limits;
    }

    Time time() {
        return time;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    GuestThreads pool() {
        return pool;
    }

    EnvironmentPool.Budget budget() {
        return budget;
    }

    /** Has a look at a stopped guest's thread, once it should have come back long since. */
    void afterGrace(Runnable look) {
        try {
            var _ = timers.schedule(look, STUCK_AFTER_NANOS, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("the engine closes and needs no stand-in", e);
        }
    }

    private void reapIdle() {
        budget.discardFreeSince(time.nanos() - TimeUnit.SECONDS.toNanos(limits.idleEnvironmentSeconds()));
    }

    @Override
    public void close() {
        budget.closePools();
        pool.shutdown();
        watchdog.running().forEach((invocation, environment) -> environment.kill(invocation, CLOSED));
        watchdog.close();
        timers.shutdownNow();
        pool.close();
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
