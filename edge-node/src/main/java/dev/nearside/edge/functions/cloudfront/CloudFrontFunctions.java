package dev.nearside.edge.functions.cloudfront;

import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The CloudFront Functions of a node, loaded anew where their code or their store has changed. Used by the node's loader
 * thread only; what it hands out may be used anywhere.
 */
public final class CloudFrontFunctions implements AutoCloseable {

    private record Loaded(
            CloudFrontFunction function, @Nullable KeyValueStore store, LoadedCloudFrontFunction runnable) {}

    private final CloudFrontFunctionEngine engine;
    private Map<String, Loaded> loadedByArn = new HashMap<>();

    /** Functions of an engine that stays its owner's. */
    public CloudFrontFunctions(CloudFrontFunctionEngine engine) {
        this.engine = engine;
    }

    /** Loads what the snapshot names, and lets go of the rest; what runs of it ends by itself. */
    public void load(Snapshot snapshot) {
        Map<String, Loaded> next = new HashMap<>();
        Map<String, Loaded> outdated = new HashMap<>(loadedByArn);
        for (CloudFrontFunction function : snapshot.all(CloudFrontFunction.class)) {
            KeyValueStore store = function.keyValueStoreArns().isEmpty()
                    ? null
                    : snapshot.keyValueStore(function.keyValueStoreArns().getFirst())
                            .orElse(null);
            Loaded there = loadedByArn.get(function.id());
            if (there != null && there.function().equals(function) && Objects.equals(there.store(), store)) {
                outdated.remove(function.id());
                next.put(function.id(), there);
            } else {
                next.put(function.id(), new Loaded(function, store, engine.load(function, store)));
            }
        }
        loadedByArn = next;
        outdated.values().forEach(loaded -> loaded.runnable().close());
    }

    /** A function of the snapshot that was loaded last. */
    public LoadedCloudFrontFunction bind(String arn) {
        Loaded loaded = loadedByArn.get(arn);
        if (loaded == null) {
            throw new IllegalStateException("CloudFront Function '" + arn + "' is not loaded");
        }
        return loaded.runnable();
    }

    @Override
    public void close() {
        loadedByArn.values().forEach(loaded -> loaded.runnable().close());
        loadedByArn = new HashMap<>();
    }
}
