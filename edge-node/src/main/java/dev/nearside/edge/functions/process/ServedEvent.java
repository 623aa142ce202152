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
    private long phaseStartNanos;
    private long initNanos;
    private boolean inHandler;
    private boolean delivered;

    ServedEvent(Invocation invocation, Consumer<InvocationOutcome> whenDone, Time time, int maxLogBytes) {
        this.invocation = invocation;
        this.whenDone = whenDone;
        this.time = time;
        this.log = new LogLines(maxLogBytes);
        this.phaseStartNanos = time.nanos();
    }

    Invocation invocation() {
        return invocation;
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
