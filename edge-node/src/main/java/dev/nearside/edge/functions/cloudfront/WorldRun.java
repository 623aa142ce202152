package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.RunOutcome.Failed;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Reason;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Report;
import dev.nearside.edge.functions.cloudfront.RunOutcome.Returned;
import dev.nearside.kit.time.Time;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a function: what it has used, what it printed and how it ended. Written by the thread that runs it; whoever
 * looks from outside may ask whether it is over a limit.
 */
final class WorldRun {

    private static final Logger LOG = LoggerFactory.getLogger(WorldRun.class);

    private final CloudFrontFunctionLimits limits;
    private final Time time;
    private final ComputeBudget budget;
    private final ConsoleLines console;
    private long spentNanos;
    private @Nullable RunOutcome outcome;
    private boolean isOrderly = true;
    private volatile @Nullable Failed stopped;

    WorldRun(CloudFrontFunctionLimits limits, Time time) {
        this.limits = limits;
        this.time = time;
        this.budget = new ComputeBudget(limits);
        this.console = new ConsoleLines(limits.maxLogBytes());
    }

    /** What the guest prints. */
    ConsoleLines console() {
        return console;
    }

    /** The first outcome counts. */
    void settle(RunOutcome first) {
        if (outcome == null) {
            outcome = first;
        }
    }

    /** Lets guest code work, on the budget of this run; whatever it does ends in an outcome. */
    void guarded(Runnable task) {
        long start = time.nanos();
        budget.enter();
        try {
            task.run();
        } catch (PolyglotException e) {
            endBy(failure(e));
        } catch (IllegalStateException e) {
            // The context was closed before the guest began.
            endBy(new Failed(Reason.ENGINE_FAULT, "the engine was closed", Report.NOTHING));
        } catch (OutOfMemoryError e) {
            endBy(new Failed(Reason.OUT_OF_MEMORY, "Error: out of memory", Report.NOTHING));
        } catch (StackOverflowError e) {
            endBy(new Failed(Reason.THREW, "RangeError: Maximum call stack size exceeded", Report.NOTHING));
        } finally {
            budget.leave();
            spentNanos += time.nanos() - start;
        }
    }

    private void endBy(Failed end) {
        outcome = end;
        isOrderly = false;
    }

    private Failed failure(PolyglotException e) {
        ComputeBudget.Limit limit = budget.exceeded();
        if (limit != null) {
            return limit == ComputeBudget.Limit.MEMORY
                    ? overMemory()
                    : new Failed(
                            Reason.OVER_BUDGET,
                            "Error: the function used up its compute budget of " + limits.budgetSteps() + " steps",
                            Report.NOTHING);
        }
        if (e.isCancelled()) {
            return overTime();
        }
        if (e.isSyntaxError()) {
            return new Failed(
                    Reason.UNCOMPILABLE, String.valueOf(e.getMessage()).strip(), Report.NOTHING);
        }
        if (e.isResourceExhausted()) {
            return new Failed(Reason.OUT_OF_MEMORY, String.valueOf(e.getMessage()), Report.NOTHING);
        }
        if (e.isGuestException()) {
            return new Failed(Reason.THREW, String.valueOf(e.getMessage()), Report.NOTHING);
        }
        LOG.error("the JavaScript engine failed", e);
        return new Failed(Reason.ENGINE_FAULT, "the JavaScript engine failed; see the node's log", Report.NOTHING);
    }

    /** Whether the guest came to the end of all it had to do, be it with an error of its own. */
    boolean isOrderly() {
        return isOrderly && stopped == null;
    }

    /** The end of the run, after its last guarded step. */
    RunOutcome outcome() {
        Failed end = stopped;
        if (end != null) {
            return end;
        }
        settle(new Failed(Reason.THREW, "Error: the handler's promise was never settled", Report.NOTHING));
        Report report = report();
        return switch (outcome) {
            case Returned(byte[] result, String originChange, Report _) -> new Returned(result, originChange, report);
            case Failed(Reason reason, String message, Report _) -> new Failed(reason, message, report);
            case null -> throw new IllegalStateException("a run has no outcome");
        };
    }

    private Report report() {
        return new Report(budget.utilisation(), spentNanos, budget.allocatedBytes(), console.lines());
    }

    /** What a guest hears of that {@link #isOverTime}; few as its steps may be, no more is to be had. */
    Failed overTime() {
        long timeoutMillis = limits.timeoutMillis();
        return new Failed(
                Reason.OVER_BUDGET,
                "Error: the function ran longer than " + timeoutMillis + " ms",
                new Report(
                        100, TimeUnit.MILLISECONDS.toNanos(timeoutMillis), budget.allocatedBytes(), console.lines()));
    }

    /** What a guest hears of that {@link #isOverMemory}. */
    Failed overMemory() {
        return new Failed(
                Reason.OUT_OF_MEMORY,
                "Error: the function allocated more than " + limits.maxAllocatedBytes() + " bytes",
                report());
    }

    boolean isOverMemory() {
        return budget.isOverMemory();
    }

    boolean isOverTime() {
        return budget.isOverTime();
    }

    /** That is the outcome of the run, whatever the guest makes of it. */
    void stop(Failed end) {
        stopped = end;
    }
}
