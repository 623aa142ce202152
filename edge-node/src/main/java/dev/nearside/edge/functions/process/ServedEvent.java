package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.LogLines;
import dev.nearside.kit.time.Time;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event on its way through a process. Used on the runtime's loop. */
final class ServedEvent {

    private static final Logger LOG = LoggerFactory.getLogger(ServedEvent.class);

    private final Invocation invocation;
    private final Consumer<InvocationOutcome> whenDone;
    private final Time time;
    private final LogLines log;
    private final boolean warmUp;
    private long phaseStartNanos;
    private long initNanos;
    private boolean inHandler;
    private boolean delivered;

    /** An event that waits for its process. */
    ServedEvent(Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, int maxLogBytes) {
        this(invocation, whenDone, time, new LogLines(maxLogBytes), false);
    }

    /**
     * No event: a process is to be started, which is all when it asks for its first event.
     *
     * @param log gets what the code prints
     */
    static ServedEvent warmUp(Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, LogLines log) {
        return new ServedEvent(invocation, whenDone, time, log, true);
    }

    private ServedEvent(
            Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, LogLines log, boolean warmUp) {
        this.invocation = invocation;
        this.whenDone = whenDone;
        this.time = time;
        this.log = log;
        this.warmUp = warmUp;
        this.phaseStartNanos = time.nanos();
    }

    Invocation invocation() {
        return invocation;
    }

    /** Whether it ends as soon as the process asks for an event. */
    boolean isWarmUp() {
        return warmUp;
    }

    LogLines log() {
        return log;
    }

    /** A new process begins to load the code for it. */
    void enterInit() {
        phaseStartNanos = time.nanos();
    }

    /** A new process has loaded the code. */
    void leaveInit() {
        initNanos = time.nanos() - phaseStartNanos;
    }

    /** The handler gets it now. */
    void enterHandler() {
        phaseStartNanos = time.nanos();
        inHandler = true;
    }

    /** When the handler's time is over, in milliseconds since the epoch. */
    long deadlineEpochMillis() {
        return time.epochMillis() + invocation.timeoutMillis();
    }

    boolean isInHandler() {
        return inHandler;
    }

    /** A process waits for the first event. */
    void warm(long memoryBytes) {
        deliver(new InvocationOutcome.Returned(new byte[0], report(memoryBytes)));
    }

    /** The handler's answer. */
    void returned(byte[] result, long memoryBytes) {
        if (result.length > invocation.maxResultBytes()) {
            failed(Failures.resultTooLarge(result.length, invocation.maxResultBytes()), memoryBytes);
        } else {
            deliver(new InvocationOutcome.Returned(result, report(memoryBytes)));
        }
    }

    void failed(Failures.Failure failure, long memoryBytes) {
        deliver(failure.outcome(report(memoryBytes)));
    }

    private InvocationReport report(long memoryBytes) {
        long spent = time.nanos() - phaseStartNanos;
        return inHandler
                ? new InvocationReport(spent, initNanos, memoryBytes, log.snapshot())
                : new InvocationReport(0, spent, memoryBytes, log.snapshot());
    }

    private void deliver(InvocationOutcome outcome) {
        if (delivered) {
            return;
        }
        delivered = true;
        try {
            whenDone.accept(outcome);
        } catch (RuntimeException e) {
            LOG.error("the receiver of invocation {} failed", invocation.requestId(), e);
        }
    }
}
