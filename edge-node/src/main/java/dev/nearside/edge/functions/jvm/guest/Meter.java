package dev.nearside.edge.functions.jvm.guest;

import java.util.function.Consumer;

/** Counts what the guest of one environment does, and ends it when it has spent all or was stopped. */
public final class Meter {

    /** Has no stack trace, and a guest that is out of stack or memory must be stopped, too. */
    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Error STOPPED = new Stopped();

    /** Bytes that cost as much as one step to allocate and clear. */
    private static final int BYTES_PER_STEP = 64;

    private static volatile boolean stopped;
    private static long left = Long.MAX_VALUE;
    private static long maxBytes = Long.MAX_VALUE;

    private Meter() {}

    /** One step: at the start of each method, handler of exceptions, and before each jump back. */
    public static void spend() {
        if (stopped || --left < 0) {
            stop();
        }
    }

    /** Several steps at once. */
    public static void spend(long steps) {
        left = Math.max(-1, left - steps);
        if (stopped || left < 0) {
            stop();
        }
    }

    private static void stop() {
        stopped = true;
        throw STOPPED;
    }

    /** An array is about to be made. */
    public static void array(int count, int elementBytes) {
        bytes((long) count * elementBytes);
    }

    /** An array of arrays is about to be made. */
    public static void arrays(long count, int elementBytes) {
        bytes(count > Long.MAX_VALUE / elementBytes ? Long.MAX_VALUE : count * elementBytes);
    }

    /** The number of elements with one more dimension. */
    public static long times(long count, int dimension) {
        return dimension < 0 || count > Integer.MAX_VALUE ? count : count * dimension;
    }

    /** The JDK is about to make something of about that size. */
    public static void size(int size) {
        bytes(size);
    }

    /** The text that was just made; the next may be twice as long. */
    public static void text(String text) {
        bytes(text.length());
    }

    static void requireRoom(long bytes) {
        if (bytes > maxBytes) {
            throw new OutOfMemoryError(bytes + " bytes at once, more than the function's memory");
        }
    }

    static void bytes(long bytes) {
        requireRoom(bytes);
        spend(Math.max(0, bytes) / BYTES_PER_STEP + 1);
    }

    /** The engine's door. */
    public static MeterControl control() {
        return new MeterControl() {
            @Override
            public void begin(long steps, long bytes, Consumer<String> lines) {
                left = steps;
                maxBytes = bytes;
                Console.begin(lines);
            }

            @Override
            public void stop() {
                stopped = true;
            }

            @Override
            public boolean isStopped() {
                return stopped;
            }

            @Override
            public void flush() {
                Console.flush();
            }
        };
    }
}
