package dev.nearside.control.deploy;

import dev.nearside.control.state.StateException;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.SnapshotCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a distribution was made of, as it is stored. */
final class ReleasedParts {

    private ReleasedParts() {}

    /** The parts of those distributions, as JSON; empty for a distribution that the catalog lacks. */
    static Map<String, Optional<String>> of(Catalog catalog, Set<String> distributionIds) {
        Map<String, Optional<String>> all = new TreeMap<>();
        for (String id : distributionIds) {
            all.put(id, Optional.ofNullable(catalog.distributions().get(id)).map(ReleasedParts::json));
        }
        return all;
    }

    /** A catalog with stored parts in place of its own. */
    static Catalog applied(Catalog catalog, Map<String, Optional<String>> parts) {
        Catalog next = catalog;
        for (Map.Entry<String, Optional<String>> part : parts.entrySet()) {
            next = next.with(
                    part.getKey(), part.getValue().map(ReleasedParts::parts).orElse(null));
        }
        return next;
    }

    static String json(List<Resource> parts) {
        return new String(SnapshotCodec.encode(parts.toArray(Resource[]::new)), StandardCharsets.UTF_8);
    }

    static List<Resource> parts(String json) {
        try {
            return List.of(SnapshotCodec.decode(json.getBytes(StandardCharsets.UTF_8), Resource[].class));
        } catch (IllegalArgumentException e) {
            throw new StateException("what was released cannot be read: " + e.getMessage(), e);
        }
    }

    /** A catalog without the content of key value stores, which is not released but written. */
    static Catalog withoutData(Catalog catalog, Set<String> distributionIds) {
        Catalog next = catalog;
        for (String id : distributionIds) {
            List<Resource> parts = catalog.distributions().get(id);
            if (parts != null && parts.stream().anyMatch(KeyValueStore.class::isInstance)) {
                next = next.deploying(
                        id, parts.stream().map(ReleasedParts::withoutData).toList());
            }
        }
        return next;
    }

    private static Resource withoutData(Resource part) {
        return part instanceof KeyValueStore store ? new KeyValueStore(store.id(), store.name(), 0, 0, Map.of()) : part;
    }

    /** Whether two lists of parts differ in more than what is written into key value stores. */
    static boolean differ(@Nullable List<Resource> one, @Nullable List<Resource> other) {
        if (one == null || other == null) {
            return !Objects.equals(one, other);
        }
        return !one.stream()
                .map(ReleasedParts::withoutData)
                .toList()
                .equals(other.stream().map(ReleasedParts::withoutData).toList());
    }
}
