package dev.nearside.kit.link;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is under way in one direction, in order, each item with the time at which it arrives. */
final class DelayLine<T> {

    private record Travelling<T>(T item, long arrivesAtNanos) {}

    private final long delayNanos;
    private final long jitterNanos;
    private final RandomGenerator random;
    private final Deque<Travelling<T>> items = new ArrayDeque<>();
    private @Nullable Future<?> timer;
    private long timerDueNanos;

    DelayLine(long delayNanos, long jitterNanos, RandomGenerator random) {
        this.delayNanos = delayNanos;
        this.jitterNanos = jitterNanos;
        this.random = random;
    }

    /** Puts an item on its way; it never overtakes an earlier one. */
    void add(T item, long leavesAtNanos) {
        long arrives = leavesAtNanos + delayNanos + jitter();
        if (!items.isEmpty()) {
            arrives = Math.max(arrives, items.getLast().arrivesAtNanos());
        }
        items.addLast(new Travelling<>(item, arrives));
    }

    /** A draw of how late a packet is. */
    long jitter() {
        return jitterNanos == 0 ? 0 : random.nextLong(jitterNanos + 1);
    }

    /** The next item if it has arrived by then, else null. */
    @Nullable
    T peekArrived(long nowNanos) {
        return items.isEmpty() || items.getFirst().arrivesAtNanos() > nowNanos
                ? null
                : items.getFirst().item();
    }

    /** Takes the next item whether it has arrived or not; null if there is none. */
    @Nullable
    T poll() {
        return items.isEmpty() ? null : items.removeFirst().item();
    }

    /** Makes sure that the action runs when the next item arrives; one timer serves the whole line. */
    void wakeAtNextArrival(EventExecutor loop, Runnable action) {
        if (items.isEmpty()) {
            return;
        }
        long due = items.getFirst().arrivesAtNanos();
        if (timer != null && timerDueNanos <= due) {
            return;
        }
        stopTimer();
        timerDueNanos = due;
        timer = loop.schedule(
                () -> {
                    timer = null;
                    action.run();
                },
                Math.max(0, due - loop.ticker().nanoTime()),
                TimeUnit.NANOSECONDS);
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
