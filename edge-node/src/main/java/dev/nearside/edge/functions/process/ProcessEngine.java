package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Time;
import java.util.List;
import java.util.random.RandomGenerator;

/** Runs functions of one language in processes, with all that its interpreter offers. */
public final class ProcessEngine implements FunctionEngine {

    private final ProcessRuntime runtime;

    /**
     * An engine; its interpreter is looked for when the first function needs it.
     *
     * @param path the PATH on which it is looked for, and which functions get
     * @param randomness must be unpredictable, for tokens are drawn from it
     */
    public ProcessEngine(Language language, ProcessLimits limits, String path, Time time, RandomGenerator randomness) {
        this.runtime = new ProcessRuntime(language, limits, time, randomness, new Interpreters(language, path));
    }

    @Override
    public String name() {
        return runtime.language().engine();
    }

    @Override
    public boolean runs(String lambdaRuntime) {
        return runtime.language().runs(lambdaRuntime);
    }

    @Override
    public List<String> missing(FunctionVersion version, CodeBundle code) {
        return runtime.interpreters().interpreter().isPresent()
                ? List.of()
                : List.of("the program '" + runtime.language().program() + "' on the PATH");
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code) {
        return new ProcessFunction(runtime, version, code);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
