package dev.nearside.benchmarks.load;

import dev.nearside.benchmarks.load.Viewer.Outcomes;
import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks at a fixed rate whatever the answers do, and counts from when each request was due: one slow answer makes those
 * late that wait behind it, and that is counted too (the correction for coordinated omission). Arguments: port, path,
 * connections, requests per second, seconds to warm up, seconds to measure.
 */
public final class FixedRate {

    private static final long PATIENCE_SECONDS = 10;

    /**
     * What to ask.
     *
     * @param perSecond all connections together, 1 to 1,000,000
     */
    record Plan(int port, String path, int connections, int perSecond, int warmUpSeconds, int seconds) {

        int warmUp() {
            return perSecond * warmUpSeconds;
        }

        int total() {
            return perSecond * (warmUpSeconds + seconds);
        }
    }

    /**
     * What came of it.
     *
     * @param failed warm-up and all, also what was not answered in the end
     */
    record Result(Latencies latencies, Latencies delays, int failed) {

        /** Percentiles 50, 90, 99, 99.9 and 100 in milliseconds, how late the 99th request was sent, and failures. */
        String line() {
            return String.format(
                    Locale.ROOT,
                    "%.3f %.3f %.3f %.3f %.3f %.3f %d",
                    latencies.millisAt(50),
                    latencies.millisAt(90),
                    latencies.millisAt(99),
                    latencies.millisAt(99.9),
                    latencies.millisAt(100),
                    delays.millisAt(99),
                    failed);
        }
    }

    private final Plan plan;
    private final Time time;
    private final Latencies latencies = new Latencies();
    private final Latencies delays = new Latencies();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int asked;
    private int done;
    private int failed;
    private long startNanos;

    private FixedRate(Plan plan, Time time) {
        this.plan = plan;
        this.time = time;
    }

    /** Prints one line. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 6) {
            System.err.println("usage: FixedRate PORT PATH CONNECTIONS PER-SECOND WARM-UP-SECONDS SECONDS");
            System.exit(2);
        }
        Plan plan = new Plan(
                Integer.parseInt(args[0]),
                args[1],
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]));
        System.out.println(run(plan, Time.system()).line());
    }

    /** Connects, asks, and waits for the last answer, though not for ever. */
    static Result run(Plan plan, Time time) throws IOException, InterruptedException {
        FixedRate load = new FixedRate(plan, time);
        Outcomes outcomes = new Outcomes() {
            @Override
            public void answered(long dueNanos, long sentNanos, long endNanos) {
                load.answered(dueNanos, sentNanos, endNanos);
            }

            @Override
            public void failed() {
                load.failed++;
                load.countDone();
            }
        };
        try (Viewers viewers = Viewers.connect(plan.connections(), plan.port(), plan.path(), time, outcomes)) {
            viewers.loop().execute(() -> {
                load.startNanos = time.nanos();
                load.askWhatIsDue(viewers);
            });
            try {
                load.ended.get(plan.warmUpSeconds() + plan.seconds() + PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException _) {
                // What has no answer yet is counted as failed below.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
            // Read where it is written.
            return viewers.loop()
                    .submit(() -> new Result(load.latencies, load.delays, load.failed + load.plan.total() - load.done))
                    .sync()
                    .getNow();
        }
    }

    private void answered(long dueNanos, long sentNanos, long endNanos) {
        // Answers come in another order than requests: the due time says what belongs to the warm-up.
        if (dueNanos - startNanos >= dueAfterNanos(plan.warmUp())) {
            latencies.add(endNanos - dueNanos);
            delays.add(sentNanos - dueNanos);
        }
        countDone();
    }

    private void countDone() {
        if (++done == plan.total()) {
            ended.complete(null);
        }
    }

    private long dueAfterNanos(int number) {
        return number * 1_000_000_000L / plan.perSecond();
    }

    private void askWhatIsDue(Viewers viewers) {
        long now = time.nanos() - startNanos;
        while (asked < plan.total() && dueAfterNanos(asked) <= now) {
            viewers.all().get(asked % plan.connections()).ask(startNanos + dueAfterNanos(asked));
            asked++;
        }
        if (asked < plan.total()) {
            viewers.loop()
                    .schedule(
                            () -> askWhatIsDue(viewers),
                            startNanos + dueAfterNanos(asked) - time.nanos(),
                            TimeUnit.NANOSECONDS);
        }
    }
}
