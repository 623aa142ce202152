package dev.nearside.edge.functions;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.List;

/** Runs the code of one family of runtimes; safe for use by many threads. */
public interface FunctionEngine extends AutoCloseable {

    /** A word for logs and traces, for example {@code graaljs}. */
    String name();

    /** Whether it runs code of that Lambda runtime, for example {@code nodejs20.x}. */
    boolean runs(String runtime);

    /**
     * What the code of a version of such a runtime needs and this engine does not have, each in a few words for the log,
     * for example {@code the module 'http2'}; empty if it can run. A guess from the outside is enough.
     */
    default List<String> missing(FunctionVersion version, CodeBundle code) {
        return List.of();
    }

    /**
     * Prepares a version for invocations. May take long; never called on an event loop. Faults in the user's code
     * (a missing handler file, a syntax error) are not this method's business: they are outcomes of invocations.
     */
    LoadedFunction load(FunctionVersion version, CodeBundle code);

    /**
     * The same for a version whose variables come from elsewhere; engines without a use for them need not do anything.
     *
     * @param variables asked whenever an execution environment starts
     */
    default LoadedFunction load(FunctionVersion version, CodeBundle code, Variables variables) {
        return load(version, code);
    }

    /** Ends every loaded function and whatever still runs. */
    @Override
    void close();
}
