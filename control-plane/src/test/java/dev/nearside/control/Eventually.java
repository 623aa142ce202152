package dev.nearside.control;

import dev.nearside.kit.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what the control plane does in the background: looks often, and gives up after half a minute. */
public final class Eventually {

    private static final Time TIME = Time.system();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    /** Something that is not true yet. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    private Eventually() {}

    /**
     * Waits until the condition holds.
     *
     * @param what the condition in words, for the failure's message
     */
    public static void until(String what, Condition condition) throws Exception {
        long began = TIME.nanos();
        while (!condition.holds()) {
            if (TIME.nanos() - began > LIMIT.toNanos()) {
                throw new AssertionError("after " + LIMIT.toSeconds() + " s still waiting until " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
