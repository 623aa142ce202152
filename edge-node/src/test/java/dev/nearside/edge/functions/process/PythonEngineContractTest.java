package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.EngineBench;
import dev.nearside.edge.functions.EngineContract;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.SameHandler;

class PythonEngineContractTest extends EngineContract {

    private final EngineBench bench = Processes.python();

    @Override
    protected LoadedFunction load(SameHandler handler) {
        return bench.load(handler.inPython());
    }

    @Override
    protected void close() {
        bench.close();
    }
}
