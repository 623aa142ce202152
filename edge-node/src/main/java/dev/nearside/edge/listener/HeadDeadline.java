package dev.nearside.edge.listener;

import dev.nearside.edge.framing.HeadProgress;
import io.netty.channel.Channel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a head must come whole, counted from its first bytes, so that bytes that trickle do not extend it.
 * Only heads that do not come in one read ever start a timer. Confined to the connection's event loop.
 */
final class HeadDeadline {

    private final HeadProgress guard;
    private final long millis;
    private final Runnable whenLate;
    private @Nullable ScheduledFuture<?> timer;
    private int timedHead;

    HeadDeadline(HeadProgress guard, long millis, Runnable whenLate) {
        this.guard = guard;
        this.millis = millis;
        this.whenLate = whenLate;
    }

    /** Looks after each read whether a head is under way. */
    void onRead(Channel channel) {
        if (timer != null && (!guard.isInHead() || guard.headsBegun() != timedHead)) {
            cancel();
        }
        if (timer == null && guard.isInHead()) {
            timedHead = guard.headsBegun();
            start(channel);
        }
    }

    private void start(Channel channel) {
        timer = channel.eventLoop().schedule(() -> onTime(channel), millis, TimeUnit.MILLISECONDS);
    }

    private void onTime(Channel channel) {
        timer = null;
        if (channel.config().isAutoRead()) {
            whenLate.run();
        } else {
            // It is us who do not read.
            start(channel);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
