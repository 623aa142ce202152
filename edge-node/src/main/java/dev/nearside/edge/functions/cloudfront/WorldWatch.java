package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks at a world from outside while guest code works in it, and ends the guest when it is over a limit. Steps are not
 * enough for that, because a built-in can take for ever, or all memory, within one of them.
 */
final class WorldWatch {

    private static final long LOOK_EVERY_MILLIS = 2;

    /**
     * By the clock a guest may take that many times its limit, which is one of work: a busy machine, or the first use of
     * the engine, is not its fault.
     */
    private static final int CLOCK_FACTOR = 10;

    private final CloudFrontWorld world;
    private final Consumer<Failed> whenOver;
    private final AtomicBoolean over = new AtomicBoolean();
    private List<Future<?>> looks = List.of();

    /**
     * A watch that has not begun.
     *
     * @param whenOver told before the guest is ended, since a guest may be slow to end
     */
    WorldWatch(CloudFrontWorld world, Consumer<Failed> whenOver) {
        this.world = world;
        this.whenOver = whenOver;
    }

    /** Begins to look. */
    void start(ScheduledExecutorService alarms, long timeoutMillis) {
        looks = List.of(
                alarms.schedule(() -> end(world.overTime()), CLOCK_FACTOR * timeoutMillis, TimeUnit.MILLISECONDS),
                alarms.scheduleWithFixedDelay(this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** Stops looking, as the guest has finished; false if the guest was over a limit before. */
    boolean stop() {
        looks.forEach(look -> look.cancel(false));
        return over.compareAndSet(false, true);
    }

    private void look() {
        if (world.isOverMemory()) {
            end(world.overMemory());
        } else if (world.isOverTime()) {
            end(world.overTime());
        }
    }

    /** On a thread of its own, because closing waits for the guest. */
    private void end(Failed end) {
        if (over.compareAndSet(false, true)) {
            var _ = Thread.ofPlatform()
                    .name("cloudfront-functions-end")
                    .daemon()
                    .start(() -> {
                        whenOver.accept(end);
                        world.stop(end);
                    });
        }
    }
}
