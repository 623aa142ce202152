package dev.nearside.edge.testbed;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads bring about soon. */
public final class Waiting {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Waiting() {}

    /** Returns as soon as it holds; fails with {@code what} if that takes unreasonably long. */
    public static void until(String what, BooleanSupplier holds) {
        for (long waited = 0; !holds.getAsBoolean(); waited += BETWEEN_LOOKS_NANOS) {
            if (waited > PATIENCE_NANOS) {
                throw new AssertionError("it did not come about that " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }
}
