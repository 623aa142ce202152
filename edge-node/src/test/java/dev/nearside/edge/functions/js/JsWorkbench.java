package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;

/** The in-process engine and short ways to run code on it. */
final class JsWorkbench extends EngineBench {

    private final GraalJsEngine engine;

    JsWorkbench() {
        this(JsEngineLimits.defaults());
    }

    JsWorkbench(JsEngineLimits limits) {
        this(new JsRuntime(limits, Time.system(), Randomness.secret()));
    }

    JsWorkbench(JsRuntime runtime) {
        this(new GraalJsEngine(runtime));
    }

    private JsWorkbench(GraalJsEngine engine) {
        super(engine, "nodejs20.x");
        this.engine = engine;
    }

    GraalJsEngine engine() {
        return engine;
    }
}
