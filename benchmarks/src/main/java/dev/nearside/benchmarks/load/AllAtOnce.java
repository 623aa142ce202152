package dev.nearside.benchmarks.load;

import dev.nearside.benchmarks.load.Viewer.Outcomes;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Viewers who all ask for one thing at the same moment. Arguments: port, path, viewers. Prints when the first, the median
 * and the last of them had it, in milliseconds, and how many did not get it.
 */
public final class AllAtOnce {

    private static final long PATIENCE_SECONDS = 30;

    private AllAtOnce() {}

    /** Prints one line. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: AllAtOnce PORT PATH VIEWERS");
            System.exit(2);
        }
        System.out.println(run(Integer.parseInt(args[0]), args[1], Integer.parseInt(args[2]), Time.system()));
    }

    /** Connects first, so that only asking counts. */
    static String run(int port, String path, int count, Time time) throws IOException, InterruptedException {
        Latencies latencies = new Latencies();
        CountDownLatch open = new CountDownLatch(count);
        Outcomes outcomes = new Outcomes() {
            @Override
            public void answered(long dueNanos, long sentNanos, long endNanos) {
                latencies.add(endNanos - dueNanos);
                open.countDown();
            }

            @Override
            public void failed() {
                open.countDown();
            }
        };
        try (Viewers viewers = Viewers.connect(count, port, path, time, outcomes)) {
            viewers.loop().execute(() -> {
                long now = time.nanos();
                viewers.all().forEach(viewer -> viewer.ask(now));
            });
            open.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            // Read where it is written.
            return viewers.loop()
                    .submit(() -> String.format(
                            Locale.ROOT,
                            "%.3f %.3f %.3f %d",
                            latencies.millisAt(Double.MIN_VALUE),
                            latencies.millisAt(50),
                            latencies.millisAt(100),
                            count - latencies.count()))
                    .sync()
                    .getNow();
        }
    }
}
