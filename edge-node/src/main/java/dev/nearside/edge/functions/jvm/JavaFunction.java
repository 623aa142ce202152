package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A version, its classes and its environments. */
final class JavaFunction implements LoadedFunction {

    /** A function whose threads do not come back gets no more of them. */
    static final int MAX_STUCK_THREADS = 2;

    private final JavaRuntime runtime;
    private final FunctionVersion version;
    private final HandlerCode code;
    private final EnvironmentPool<JavaEnvironment> environments;
    private final AtomicInteger stuckThreads = new AtomicInteger();

    JavaFunction(JavaRuntime runtime, FunctionVersion version, HandlerCode code) {
        this.runtime = runtime;
        this.version = version;
        this.code = code;
        this.environments = new EnvironmentPool<>(
                runtime.budget(),
                runtime.limits().maxEnvironmentsPerFunction(),
                runtime.time(),
                () -> new JavaEnvironment(this, runtime));
    }

    FunctionVersion version() {
        return version;
    }

    EnvironmentPool<JavaEnvironment> environments() {
        return environments;
    }

    /** The code for a new environment; nothing of it has run. */
    Guest newGuest() {
        return new Guest(version, code, runtime.limits().maxSteps());
    }

    void threadIsStuck() {
        stuckThreads.incrementAndGet();
    }

    void threadCameBack() {
        stuckThreads.decrementAndGet();
    }

    @Override
    public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
        RunningInvocation running = new RunningInvocation(
                invocation, whenDone, runtime.time(), runtime.limits().maxLogBytes());
        if (stuckThreads.get() >= MAX_STUCK_THREADS) {
            refuse(
                    running,
                    new Answer.Failure(
                            FailureReason.THROTTLED,
                            "TooManyRequestsException",
                            MAX_STUCK_THREADS + " threads of this function do not come back from a long operation of"
                                    + " the JDK; it gets no more until they do",
                            false));
            return;
        }
        JavaEnvironment environment = environments.acquire();
        if (environment == null) {
            refuse(running, Answer.Failure.of(Failures.THROTTLED, false));
        } else {
            environment.serve(running);
        }
    }

    private static void refuse(RunningInvocation running, Answer.Failure why) {
        if (running.claim()) {
            running.deliver(why);
        }
    }

    @Override
    public void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
        environments.warmUp(
                whenDone,
                environment -> environment.warmUp(
                        Invocation.ofWarmUp(version, runtime.limits().initTimeoutMillis()),
                        Invocation.forWarmUp(whenDone)));
    }

    @Override
    public void close() {
        environments.close();
    }
}
