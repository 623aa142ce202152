package dev.nearside.edge.fetch;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.kit.time.Time;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through to origins, or says at once why not: an origin has its share of requests under way, and where
 * a circuit breaker is configured, one that could not be reached is left alone for a while. Nothing ever waits here.
 * Safe for many threads.
 */
final class OriginGates {

    /** Origins that are remembered while nothing is under way to them; functions may name any number. */
    static final int MAX_IDLE_GATES = 1_024;

    /** How many requests may try an origin again after its circuit was open. */
    static final int TRIALS = 3;

    /** The requests whose ends make up the failure rate, at least. */
    private static final int WINDOW_CALLS = 20;

    private static final String ANY_HOST = "*";

    /** What a gate says. */
    sealed interface Entry {
        record Admitted(Pass pass) implements Entry {}

        record Refused(FillFailure why) implements Entry {}
    }

    /** What stands before one origin. */
    private record Gate(Bulkhead share, @Nullable CircuitBreaker breaker, int maxRequests) {

        boolean isIdle() {
            return share.getMetrics().getAvailableConcurrentCalls() == maxRequests;
        }

        boolean isWorthKeeping() {
            return breaker != null && breaker.getState() != CircuitBreaker.State.CLOSED;
        }
    }

    /**
     * One request under way to an origin. It must be left exactly once, and may tell before what became of it; only
     * the first thing told counts.
     */
    static final class Pass {
        private final Gate gate;
        private boolean told;

        private Pass(Gate gate) {
            this.gate = gate;
        }

        /** The origin answered, whatever its status. */
        void answered() {
            if (!told && gate.breaker() != null) {
                gate.breaker().onSuccess(0, TimeUnit.NANOSECONDS);
            }
            told = true;
        }

        /** The origin could not be reached, or kept silent for too long. */
        void unreachable() {
            if (!told && gate.breaker() != null) {
                gate.breaker().onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("unreachable"));
            }
            told = true;
        }

        /** Nothing is under way any more. */
        void leave() {
            if (!told && gate.breaker() != null) {
                gate.breaker().releasePermission();
            }
            told = true;
            gate.share().onComplete();
        }
    }

    private final int maxConcurrentRequests;
    private final Map<String, BreakerSettings> breakers;
    private final Clock clock;
    private final BulkheadConfig shares;

    /** The least recently used first. */
    private final LinkedHashMap<OriginTarget, Gate> gates = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Gates that let at most {@code maxConcurrentRequests} requests be under way to any one origin.
     *
     * @param breakers by origin host name in lower case, or {@code *} for all that have none of their own
     */
    OriginGates(int maxConcurrentRequests, Map<String, BreakerSettings> breakers, Time time) {
        this.maxConcurrentRequests = maxConcurrentRequests;
        this.breakers = Map.copyOf(breakers);
        this.clock = new TimeClock(time);
        this.shares = BulkheadConfig.custom()
                .maxConcurrentCalls(maxConcurrentRequests)
                .maxWaitDuration(Duration.ZERO)
                .build();
    }

    /** Lets a request through, or says why not. */
    synchronized Entry enter(OriginTarget target) {
        Gate gate = gates.get(target);
        if (gate == null) {
            gate = new Gate(Bulkhead.of(target.toString(), shares), breaker(target), maxConcurrentRequests);
            makeRoom();
            gates.put(target, gate);
        }
        if (!gate.share().tryAcquirePermission()) {
            return new Entry.Refused(new FillFailure(
                    503,
                    "LimitExceeded",
                    "origin-share-full",
                    "the origin " + target + " has " + maxConcurrentRequests
                            + " requests under way from this node already"));
        }
        CircuitBreaker breaker = gate.breaker();
        if (breaker != null && !breaker.tryAcquirePermission()) {
            gate.share().onComplete();
            return new Entry.Refused(new FillFailure(
                    503,
                    "Error",
                    "origin-circuit-open",
                    "the origin " + target + " could not be reached by at least "
                            + Math.round(breaker.getCircuitBreakerConfig().getFailureRateThreshold())
                            + "% of the last requests; it is left alone for a while"));
        }
        return new Entry.Admitted(new Pass(gate));
    }

    /** Origins that are remembered. */
    synchronized int size() {
        return gates.size();
    }

    private @Nullable CircuitBreaker breaker(OriginTarget target) {
        BreakerSettings settings = breakers.get(target.host().toLowerCase(Locale.ROOT));
        if (settings == null) {
            settings = breakers.get(ANY_HOST);
        }
        return settings == null
                ? null
                : CircuitBreaker.of(
                        target.toString(),
                        CircuitBreakerConfig.custom()
                                .failureRateThreshold(settings.failureRatePercent())
                                .minimumNumberOfCalls(settings.minimumCalls())
                                .slidingWindow(
                                        Math.max(WINDOW_CALLS, settings.minimumCalls()),
                                        settings.minimumCalls(),
                                        SlidingWindowType.COUNT_BASED)
                                .waitDurationInOpenState(Duration.ofSeconds(settings.openSeconds()))
                                .permittedNumberOfCallsInHalfOpenState(TRIALS)
                                .clock(clock)
                                .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS)
                                .build());
    }

    /**
     * Forgets the origin that has been idle for longest once there are too many; one whose circuit is not closed only
     * if there is no other. Origins with requests under way stay: viewers bound their number.
     */
    private void makeRoom() {
        if (gates.size() < MAX_IDLE_GATES) {
            return;
        }
        if (!removeEldest(false)) {
            removeEldest(true);
        }
    }

    private boolean removeEldest(boolean evenIfWorthKeeping) {
        for (Iterator<Gate> eldestFirst = gates.values().iterator(); eldestFirst.hasNext(); ) {
            Gate gate = eldestFirst.next();
            if (gate.isIdle() && (evenIfWorthKeeping || !gate.isWorthKeeping())) {
                eldestFirst.remove();
                return true;
            }
        }
        return false;
    }

    /** The node's monotonic time in the form that Resilience4j takes, so that setting the machine's clock opens nothing. */
    private static final class TimeClock extends Clock {
        private final Time time;

        TimeClock(Time time) {
            this.time = time;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(time.nanos());
        }
    }
}
