package dev.nearside.edge.functions.process;

import dev.nearside.edge.functions.JavaScriptContract;

class NodeContractTest extends JavaScriptContract {

    NodeContractTest() {
        super(Processes.engine(Language.NODE, ProcessLimits.defaults()));
    }
}
