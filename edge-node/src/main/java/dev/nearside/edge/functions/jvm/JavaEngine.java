package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.Variables;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Time;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs {@code java*} functions, which implement {@link dev.nearside.function.EdgeHandler}, inside this JVM. */
public final class JavaEngine implements FunctionEngine {

    /** Runs once in a JVM, when the first function is loaded. */
    private static final class Warm {
        static final boolean DONE = warmUp();

        private static boolean warmUp() {
            WarmUp.run();
            return true;
        }
    }

    private final JavaRuntime runtime;

    /** An engine with its threads. */
    public JavaEngine(JavaEngineLimits limits, Time time) {
        this.runtime = new JavaRuntime(limits, time);
    }

    @Override
    public String name() {
        return "jvm";
    }

    @Override
    public boolean runs(String lambdaRuntime) {
        return lambdaRuntime.startsWith("java");
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code) {
        return load(version, code, Variables.inClear(version));
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code, Variables variables) {
        if (!Warm.DONE) {
            throw new IllegalStateException("the allow-list is not warm");
        }
        try {
            return new JavaFunction(runtime, version, new HandlerCode(code), variables);
        } catch (CodeBundleException e) {
            return new Unreadable("a jar in lib/: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        runtime.close();
    }

    /** Stands for an upload with a jar that cannot be read. */
    private record Unreadable(String why) implements LoadedFunction {
        @Override
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            whenDone.accept(failure());
        }

        @Override
        public void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
            whenDone.accept(Optional.of(failure()));
        }

        private InvocationOutcome.Failed failure() {
            return new Failures.Failure(FailureReason.INIT_FAILED, "Runtime.InvalidCode", why)
                    .outcome(InvocationOutcome.InvocationReport.NOTHING);
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
