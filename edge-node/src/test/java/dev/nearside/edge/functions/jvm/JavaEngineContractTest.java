package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.EngineContract;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.SameHandler;

class JavaEngineContractTest extends EngineContract {

    private final JavaWorkbench bench = new JavaWorkbench();

    @Override
    protected LoadedFunction load(SameHandler handler) {
        return bench.load(handler.inJava());
    }

    @Override
    protected void close() {
        bench.close();
    }
}
