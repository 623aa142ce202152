package dev.nearside.edge.functions;

import java.util.function.Consumer;

/** One version of a function, ready to be invoked; safe for use by many threads. */
public interface LoadedFunction extends AutoCloseable {

    /**
     * Starts one invocation and returns at once, never blocking and never running user code on the calling thread.
     *
     * @param whenDone called exactly once, on any thread, at the latest shortly after the invocation's timeout
     */
    void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone);

    /** Takes no further invocations, lets running ones end, then frees the execution environments. */
    @Override
    void close();
}
