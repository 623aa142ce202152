package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.EnvironmentFacts;
import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.Variables;
import dev.nearside.edge.functions.inprocess.Answer;
import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A version, its files and its environments. */
final class JsFunction implements LoadedFunction {

    static final Answer.Failure THROTTLED = Answer.Failure.of(Failures.THROTTLED, false);

    private final JsRuntime runtime;
    private final FunctionVersion version;
    private final ModuleFiles files;
    private final Variables variables;
    private final EnvironmentPool<JsEnvironment> environments;

    JsFunction(JsRuntime runtime, FunctionVersion version, ModuleFiles files, Variables variables) {
        this.runtime = runtime;
        this.version = version;
        this.files = files;
        this.variables = variables;
        this.environments = new EnvironmentPool<>(
                runtime.budget(),
                runtime.limits().maxEnvironmentsPerFunction(),
                runtime.time(),
                () -> new JsEnvironment(this, runtime));
    }

    FunctionVersion version() {
        return version;
    }

    ModuleFiles files() {
        return files;
    }

    EnvironmentPool<JsEnvironment> environments() {
        return environments;
    }

    /** What a new environment shows its code about itself. */
    EnvironmentFacts facts(Map<String, String> environment) {
        return EnvironmentFacts.of(version, environment, runtime.time(), runtime.randomness());
    }

    @Override
    public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
        RunningInvocation running = new RunningInvocation(
                invocation, whenDone, runtime.time(), runtime.limits().maxLogBytes());
        environments.acquire(variables, environment -> environment.serve(running), failure -> {
            if (running.claim()) {
                running.deliver(Answer.Failure.of(failure, false));
            }
        });
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
