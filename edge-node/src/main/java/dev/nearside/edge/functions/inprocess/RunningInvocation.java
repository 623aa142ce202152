package dev.nearside.edge.functions.inprocess;

import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.LogLines;
import dev.nearside.kit.time.Time;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event on its way through an environment.
 *
 * <p>Two parties may end it, the pool thread that has the answer and the watchdog; whoever wins {@link #claim} must
 * first decide the environment's fate and then {@link #deliver}.
 */
public final class RunningInvocation {

    private static final Logger LOG = LoggerFactory.getLogger(RunningInvocation.class);

    /** How far it got; says what passing the deadline means. */
    public enum Phase {
        QUEUED,
        INIT,
        HANDLER,
        /** Given up while queued; guest code never saw it. */
        ABANDONED
    }

    private final Invocation invocation;
    private final Consumer<InvocationOutcome> whenDone;
    private final Time time;
    private final LogLines log;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    private final boolean warmUp;
    private final AllocationMeter allocation = new AllocationMeter();
    private volatile long deadlineNanos;
    private volatile long phaseStartNanos;
    private volatile long initNanos;

    /** An event that waits for its environment. */
    public RunningInvocation(Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, int maxLogBytes) {
        this(invocation, whenDone, time, new LogLines(maxLogBytes), false);
    }

    /**
     * No event: an environment is to be made, and answers {@link Answer#NOTHING} when its code is loaded.
     *
     * @param log gets what the code prints
     */
    public static RunningInvocation warmUp(
            Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, LogLines log) {
        return new RunningInvocation(invocation, whenDone, time, log, true);
    }

    private RunningInvocation(
            Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, LogLines log, boolean warmUp) {
        this.invocation = invocation;
        this.whenDone = whenDone;
        this.time = time;
        this.log = log;
        this.warmUp = warmUp;
        this.phaseStartNanos = time.nanos();
        this.deadlineNanos = phaseStartNanos + TimeUnit.MILLISECONDS.toNanos(invocation.timeoutMillis());
    }

    public Invocation invocation() {
        return invocation;
    }

    /** Whether it ends as soon as the code is loaded. */
    public boolean isWarmUp() {
        return warmUp;
    }

    public LogLines log() {
        return log;
    }

    public AllocationMeter allocation() {
        return allocation;
    }

    public Phase phase() {
        return phase.get();
    }

    /** A pool thread takes it up; false if it was abandoned meanwhile. */
    public boolean leaveQueue(Phase next, long limitMillis) {
        long now = time.nanos();
        phaseStartNanos = now;
        deadlineNanos = now + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        return phase.compareAndSet(Phase.QUEUED, next);
    }

    /** Init is over and the handler's own limit begins. */
    public void leaveInit() {
        long now = time.nanos();
        initNanos = now - phaseStartNanos;
        phaseStartNanos = now;
        deadlineNanos = now + TimeUnit.MILLISECONDS.toNanos(invocation.timeoutMillis());
        phase.set(Phase.HANDLER);
    }

    /**
     * What passing the deadline of its phase means; only for one that has left the queue.
     *
     * @param initLimitMillis the limit that its init had
     */
    public Failures.Failure expiry(long initLimitMillis) {
        return switch (phase()) {
            case QUEUED, ABANDONED -> throw new IllegalStateException("an expiry while queued abandons");
            case INIT -> Failures.initTimedOut(initLimitMillis);
            case HANDLER -> Failures.taskTimedOut(invocation.timeoutMillis());
        };
    }

    /** True once, if nobody took it from the queue. */
    public boolean abandon() {
        return phase.compareAndSet(Phase.QUEUED, Phase.ABANDONED);
    }

    public boolean isPastDeadline() {
        return time.nanos() - deadlineNanos >= 0;
    }

    public long remainingMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - time.nanos()));
    }

    /** Time since the handler, or while there is none yet the init, began. */
    public long elapsedNanos() {
        return time.nanos() - phaseStartNanos;
    }

    /** Keeps the first answer. */
    public void settle(Answer first) {
        answer.compareAndSet(null, first);
    }

    /** Whether guest code should go on with it. */
    public boolean isUnanswered() {
        return answer.get() == null && phase.get() != Phase.ABANDONED;
    }

    /** The first answer, if there is one. */
    public @Nullable Answer answer() {
        return answer.get();
    }

    /** True for the one caller that ends this invocation. */
    public boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Tells the invoker; only for the caller that claimed. */
    public void deliver(Answer last) {
        InvocationOutcome outcome = switch (last) {
            case Answer.Json(byte[] utf8) -> new InvocationOutcome.Returned(utf8, report());
            case Answer.Failure(FailureReason reason, String type, String message, boolean _) ->
                new InvocationOutcome.Failed(reason, type, message, report());
        };
        try {
            whenDone.accept(outcome);
        } catch (RuntimeException e) {
            LOG.error("the receiver of invocation {} failed", invocation.requestId(), e);
        }
    }

    private InvocationReport report() {
        return switch (phase.get()) {
            case QUEUED, ABANDONED -> new InvocationReport(0, 0, 0, log.snapshot());
            case INIT -> new InvocationReport(0, elapsedNanos(), allocation.total(), log.snapshot());
            case HANDLER -> new InvocationReport(elapsedNanos(), initNanos, allocation.total(), log.snapshot());
        };
    }
}
