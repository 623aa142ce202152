package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.inprocess.WatchThread;
import dev.nearside.kit.time.Time;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks from outside at worlds in which guest code works, and ends a guest that is over a limit. Steps are not enough for
 * that, because a built-in can take for ever, or all memory, within one of them.
 */
final class RunWatchdog implements AutoCloseable {

    /**
     * By the clock a guest may take that many times its limit, which is one of work: a busy machine, or the first use of
     * the engine, is not its fault.
     */
    private static final int CLOCK_FACTOR = 10;

    /** A guest at work. */
    static final class Watched {

        private final CloudFrontWorld world;
        private final WorldRun run;
        private final Consumer<Failed> whenOver;
        private final long sinceNanos;
        private final AtomicBoolean over = new AtomicBoolean();

        private Watched(CloudFrontWorld world, WorldRun run, Consumer<Failed> whenOver, long sinceNanos) {
            this.world = world;
            this.run = run;
            this.whenOver = whenOver;
            this.sinceNanos = sinceNanos;
        }

        /** On a thread of its own, because closing waits for the guest. */
        private void end(Failed end) {
            if (over.compareAndSet(false, true)) {
                var _ = Thread.ofPlatform()
                        .name("cloudfront-functions-end")
                        .daemon()
                        .start(() -> {
                            whenOver.accept(end);
                            run.stop(end);
                            world.close();
                        });
            }
        }
    }

    private final Time time;
    private final long clockLimitNanos;
    private final Set<Watched> running = ConcurrentHashMap.newKeySet();
    private final WatchThread thread = new WatchThread("cloudfront-functions-watchdog", running::isEmpty, this::look);

    /**
     * A watchdog that has not begun.
     *
     * @param timeoutMillis of work that a guest may do
     */
    RunWatchdog(Time time, long timeoutMillis) {
        this.time = time;
        this.clockLimitNanos = TimeUnit.MILLISECONDS.toNanos(CLOCK_FACTOR * timeoutMillis);
    }

    /** Begins to look. */
    void start() {
        thread.start();
    }

    /**
     * Watches a run that is about to begin.
     *
     * @param whenOver told on another thread if the guest is over a limit, and before it is ended, since it may be slow to
     *     end
     */
    Watched watch(CloudFrontWorld world, WorldRun run, Consumer<Failed> whenOver) {
        Watched watched = new Watched(world, run, whenOver, time.nanos());
        running.add(watched);
        thread.wake();
        return watched;
    }

    /** The guest has finished; false if it was over a limit before. */
    boolean hasFinished(Watched watched) {
        running.remove(watched);
        return watched.over.compareAndSet(false, true);
    }

    /** Stops looking. */
    @Override
    public void close() {
        thread.close();
    }

    private void look() {
        running.forEach(watched -> thread.attempt(() -> {
            if (watched.run.isOverMemory()) {
                watched.end(watched.run.overMemory());
            } else if (watched.run.isOverTime() || time.nanos() - watched.sinceNanos > clockLimitNanos) {
                watched.end(watched.run.overTime());
            }
        }));
    }
}
