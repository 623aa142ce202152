package dev.nearside.edge.functions;

import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which of a node's engines runs a version: the first that knows its runtime and has all that its code needs. */
public final class EngineChoice {

    private static final Logger LOG = LoggerFactory.getLogger(EngineChoice.class);

    /**
     * A version that can be invoked.
     *
     * @param engine the engine's name, for traces
     */
    public record Loaded(LoadedFunction function, String engine) {}

    private final List<FunctionEngine> engines;
    private final Variables.Source variables;

    /** Chooses among the engines, the preferred one first; they stay their owner's. */
    public EngineChoice(List<FunctionEngine> engines) {
        this(engines, Variables::inClear);
    }

    /** The same with a source of environment variables. */
    public EngineChoice(List<FunctionEngine> engines, Variables.Source variables) {
        this.engines = List.copyOf(engines);
        this.variables = variables;
    }

    /**
     * Loads the code on the engine that suits it. Code that no engine can run is loaded too: each invocation then says
     * why.
     *
     * @param zip the version's package
     */
    public Loaded load(FunctionVersion version, byte[] zip) {
        CodeBundle code;
        try {
            code = CodeBundle.fromZip(zip);
        } catch (CodeBundleException e) {
            return unrunnable("Runtime.InvalidCode", "the code of " + version.id() + ": " + e.getMessage());
        }
        List<String> refusals = new ArrayList<>();
        FunctionEngine lacking = null;
        for (FunctionEngine engine : engines) {
            if (!engine.runs(version.runtime())) {
                continue;
            }
            List<String> missing = engine.missing(version, code);
            if (missing.isEmpty()) {
                if (!refusals.isEmpty()) {
                    LOG.info("{} runs on {}: {}", version.id(), engine.name(), String.join("; ", refusals));
                }
                return new Loaded(engine.load(version, code, variables.of(version)), engine.name());
            }
            lacking = lacking == null ? engine : lacking;
            refusals.add(engine.name() + " lacks " + String.join(", ", missing));
        }
        if (lacking != null) {
            // What it lacks may be behind a branch that is never taken; if not, the function's own error names it.
            LOG.warn("{} runs on {} although {}", version.id(), lacking.name(), String.join("; ", refusals));
            return new Loaded(lacking.load(version, code, variables.of(version)), lacking.name());
        }
        return unrunnable("Runtime.Unsupported", noEngine(version));
    }

    /**
     * Why no engine can load the code at all; empty if one can, whatever its handler may do then.
     *
     * @param zip the version's package
     */
    public Optional<String> refusal(FunctionVersion version, byte[] zip) {
        try {
            CodeBundle.fromZip(zip);
        } catch (CodeBundleException e) {
            return Optional.of("its package cannot be read: " + e.getMessage());
        }
        return engines.stream().anyMatch(engine -> engine.runs(version.runtime()))
                ? Optional.empty()
                : Optional.of(noEngine(version));
    }

    private static String noEngine(FunctionVersion version) {
        return "no engine of this node runs the runtime '" + version.runtime() + "'";
    }

    private static Loaded unrunnable(String errorType, String message) {
        return new Loaded(new Unrunnable(errorType, message), "none");
    }

    /** Stands where code cannot run at all: every invocation says why. */
    private record Unrunnable(String errorType, String message) implements LoadedFunction {
        @Override
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            whenDone.accept(failure());
        }

        @Override
        public void warmUp(Consumer<Optional<InvocationOutcome.Failed>> whenDone) {
            whenDone.accept(Optional.of(failure()));
        }

        private InvocationOutcome.Failed failure() {
            return new InvocationOutcome.Failed(
                    FailureReason.INIT_FAILED, errorType, message, InvocationReport.NOTHING);
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
