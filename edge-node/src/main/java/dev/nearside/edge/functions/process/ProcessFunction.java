package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.EnvironmentFacts;
import dev.nearside.edge.functions.EnvironmentPool;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.Variables;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A version, its files on disk and its environments. */
final class ProcessFunction implements LoadedFunction {

    private final ProcessRuntime runtime;
    private final FunctionVersion version;
    private final CodeBundle code;
    private final Variables variables;
    private final EnvironmentPool<ProcessEnvironment> environments;

    /** Written on the starter's thread, with the first environment. */
    private @Nullable Path codeFolder;

    private volatile boolean closed;

    ProcessFunction(ProcessRuntime runtime, FunctionVersion version, CodeBundle code, Variables variables) {
        this.runtime = runtime;
        this.version = version;
        this.code = code;
        this.variables = variables;
        this.environments = new EnvironmentPool<>(
                runtime.budget(),
                runtime.limits().maxEnvironmentsPerFunction(),
                runtime.time(),
                () -> new ProcessEnvironment(this, runtime));
    }

    FunctionVersion version() {
        return version;
    }

    EnvironmentPool<ProcessEnvironment> environments() {
        return environments;
    }

    EnvironmentFacts facts(Map<String, String> environment) {
        return EnvironmentFacts.of(version, environment, runtime.time(), runtime.randomness());
    }

    /** Where the files lie; on the starter's thread only. */
    Path codeFolder() throws IOException {
        if (codeFolder == null) {
            codeFolder = runtime.folder().unpack(code);
        }
        return codeFolder;
    }

    @Override
    public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
        serve(new ServedEvent(
                invocation, whenDone, runtime.time(), runtime.limits().maxLogBytes()));
    }

    /** Gives the event to an environment that is free, or throttles it. */
    void serve(ServedEvent event) {
        environments.acquire(variables, environment -> environment.serve(event), failure -> event.failed(failure, 0));
    }

    /** An environment is gone. */
    void forget(ProcessEnvironment environment) {
        environments.forget(environment);
        removeCodeIfUnused();
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
        closed = true;
        removeCodeIfUnused();
    }

    /** Environments that still serve may still load code. */
    private void removeCodeIfUnused() {
        if (closed && environments.size() == 0) {
            var _ = runtime.onStarter(() -> {
                if (codeFolder != null) {
                    RunFolder.delete(codeFolder);
                    codeFolder = null;
                }
            });
        }
    }
}
