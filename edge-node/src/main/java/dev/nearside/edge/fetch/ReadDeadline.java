package dev.nearside.edge.fetch;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * How long an origin may keep silent: for the head, and between two parts of the body. It looks once in each interval,
 * so silence is noticed after one to two of them. Time in which nothing is read for the viewer's sake does not count.
 */
final class ReadDeadline {

    private final Channel channel;
    private final int seconds;
    private final IntConsumer whenSilent;
    private ScheduledFuture<?> look;
    private boolean progressed;

    /** Starts to look; {@code whenSilent} hears once, with the seconds. */
    ReadDeadline(Channel channel, int seconds, IntConsumer whenSilent) {
        this.channel = channel;
        this.seconds = seconds;
        this.whenSilent = whenSilent;
        this.look = schedule();
    }

    private ScheduledFuture<?> schedule() {
        progressed = false;
        return channel.eventLoop().schedule(this::look, seconds, TimeUnit.SECONDS);
    }

    private void look() {
        boolean waitingForReader = !channel.config().isAutoRead();
        if (progressed || waitingForReader) {
            look = schedule();
        } else {
            whenSilent.accept(seconds);
        }
    }

    void progressed() {
        progressed = true;
    }

    void cancel() {
        look.cancel(false);
    }
}
