package dev.nearside.control.core;

import dev.nearside.kit.watch.WatchRequest;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A watch that waits for news: what the node said, where the answer goes, and the timer that ends the wait. */
final class HeldWatch {

    private final WatchRequest request;
    private final Consumer<byte[]> answer;
    private final Consumer<String> refusal;
    private @Nullable ScheduledFuture<?> timer;

    HeldWatch(WatchRequest request, Consumer<byte[]> answer, Consumer<String> refusal) {
        this.request = request;
        this.answer = answer;
        this.refusal = refusal;
    }

    WatchRequest request() {
        return request;
    }

    void endBy(ScheduledFuture<?> end) {
        timer = end;
    }

    void end(byte[] json) {
        cancelTimer();
        answer.accept(json);
    }

    /** Ends the watch because it should not have been opened. */
    void refuse(String reason) {
        cancelTimer();
        refusal.accept(reason);
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
