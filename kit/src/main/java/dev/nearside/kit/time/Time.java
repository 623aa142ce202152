package dev.nearside.kit.time;

import java.time.Instant;

/** A source of time; every part that needs to know when it is takes one. */
public interface Time {

    /** A monotonic reading in nanoseconds; only differences mean something. */
    long nanos();

    /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z. */
    long epochMillis();

    /** Wall-clock time as an instant, to the millisecond. */
    default Instant now() {
        return Instant.ofEpochMilli(epochMillis());
    }

    /** The machine's clocks. */
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
