package dev.nearside.edge.functions;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;

/** Runs the code of one family of runtimes; safe for use by many threads. */
public interface FunctionEngine extends AutoCloseable {

    /** A word for logs and traces, for example {@code graaljs}. */
    String name();

    /** Whether it runs code of that Lambda runtime, for example {@code nodejs20.x}. */
    boolean runs(String runtime);

    /**
     * Prepares a version for invocations. May take long; never called on an event loop. Faults in the user's code
     * (a missing handler file, a syntax error) are not this method's business: they are outcomes of invocations.
     */
    LoadedFunction load(FunctionVersion version, CodeBundle code);

    /** Ends every loaded function and whatever still runs. */
    @Override
    void close();
}
