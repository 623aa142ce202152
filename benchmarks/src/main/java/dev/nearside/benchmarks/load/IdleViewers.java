package dev.nearside.benchmarks.load;

import dev.nearside.benchmarks.load.Viewer.Outcomes;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Viewers who ask once and stay. Arguments: port, path, viewers. Prints a line when all have their answer, and holds the
 * connections until standard input ends.
 */
public final class IdleViewers {

    private static final long PATIENCE_SECONDS = 20;

    private IdleViewers() {}

    /** Ends with status 1 if not all get an answer. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: IdleViewers PORT PATH VIEWERS");
            System.exit(2);
        }
        int count = Integer.parseInt(args[2]);
        CountDownLatch open = new CountDownLatch(count);
        AtomicInteger failed = new AtomicInteger();
        Outcomes outcomes = new Outcomes() {
            @Override
            public void answered(long dueNanos, long sentNanos, long endNanos) {
                open.countDown();
            }

            @Override
            public void failed() {
                failed.incrementAndGet();
                open.countDown();
            }
        };
        Time time = Time.system();
        try (Viewers viewers = Viewers.connect(count, Integer.parseInt(args[0]), args[1], time, outcomes)) {
            viewers.loop().execute(() -> viewers.all().forEach(viewer -> viewer.ask(time.nanos())));
            boolean all = open.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!all || failed.get() > 0 || viewers.connected() < count) {
                System.err.println("of " + count + " viewers " + open.getCount() + " had no answer, " + failed
                        + " not the right one, and " + viewers.connected() + " are connected");
                System.exit(1);
            }
            System.out.println(count + " viewers are idle");
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
