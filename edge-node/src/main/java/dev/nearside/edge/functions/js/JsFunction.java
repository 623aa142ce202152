package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A version and its environments: the warm ones that are free, and those that work. */
final class JsFunction implements LoadedFunction {

    static final Answer.Failure THROTTLED =
            new Answer.Failure(FailureReason.THROTTLED, "TooManyRequestsException", "Rate Exceeded.", false);

    private record Free(JsEnvironment environment, long sinceNanos) {}

    private final JsRuntime runtime;
    private final FunctionVersion version;
    private final ModuleFiles files;
    private final Deque<Free> free = new ArrayDeque<>();
    private final Set<JsEnvironment> all = new HashSet<>();
    private boolean closed;

    JsFunction(JsRuntime runtime, FunctionVersion version, ModuleFiles files) {
        this.runtime = runtime;
        this.version = version;
        this.files = files;
    }

    FunctionVersion version() {
        return version;
    }

    ModuleFiles files() {
        return files;
    }

    @Override
    public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
        RunningInvocation running = new RunningInvocation(
                invocation, whenDone, runtime.time(), runtime.limits().maxLogBytes());
        JsEnvironment environment = acquire();
        if (environment != null) {
            environment.serve(running);
        } else if (running.claim()) {
            running.deliver(THROTTLED);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        discardFreeSince(runtime.time().nanos());
        runtime.forget(this);
    }

    /** An environment finished an event and can take another. */
    void release(JsEnvironment environment) {
        synchronized (this) {
            if (!closed) {
                free.addLast(new Free(environment, runtime.time().nanos()));
                return;
            }
        }
        environment.discard();
    }

    /** An environment is gone. */
    synchronized void forget(JsEnvironment environment) {
        all.remove(environment);
    }

    /** Ends the environments that have been free since then or longer. */
    void discardFreeSince(long nanos) {
        while (true) {
            JsEnvironment stale;
            synchronized (this) {
                Free oldest = free.peekFirst();
                if (oldest == null || oldest.sinceNanos() - nanos > 0) {
                    return;
                }
                free.removeFirst();
                stale = oldest.environment();
            }
            stale.discard();
        }
    }

    /** Ends the environment that has been free longest; false if none is free. */
    boolean discardOldestFree() {
        JsEnvironment oldest;
        synchronized (this) {
            Free first = free.pollFirst();
            if (first == null) {
                return false;
            }
            oldest = first.environment();
        }
        oldest.discard();
        return true;
    }

    private @Nullable JsEnvironment acquire() {
        JsEnvironment created;
        synchronized (this) {
            if (closed) {
                return null;
            }
            Free warmest = free.pollLast();
            if (warmest != null) {
                return warmest.environment();
            }
            if (all.size() >= runtime.limits().maxEnvironmentsPerFunction()) {
                return null;
            }
            created = new JsEnvironment(this, runtime);
            all.add(created);
        }
        if (runtime.takeEnvironmentPermit()) {
            return created;
        }
        forget(created);
        return null;
    }
}
