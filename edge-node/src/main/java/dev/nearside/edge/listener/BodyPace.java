package dev.nearside.edge.listener;

import dev.nearside.edge.fetch.Upload;
import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request's body keeps coming: while it is wanted it must bring a number of bytes in each interval. Only
 * bodies that do not come in one read ever start a timer. Confined to the connection's event loop.
 */
final class BodyPace {

    private final ViewerListener.Limits limits;
    private final LongConsumer whenTooSlow;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Upload watched;
    private long bytesSinceLook;
    private boolean heldBack;

    /** Calls {@code whenTooSlow} with the bytes that came in the last interval. */
    BodyPace(ViewerListener.Limits limits, LongConsumer whenTooSlow) {
        this.limits = limits;
        this.whenTooSlow = whenTooSlow;
    }

    /** Starts looking, unless it does already or the body is complete. */
    void watch(EventLoop loop, @Nullable Upload body) {
        if (watched != body) {
            cancel();
        }
        if (timer == null && body != null && !body.isEnded()) {
            watched = body;
            bytesSinceLook = 0;
            heldBack = !body.wantsMore();
            timer = loop.schedule(() -> look(loop, body), limits.bodyTimeoutMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void arrived(int bytes) {
        bytesSinceLook += bytes;
    }

    /** The viewer could not send although it might have wished to. */
    void holdBack() {
        heldBack = true;
    }

    private void look(EventLoop loop, Upload body) {
        timer = null;
        if (heldBack || bytesSinceLook >= limits.minBodyBytes()) {
            watch(loop, body);
        } else if (!body.isEnded()) {
            whenTooSlow.accept(bytesSinceLook);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
