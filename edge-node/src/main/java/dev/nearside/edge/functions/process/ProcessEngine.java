package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.Variables;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Time;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Runs functions of one language in processes, with all that its interpreter offers. */
public final class ProcessEngine implements FunctionEngine {

    private final Language language;
    private final Interpreters interpreters;
    private final Supplier<ProcessRuntime> starting;
    private @Nullable ProcessRuntime runtime;
    private boolean closed;

    /**
     * An engine; its threads begin, and its interpreter is looked for, when the first function needs them.
     *
     * @param path the PATH on which it is looked for, and which functions get
     * @param randomness must be unpredictable, for tokens are drawn from it
     */
    public ProcessEngine(Language language, ProcessLimits limits, String path, Time time, RandomGenerator randomness) {
        this.language = language;
        this.interpreters = new Interpreters(language, path);
        this.starting = () -> new ProcessRuntime(language, limits, time, randomness, interpreters);
    }

    @Override
    public String name() {
        return language.engine();
    }

    @Override
    public boolean runs(String lambdaRuntime) {
        return language.runs(lambdaRuntime);
    }

    @Override
    public List<String> missing(FunctionVersion version, CodeBundle code) {
        return interpreters.interpreter().isPresent()
                ? List.of()
                : List.of("the program '" + language.program() + "' on the PATH");
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code) {
        return load(version, code, Variables.inClear(version));
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code, Variables variables) {
        return new ProcessFunction(runtime(), version, code, variables);
    }

    private synchronized ProcessRuntime runtime() {
        if (closed) {
            throw new IllegalStateException("the engine " + name() + " is closed");
        }
        if (runtime == null) {
            runtime = starting.get();
        }
        return runtime;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (runtime != null) {
            runtime.close();
        }
    }
}
