package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.JavaScriptContract;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;

class GraalJsContractTest extends JavaScriptContract {

    GraalJsContractTest() {
        super(new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.secret()));
    }
}
