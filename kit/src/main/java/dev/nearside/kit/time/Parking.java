package dev.nearside.kit.time;

import java.util.concurrent.locks.LockSupport;

/** Threads that wait for a while in real time; nothing that also runs in virtual time may do so. */
public final class Parking {

    private Parking() {}

    /** Waits for that many nanoseconds, or until the thread is unparked or interrupted; may return early. */
    public static void park(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
    }
}
