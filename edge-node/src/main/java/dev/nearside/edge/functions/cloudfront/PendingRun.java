package dev.nearside.edge.functions.cloudfront;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event on its way to its outcome, which is told once, whoever comes first with one. */
final class PendingRun {

    private static final Logger LOG = LoggerFactory.getLogger(PendingRun.class);

    private final byte[] event;
    private final String rawQuery;
    private final long sinceNanos;
    private final Consumer<RunOutcome> whenDone;
    private final AtomicBoolean answered = new AtomicBoolean();

    /**
     * An event that nobody has answered yet.
     *
     * @param rawQuery the query as the viewer sent it
     * @param sinceNanos when it began to wait
     */
    PendingRun(byte[] event, String rawQuery, long sinceNanos, Consumer<RunOutcome> whenDone) {
        this.event = event;
        this.rawQuery = rawQuery;
        this.sinceNanos = sinceNanos;
        this.whenDone = whenDone;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    RunOutcome runIn(CloudFrontWorld world) {
        return world.run(event, rawQuery);
    }

    /** Answers unless somebody has; a receiver that is gone must not end the thread. */
    void answer(RunOutcome outcome) {
        if (answered.compareAndSet(false, true)) {
            try {
                whenDone.accept(outcome);
            } catch (RuntimeException e) {
                LOG.error("the receiver of a run failed", e);
            }
        }
    }
}
