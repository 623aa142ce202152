package dev.nearside.edge.functions;

import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The loaded function versions of a node. Versions of a coming snapshot are loaded aside; those that no snapshot in use
 * names any more are closed later. Used by the node's loader thread only; what it hands out may be used anywhere.
 */
public final class FunctionRegistry implements AutoCloseable {

    /** Where the zip of a version comes from. */
    public interface CodeSource {
        /**
         * The zip with that digest.
         *
         * @throws CodeUnavailableException if neither the disk nor the control plane has it
         */
        byte[] zip(FunctionVersion version) throws CodeUnavailableException;
    }

    /** Code that cannot be had now; the snapshot that needs it cannot be applied. */
    public static final class CodeUnavailableException extends Exception {
        public CodeUnavailableException(String message) {
            super(message);
        }
    }

    private record Loaded(FunctionVersion version, LoadedFunction function, String engine) {}

    private static final Logger LOG = LoggerFactory.getLogger(FunctionRegistry.class);

    private final EngineChoice engines;
    private final CodeSource code;
    private final Map<String, Loaded> loadedByArn = new HashMap<>();

    /** Replaced by other content under the same ARN; exchanges that started before may still run them. */
    private final List<LoadedFunction> replaced = new ArrayList<>();

    /** Loaded, and no environment has been asked for. */
    private final List<Loaded> cold = new ArrayList<>();

    public FunctionRegistry(EngineChoice engines, CodeSource code) {
        this.engines = engines;
        this.code = code;
    }

    /** Loads every version that the snapshot names and that is not loaded yet. */
    public void load(Snapshot snapshot) throws CodeUnavailableException {
        for (FunctionVersion version : snapshot.all(FunctionVersion.class)) {
            Loaded there = loadedByArn.get(version.id());
            if (there != null && there.version().runsLike(version)) {
                loadedByArn.put(version.id(), new Loaded(version, there.function(), there.engine()));
            } else {
                Loaded loaded = load(version);
                loadedByArn.put(version.id(), loaded);
                cold.add(loaded);
                if (there != null) {
                    replaced.add(there.function());
                }
            }
        }
    }

    private Loaded load(FunctionVersion version) throws CodeUnavailableException {
        EngineChoice.Loaded loaded = engines.load(version, code.zip(version));
        return new Loaded(version, loaded.function(), loaded.engine());
    }

    /**
     * Starts to make the first environment of every version that was loaded since the last time, all at once.
     *
     * @return complete when each is ready or has failed, which is logged and hurts nobody: its events will say it again
     */
    public CompletableFuture<Void> warmUp() {
        CompletableFuture<?>[] all = cold.stream().map(FunctionRegistry::warmUp).toArray(CompletableFuture[]::new);
        cold.clear();
        return CompletableFuture.allOf(all);
    }

    private static CompletableFuture<Void> warmUp(Loaded loaded) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            loaded.function().warmUp(failure -> {
                failure.ifPresent(failed -> tell(loaded.version(), failed));
                done.complete(null);
            });
        } catch (RuntimeException e) {
            // An engine that breaks its contract must not cost the deployment.
            LOG.warn(
                    "the engine {} cannot warm up {}",
                    loaded.engine(),
                    loaded.version().id(),
                    e);
            done.complete(null);
        }
        return done;
    }

    private static void tell(FunctionVersion version, InvocationOutcome.Failed failed) {
        // Without room for it the version is no worse than any that is cold; else its viewers are about to see errors.
        boolean full = failed.reason() == InvocationOutcome.FailureReason.THROTTLED;
        LOG.atLevel(full ? Level.DEBUG : Level.WARN)
                .log(
                        "{} has no environment ahead of its first event: {}: {}",
                        version.id(),
                        Shown.line(failed.errorType()),
                        Shown.line(failed.message()));
    }

    /** The function of an association whose version has been loaded. */
    public BoundFunction bind(FunctionAssociation association) {
        Loaded loaded = loadedByArn.get(association.functionArn());
        if (loaded == null) {
            throw new IllegalStateException("function version '" + association.functionArn() + "' is not loaded");
        }
        return new BoundFunction(association, loaded.version(), loaded.function(), loaded.engine());
    }

    /** Forgets the versions that the snapshot does not name or has other content for; the result is to be closed. */
    public List<LoadedFunction> retain(Snapshot snapshot) {
        Set<String> named = new HashSet<>();
        snapshot.all(FunctionVersion.class).forEach(version -> named.add(version.id()));
        List<LoadedFunction> dropped = new ArrayList<>(replaced);
        replaced.clear();
        loadedByArn.values().removeIf(loaded -> {
            boolean drop = !named.contains(loaded.version().id());
            if (drop) {
                dropped.add(loaded.function());
            }
            return drop;
        });
        return dropped;
    }

    /** Closes every loaded version; the engines stay their owner's. */
    @Override
    public void close() {
        loadedByArn.values().forEach(loaded -> loaded.function().close());
        loadedByArn.clear();
        replaced.forEach(LoadedFunction::close);
        replaced.clear();
    }
}
