package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InitLog;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LogLines;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.GuestEnvironment;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.edge.functions.inprocess.RunningInvocation.Phase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution environment: a guest context that serves one event at a time and keeps its state in between.
 *
 * <p>It is an actor. Work for the guest (an event, a timer) is a task in its mailbox; while an event is being served
 * and the mailbox holds something, one pool thread at a time runs tasks. Between events the mailbox waits, as Lambda
 * freezes an environment. Cancelling ends guest code at its next step; a thread that is in a long operation of the host
 * stays away until that is over, and meanwhile has a stand-in. Fields are guarded by this object's monitor, which is never held while guest code runs.
 */
final class JsEnvironment implements EnvironmentPool.Environment, GuestEnvironment {

    private static final Logger LOG = LoggerFactory.getLogger(JsEnvironment.class);

    /** Tasks in a row before other environments get the thread. */
    private static final int MAX_TASKS_PER_SLICE = 64;

    private final JsFunction function;
    private final JsRuntime runtime;
    private final Deque<Runnable> mailbox = new ArrayDeque<>();
    private final WaitingTimers timers = new WaitingTimers();
    private final PendingRequests requests = new PendingRequests();
    private long taskStartNanos;
    private @Nullable RunningInvocation current;
    private boolean sliceQueued;
    private boolean sliceRunning;
    private boolean hasStandIn;
    private boolean discarded;
    private volatile @Nullable GuestContext guest;
    private final InitLog initLog = new InitLog();
    private volatile Map<String, String> variables = Map.of();

    JsEnvironment(JsFunction function, JsRuntime runtime) {
        this.function = function;
        this.runtime = runtime;
    }

    @Override
    public void open(Map<String, String> opened) {
        variables = opened;
    }

    /** The user's environment variables. */
    Map<String, String> variables() {
        return variables;
    }

    /** Loads the user's code although there is no event; only when new. */
    void warmUp(Invocation limits, Consumer<InvocationOutcome> whenDone) {
        LogLines log = initLog.begin(runtime.limits().maxLogBytes());
        serve(RunningInvocation.warmUp(limits, whenDone, runtime.time(), log));
    }

    /** Takes the next event; only when free. */
    void serve(RunningInvocation invocation) {
        runtime.watchdog().add(invocation, this);
        synchronized (this) {
            current = invocation;
            mailbox.addFirst(() -> begin(invocation));
            queueSlice();
        }
    }

    /**
     * A timer of the guest, for which the guest will be told unless the timer is stopped or the environment ends. As in
     * Node the delay counts from the start of the running task.
     */
    synchronized boolean startTimer(int id, long delayMillis) {
        if (discarded || timers.size() + mailbox.size() >= runtime.limits().maxTimers()) {
            return false;
        }
        if (delayMillis == 0) {
            return mailbox.add(() -> fire(id));
        }
        WaitingTimers.Due due = new WaitingTimers.Due(taskStartNanos + TimeUnit.MILLISECONDS.toNanos(delayMillis), id);
        long waitNanos = Math.max(0, due.nanos() - runtime.time().nanos());
        timers.add(due, runtime.after(waitNanos, this::ringAlarm));
        return true;
    }

    synchronized void stopTimer(int id) {
        timers.cancel(id);
    }

    /** A request of the guest, of whose end it will be told unless the request is stopped or the environment ends. */
    synchronized boolean startRequest(int id, OutboundRequest request) {
        if (discarded || requests.size() >= runtime.limits().outbound().maxRequests()) {
            return false;
        }
        requests.add(id, runtime.outbound().start(request, outcome -> finishRequest(id, outcome)));
        return true;
    }

    synchronized void stopRequest(int id) {
        requests.stop(id);
    }

    private synchronized void finishRequest(int id, OutboundOutcome outcome) {
        if (!discarded && requests.remove(id)) {
            mailbox.add(() -> {
                GuestContext ready = guest;
                if (ready != null) {
                    ready.complete(id, outcome);
                }
            });
            queueSlice();
        }
    }

    /** The invocation passed the deadline of its phase. */
    @Override
    public void expire(RunningInvocation invocation) {
        if (invocation.abandon()) {
            // The queued slice will find it abandoned and give the environment back.
            runtime.watchdog().remove(invocation);
            if (invocation.claim()) {
                invocation.deliver(JsFunction.THROTTLED);
            }
            return;
        }
        kill(invocation, Answer.Failure.of(invocation.expiry(runtime.limits().initTimeoutMillis()), true));
    }

    /** The invocation used too much memory. */
    @Override
    public void runOutOfMemory(RunningInvocation invocation) {
        kill(invocation, outOfMemory(invocation));
    }

    /** Ends the invocation from outside and the environment with it; the answer leaves even if that fails. */
    @Override
    public void kill(RunningInvocation invocation, Answer.Failure failure) {
        if (invocation.claim()) {
            runtime.watchdog().remove(invocation);
            try {
                discard();
                runtime.afterGrace(this::standInIfStuck);
            } finally {
                invocation.deliver(failure);
            }
        }
    }

    private synchronized void standInIfStuck() {
        hasStandIn =
                sliceRunning && runtime.pool().addStandIn(function.version().id());
    }

    /** Cancels guest code that runs. */
    @Override
    public void discard() {
        GuestContext doomed;
        boolean working;
        synchronized (this) {
            if (discarded) {
                return;
            }
            discarded = true;
            working = sliceQueued;
            mailbox.clear();
            timers.cancelAll();
            requests.stopAll();
            doomed = guest;
            guest = null;
        }
        function.environments().forget(this);
        runtime.closeAside(doomed, working);
    }

    private synchronized void ringAlarm() {
        mailbox.add(this::takeDueTimers);
        queueSlice();
    }

    /** Puts a task for each timer that is due by now at the head of the mailbox, in Node's order. */
    private synchronized void takeDueTimers() {
        for (int id : timers.takeUntil(runtime.time().nanos()).reversed()) {
            mailbox.addFirst(() -> fire(id));
        }
    }

    private void queueSlice() {
        if (current == null || discarded || sliceQueued || mailbox.isEmpty()) {
            return;
        }
        sliceQueued = true;
        try {
            runtime.pool().execute(this::runSlice);
        } catch (RejectedExecutionException e) {
            RunningInvocation lost = current;
            Thread.ofVirtual().start(() -> kill(lost, JsRuntime.CLOSED)); // not while this monitor is held
        }
    }

    private void runSlice() {
        RunningInvocation invocation;
        synchronized (this) {
            invocation = current;
            sliceRunning = invocation != null;
        }
        if (invocation == null) {
            return;
        }
        try {
            runSlice(invocation);
        } finally {
            leaveThread();
        }
        finishSlice(invocation);
    }

    private synchronized void leaveThread() {
        sliceRunning = false;
        if (hasStandIn) {
            hasStandIn = false;
            runtime.pool().removeStandIn();
        }
    }

    private void runSlice(RunningInvocation invocation) {
        invocation.allocation().enter();
        try {
            runTasks(invocation);
        } catch (PolyglotException e) {
            settleEscaped(invocation, e);
        } catch (OutOfMemoryError e) {
            invocation.settle(outOfMemory(invocation));
        } catch (RuntimeException | StackOverflowError e) {
            if (isDiscarded()) {
                return; // such as by the engine's close, which nothing here can survive
            }
            LOG.error(
                    "invocation {} of {} failed",
                    invocation.invocation().requestId(),
                    function.version().id(),
                    e);
            invocation.settle(engineFault());
        } finally {
            invocation.allocation().leave();
        }
    }

    private void runTasks(RunningInvocation invocation) {
        for (int i = 0; i < MAX_TASKS_PER_SLICE; i++) {
            Runnable task;
            synchronized (this) {
                task = mailbox.poll();
                taskStartNanos = runtime.time().nanos();
            }
            if (task == null) {
                return;
            }
            task.run();
            GuestContext ready = guest;
            if (ready != null && invocation.isUnanswered() && invocation.phase() == Phase.INIT && ready.isLoaded()) {
                beginEvent(invocation, ready);
            }
            if (ready != null && invocation.isUnanswered() && isIdle()) {
                ready.idle();
            }
            if (!invocation.isUnanswered()) {
                return;
            }
        }
    }

    /** Whether it has ended and its guest is being cancelled. */
    synchronized boolean isDiscarded() {
        return discarded;
    }

    private synchronized boolean isIdle() {
        return mailbox.isEmpty();
    }

    private void finishSlice(RunningInvocation invocation) {
        Answer answer = invocation.answer();
        synchronized (this) {
            sliceQueued = false;
            if (invocation.isUnanswered()) {
                queueSlice();
                return;
            }
            current = null;
        }
        if (answer == null) {
            function.environments().release(this); // abandoned while queued, already reported
        } else if (invocation.claim()) {
            runtime.watchdog().remove(invocation);
            try {
                if (answer instanceof Answer.Failure failure && failure.fatal()) {
                    discard();
                } else {
                    function.environments().release(this);
                }
            } finally {
                invocation.deliver(answer);
            }
        }
    }

    private void begin(RunningInvocation invocation) {
        GuestContext ready = guest;
        if (ready != null) {
            if (invocation.leaveQueue(Phase.HANDLER, invocation.invocation().timeoutMillis())) {
                initLog.tell(invocation.log());
                ready.invoke(invocation.invocation());
            }
        } else if (invocation.leaveQueue(Phase.INIT, runtime.limits().initTimeoutMillis())) {
            GuestContext created = new GuestContext(runtime, function, this);
            if (adopt(created)) {
                created.load();
            } else {
                created.close();
            }
        }
    }

    /** The code is loaded: the event that it was loaded for begins, if there is one. */
    private static void beginEvent(RunningInvocation invocation, GuestContext ready) {
        if (invocation.isWarmUp()) {
            invocation.settle(Answer.NOTHING);
        } else {
            invocation.leaveInit();
            ready.invoke(invocation.invocation());
        }
    }

    private synchronized boolean adopt(GuestContext created) {
        if (!discarded) {
            guest = created;
        }
        return !discarded;
    }

    private void fire(int timer) {
        GuestContext ready = guest;
        if (ready != null) {
            ready.fire(timer);
        }
    }

    /** The event being served; guest code runs only while there is one. */
    synchronized RunningInvocation current() {
        if (current == null) {
            throw new IllegalStateException("guest code runs outside an invocation");
        }
        return current;
    }

    private void settleEscaped(RunningInvocation invocation, PolyglotException e) {
        if (e.isCancelled()) {
            return; // whoever cancelled has settled or claimed
        }
        if (e.isResourceExhausted()) {
            invocation.settle(outOfMemory(invocation));
        } else if (e.isGuestException()) {
            invocation.settle(new Answer.Failure(FailureReason.THREW, "Error", String.valueOf(e.getMessage()), true));
        } else {
            LOG.error(
                    "invocation {} of {} failed",
                    invocation.invocation().requestId(),
                    function.version().id(),
                    e);
            invocation.settle(engineFault());
        }
    }

    private static Answer.Failure outOfMemory(RunningInvocation invocation) {
        return Answer.Failure.of(Failures.outOfMemory(invocation.invocation().requestId()), true);
    }

    private static Answer.Failure engineFault() {
        return Answer.Failure.of(Failures.engineFault("the JavaScript engine failed; see the node's log"), true);
    }
}
