package dev.nearside.edge.functions.jvm.guest;

import java.util.function.Consumer;

/** How the engine steers the meter of one environment; the one class of this package that all environments share. */
public interface MeterControl {

    /**
     * An invocation begins, on the calling thread.
     *
     * @param steps what it may spend; one is a loop turn, a call of a method of the guest's, or the like
     * @param maxBytes longest array
     * @param lines takes what the guest prints
     */
    void begin(long steps, long maxBytes, Consumer<String> lines);

    /** Stops the guest for good; by any thread. */
    void stop();

    /** Whether the guest was stopped, or stopped by spending all it had. */
    boolean isStopped();

    /** Hands on what was printed without a line end. */
    void flush();
}
