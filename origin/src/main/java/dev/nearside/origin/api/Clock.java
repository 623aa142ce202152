package dev.nearside.origin.api;

import dev.nearside.kit.time.Time;
import dev.nearside.origin.http.OriginRequest;
import dev.nearside.origin.http.Reply;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The time at the origin; never stored, so it shows how old everything else is. */
public final class Clock {

    private final Time time;
    private final AtomicLong served;

    /** Shows this time, and how many requests were served before. */
    public Clock(Time time, AtomicLong served) {
        this.time = time;
        this.served = served;
    }

    /** The reply of {@code /api/time}. */
    public Reply now(OriginRequest request) {
        long epochMillis = time.epochMillis();
        return Json.ok(new Reading(Instant.ofEpochMilli(epochMillis).toString(), epochMillis, served.get()))
                .with("cache-control", "no-store");
    }

    private record Reading(String time, long epochMillis, long requestsServedBefore) {}
}
