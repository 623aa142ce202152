package dev.nearside.edge.framing;

import java.util.function.LongSupplier;

/** How many frames that carry nothing one connection may cause in a span of time; more are a flood. */
public final class FrameBudget {

    private final int maxFrames;
    private final long spanNanos;
    private final LongSupplier clock;
    private long spanStart;
    private int frames;

    /**
     * A budget of which nothing is spent.
     *
     * @param clock in nanoseconds
     */
    public FrameBudget(int maxFrames, long spanNanos, LongSupplier clock) {
        this.maxFrames = maxFrames;
        this.spanNanos = spanNanos;
        this.clock = clock;
        this.spanStart = clock.getAsLong();
    }

    /** Counts one frame; false if that is one too many. */
    public boolean spend() {
        long now = clock.getAsLong();
        if (now - spanStart >= spanNanos) {
            spanStart = now;
            frames = 0;
        }
        return ++frames <= maxFrames;
    }
}
