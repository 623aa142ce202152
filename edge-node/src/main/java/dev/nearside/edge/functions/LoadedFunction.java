package dev.nearside.edge.functions;

import java.util.Optional;
import java.util.function.Consumer;

/** One version of a function, ready to be invoked; safe for use by many threads. */
public interface LoadedFunction extends AutoCloseable {

    /**
     * Starts one invocation and returns at once, never blocking and never running user code on the calling thread.
     *
     * @param whenDone called exactly once, on any thread, at the latest shortly after the invocation's timeout
     */
    void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone);

    /**
     * Makes one execution environment ahead of the first event, unless there is one already, and returns at once. It
     * lies idle until an event comes, and goes as every idle one does if none comes.
     *
     * @param whenDone called exactly once, on any thread, with the failure if there is no environment; at the latest
     *     shortly after the engine's limit for an init, counted from when a thread takes it up
     */
    default void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
        whenDone.accept(Optional.empty());
    }

    /** Takes no further invocations, lets running ones end, then frees the execution environments. */
    @Override
    void close();
}
