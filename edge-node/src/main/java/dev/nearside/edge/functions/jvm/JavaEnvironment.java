package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.InitLog;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LogLines;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.GuestEnvironment;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.edge.functions.inprocess.RunningInvocation.Phase;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution environment: a guest that serves one event at a time and keeps its state in between.
 *
 * <p>Stopping ends the guest's code at its next step. A thread in a long operation of the JDK stays away until that is
 * over, and meanwhile has a stand-in. Fields are guarded by this object's monitor, which is never held while guest code
 * runs.
 */
final class JavaEnvironment implements EnvironmentPool.Environment, GuestEnvironment {

    private static final Logger LOG = LoggerFactory.getLogger(JavaEnvironment.class);

    private final JavaFunction function;
    private final JavaRuntime runtime;
    private @Nullable Guest guest;
    private boolean loaded;
    private boolean working;
    private boolean stuck;
    private boolean hasStandIn;
    private boolean discarded;
    private final InitLog initLog = new InitLog();
    private volatile Map<String, String> variables = Map.of();

    JavaEnvironment(JavaFunction function, JavaRuntime runtime) {
        this.function = function;
        this.runtime = runtime;
    }

    @Override
    public void open(Map<String, String> opened) {
        variables = opened;
    }

    /** Loads the user's code although there is no event; only when new. */
    void warmUp(Invocation limits, Consumer<InvocationOutcome> whenDone) {
        LogLines log = initLog.begin(runtime.limits().maxLogBytes());
        serve(RunningInvocation.warmUp(limits, whenDone, runtime.time(), log));
    }

    /** Takes the next event; only when free. */
    void serve(RunningInvocation invocation) {
        runtime.watchdog().add(invocation, this);
        try {
            runtime.pool().execute(() -> run(invocation));
        } catch (RejectedExecutionException e) {
            kill(invocation, JavaRuntime.CLOSED);
        }
    }

    private void run(RunningInvocation invocation) {
        synchronized (this) {
            if (discarded) {
                return; // killed while its event waited, which is answered, and its share was given back
            }
            working = true;
        }
        Answer answer;
        invocation.allocation().enter();
        try {
            answer = answer(invocation);
        } catch (Throwable e) {
            LOG.error(
                    "invocation {} of {} failed",
                    invocation.invocation().requestId(),
                    function.version().id(),
                    e);
            answer = Answer.Failure.of(Failures.engineFault("the Java engine failed; see the node's log"), true);
        } finally {
            invocation.allocation().leave();
            leaveThread();
        }
        finish(invocation, answer);
    }

    /** Null if the event was abandoned while it waited. */
    private @Nullable Answer answer(RunningInvocation invocation) {
        if (loaded) {
            if (!invocation.leaveQueue(Phase.HANDLER, invocation.invocation().timeoutMillis())) {
                return null;
            }
            initLog.tell(invocation.log());
            return ready().serve(invocation);
        }
        if (!invocation.leaveQueue(Phase.INIT, runtime.limits().initTimeoutMillis())) {
            return null;
        }
        Guest created = function.newGuest(variables);
        adopt(created);
        Answer.Failure failure = created.load(invocation);
        if (failure != null) {
            return failure;
        }
        loaded = true;
        if (invocation.isWarmUp()) {
            return Answer.NOTHING;
        }
        invocation.leaveInit();
        return created.serve(invocation);
    }

    private synchronized Guest ready() {
        if (guest == null) {
            throw new IllegalStateException("an environment serves after its end");
        }
        return guest;
    }

    private synchronized void adopt(Guest created) {
        guest = created;
        if (discarded) {
            created.stop();
        }
    }

    private void finish(RunningInvocation invocation, @Nullable Answer answer) {
        if (answer == null) {
            function.environments().release(this); // already reported
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

    private synchronized void leaveThread() {
        working = false;
        if (stuck) {
            stuck = false;
            function.threadCameBack();
        }
        if (hasStandIn) {
            hasStandIn = false;
            runtime.pool().removeStandIn();
        }
        if (discarded) {
            runtime.budget().giveBack();
        }
    }

    @Override
    public void expire(RunningInvocation invocation) {
        if (invocation.abandon()) {
            runtime.watchdog().remove(invocation);
            if (invocation.claim()) {
                invocation.deliver(Answer.Failure.of(Failures.THROTTLED, false));
            }
            return;
        }
        kill(invocation, Answer.Failure.of(invocation.expiry(runtime.limits().initTimeoutMillis()), true));
    }

    @Override
    public void runOutOfMemory(RunningInvocation invocation) {
        kill(
                invocation,
                Answer.Failure.of(Failures.outOfMemory(invocation.invocation().requestId()), true));
    }

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
        if (working) {
            stuck = true;
            function.threadIsStuck();
            hasStandIn = runtime.pool().addStandIn(function.version().id());
        }
    }

    @Override
    public void discard() {
        synchronized (this) {
            if (discarded) {
                return;
            }
            discarded = true;
            if (guest != null) {
                guest.stop();
            }
            if (!working) {
                runtime.budget().giveBack();
            }
        }
        function.environments().forget(this);
    }
}
