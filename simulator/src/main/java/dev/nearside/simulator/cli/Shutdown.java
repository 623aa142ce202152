package dev.nearside.simulator.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end that SIGINT or SIGTERM brings: the virtual machine's hook wakes whoever waits here, and holds the machine up
 * until that one has cleaned up. Whoever sent the signal is promised an end within five seconds.
 */
final class Shutdown {

    private static final long PATIENCE_MILLIS = 4_500;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    private Shutdown() {}

    static Shutdown onSignals() {
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::signalled, "shutdown"));
        return shutdown;
    }

    private void signalled() {
        asked.countDown();
        try {
            if (!done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                // The signal's sender has waited long enough; what still runs is stopped with the machine, uncleanly.
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a signal. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Whether a signal has come. */
    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Everything is cleaned up. */
    void done() {
        done.countDown();
    }
}
