package dev.nearside.edge.cache.disk;

import dev.nearside.kit.time.Time;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk does what it is told. After some failures in a row nothing more is written for a while, then again;
 * the first failure of that next term sends it back to rest, the first success ends the matter. What fails late and was
 * begun in an earlier term says nothing of this one. Safe for use by many threads.
 */
final class DiskHealth {

    static final int FAILURES_TO_REST = 3;
    static final long REST_NANOS = 30_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);

    private enum State {
        HEALTHY,
        RESTING,
        /** The rest is over and nothing has gone well yet. */
        ON_TRIAL
    }

    private final String name;
    private final Time time;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong rests = new AtomicLong();
    private State state = State.HEALTHY;
    private long term = 1;
    private int failuresInARow;
    private long restsUntilNanos;
    private boolean complained;

    DiskHealth(String name, Time time) {
        this.name = name;
        this.time = time;
    }

    /** Whether something may be written now. */
    synchronized boolean mayWrite() {
        if (state == State.RESTING && time.nanos() - restsUntilNanos >= 0) {
            state = State.ON_TRIAL;
            term++;
        }
        return state != State.RESTING;
    }

    /** To be told again with what becomes of something that begins now. */
    synchronized long term() {
        return term;
    }

    /** Something went as it should; whether the disk had been failing until then. */
    synchronized boolean succeeded(long begunInTerm) {
        if (begunInTerm != term || state == State.RESTING) {
            return false;
        }
        boolean isNews = state == State.ON_TRIAL || failuresInARow > 0;
        failuresInARow = 0;
        if (state == State.ON_TRIAL) {
            LOG.info("{}'s disk works again; {} failures so far", name, failures);
            complained = false;
        }
        state = State.HEALTHY;
        return isNews;
    }

    /** Something did not; it is said once until the disk works again after a rest. */
    synchronized void failed(long begunInTerm, String what, IOException why) {
        failures.incrementAndGet();
        if (!complained) {
            complained = true;
            LOG.warn(
                    "{}'s disk fails at {}: {}; what cannot be kept there is served from memory and the origin",
                    name,
                    what,
                    why.toString());
        }
        if (begunInTerm != term || state == State.RESTING) {
            return;
        }
        failuresInARow++;
        if (state == State.ON_TRIAL || failuresInARow >= FAILURES_TO_REST) {
            state = State.RESTING;
            restsUntilNanos = time.nanos() + REST_NANOS;
            rests.incrementAndGet();
        }
    }

    /** Failures of the disk so far. */
    long failures() {
        return failures.get();
    }

    /** How many times it was given a rest. */
    long rests() {
        return rests.get();
    }
}
