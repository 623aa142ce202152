package dev.nearside.edge.shield;

import dev.nearside.kit.time.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which shields one node leaves alone: one that could not be connected to is not asked for five seconds, so that not
 * every miss waits for it in vain. Then one fetch tries it, and the others go on without it until that has got through.
 * Safe for use by many threads.
 */
public final class ShieldRest {

    private static final long REST_NANOS = 5_000_000_000L;

    private final Time time;
    private final Map<Shield, Long> untilNanos = new ConcurrentHashMap<>();

    /** All shields may be asked. */
    public ShieldRest(Time time) {
        this.time = time;
    }

    /** Whether it may be asked now; after a rest only the first who wants to know may. */
    public boolean mayAsk(Shield shield) {
        Long until = untilNanos.get(shield);
        if (until == null) {
            return true;
        }
        long now = time.nanos();
        // Whoever tries it may never tell how that went, so the next rest begins at once.
        return until - now <= 0 && untilNanos.replace(shield, until, now + REST_NANOS);
    }

    /** No connection to it came about. */
    public void unreachable(Shield shield) {
        untilNanos.put(shield, time.nanos() + REST_NANOS);
    }

    /** There is a connection to it. */
    public void reached(Shield shield) {
        if (!untilNanos.isEmpty()) {
            untilNanos.remove(shield);
        }
    }
}
