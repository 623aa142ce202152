package dev.nearside.kit.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that stands still until it is told to move; for tests and virtual worlds. */
public final class ManualTime implements Time {

    private final long epochMillisAtStart;
    private final AtomicLong nanos = new AtomicLong();

    /** Starts at nanosecond zero and the given wall-clock time in milliseconds since 1970. */
    public ManualTime(long epochMillisAtStart) {
        this.epochMillisAtStart = epochMillisAtStart;
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long epochMillis() {
        return epochMillisAtStart + nanos.get() / 1_000_000;
    }

    /**
     * Moves forward.
     *
     * @throws IllegalArgumentException if the step is negative
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("time step " + step + " is negative, expected zero or more");
        }
        nanos.addAndGet(step.toNanos());
    }
}
