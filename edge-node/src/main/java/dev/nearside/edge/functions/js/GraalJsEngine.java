package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.Variables;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.time.Time;
import java.util.List;
import java.util.random.RandomGenerator;

/** Runs {@code nodejs*} functions inside this JVM; nothing needs to be installed. */
public final class GraalJsEngine implements FunctionEngine {

    private final JsRuntime runtime;

    /**
     * An engine with its threads.
     *
     * @param randomness what the guest's {@code crypto} draws from; must be unpredictable where secrets matter
     */
    public GraalJsEngine(JsEngineLimits limits, Time time, RandomGenerator randomness) {
        this(new JsRuntime(limits, time, randomness));
    }

    GraalJsEngine(JsRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public String name() {
        return "graaljs";
    }

    @Override
    public boolean runs(String lambdaRuntime) {
        return lambdaRuntime.startsWith("nodejs");
    }

    @Override
    public List<String> missing(FunctionVersion version, CodeBundle code) {
        return NeededModules.missing(version.handler(), new ModuleFiles(code));
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code) {
        return load(version, code, Variables.inClear(version));
    }

    @Override
    public LoadedFunction load(FunctionVersion version, CodeBundle code, Variables variables) {
        runtime.awaitWarm();
        return new JsFunction(runtime, version, new ModuleFiles(code), variables);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
