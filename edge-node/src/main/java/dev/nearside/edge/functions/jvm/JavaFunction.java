package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.Variables;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.Map;
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
    private final Variables variables;
    private final EnvironmentPool<JavaEnvironment> environments;
    private final AtomicInteger stuckThreads = new AtomicInteger();

    JavaFunction(JavaRuntime runtime, FunctionVersion version, HandlerCode code, Variables variables) {
        this.runtime = runtime;
        this.version = version;
        this.code = code;
        this.variables = variables;
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
    Guest newGuest(Map<String, String> environment) {
        return new Guest(version, environment, code, runtime.limits().maxSteps());
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
        environments.acquire(
                variables,
                environment -> environment.serve(running),
                failure -> refuse(running, Answer.Failure.of(failure, false)));
    }

    private static void refuse(RunningInvocation running, Answer.Failure why) {
        if (running.claim()) {
            running.deliver(why);
        }
    }

    @Override
    public void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
        environments.warmUp(
                variables,
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
