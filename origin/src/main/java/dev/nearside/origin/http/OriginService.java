package dev.nearside.origin.http;

import dev.nearside.kit.time.Time;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections of one origin share; safe for use by many event loops. */
public final class OriginService {

    private final Router router;
    private final Limits limits;
    private final AtomicLong served;
    private final HttpDates dates;

    /**
     * Puts the shared parts together.
     *
     * @param served counts the requests that arrived in full, whatever became of their answers
     */
    public OriginService(Router router, Limits limits, AtomicLong served, Time time) {
        this.router = router;
        this.limits = limits;
        this.served = served;
        this.dates = new HttpDates(time);
    }

    Router router() {
        return router;
    }

    Limits limits() {
        return limits;
    }

    /** Counts one more request and says the how manieth it is. */
    long countServed() {
        return served.incrementAndGet();
    }

    /** How many were counted so far. */
    long served() {
        return served.get();
    }

    String date() {
        return dates.now();
    }

    /** What a connection may cost. */
    public record Limits(long idleTimeoutMillis, int maxHeaderBytes) {}
}
