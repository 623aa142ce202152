package dev.nearside.simulator.world;

import dev.nearside.kit.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes and other threads do without telling: looks often, and gives up at a deadline. */
public final class Await {

    private static final Time TIME = Time.system();
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    /** Something that is not true yet. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @param what the condition in words, for the failure's message
     * @return how long it took
     */
    public static Duration until(Duration limit, String what, Condition condition) throws Exception {
        long began = TIME.nanos();
        while (!condition.holds()) {
            if (TIME.nanos() - began > limit.toNanos()) {
                throw new AssertionError("after " + limit.toSeconds() + " s still waiting until " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return Duration.ofNanos(TIME.nanos() - began);
    }
}
