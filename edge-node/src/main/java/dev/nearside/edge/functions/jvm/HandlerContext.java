package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.inprocess.RunningInvocation;
import dev.nearside.function.InvocationContext;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.Map;

/** What one invocation's handler may know; harmless when a handler keeps it longer. */
record HandlerContext(FunctionVersion version, Map<String, String> variables, RunningInvocation invocation)
        implements InvocationContext {

    @Override
    public String functionName() {
        return version.name();
    }

    @Override
    public String functionVersion() {
        return version.version();
    }

    @Override
    public String invokedFunctionArn() {
        return version.id();
    }

    @Override
    public String awsRequestId() {
        return invocation.invocation().requestId();
    }

    @Override
    public int memoryLimitMb() {
        return invocation.invocation().memoryLimitMb();
    }

    @Override
    public long remainingTimeMillis() {
        return invocation.remainingMillis();
    }

    @Override
    public Map<String, String> environment() {
        return variables;
    }

    @Override
    public void log(String line) {
        invocation.log().add("INFO", String.valueOf(line));
    }

    /** Says nothing of the engine's. */
    @Override
    public String toString() {
        return "InvocationContext[" + awsRequestId() + "]";
    }
}
