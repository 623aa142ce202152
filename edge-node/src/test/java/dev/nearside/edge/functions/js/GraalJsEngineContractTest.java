package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.edge.functions.EngineContract;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.SameHandler;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;

class GraalJsEngineContractTest extends EngineContract {

    private final EngineBench bench = new EngineBench(
            new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.secret()), "nodejs20.x");

    @Override
    protected LoadedFunction load(SameHandler handler) {
        return bench.load(handler.inJavaScript());
    }

    @Override
    protected void close() {
        bench.close();
    }
}
