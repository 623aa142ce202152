package dev.nearside.kit.snapshot;

import java.util.Comparator;

/** What identifies a resource in a snapshot; sorted by kind, then id. */
public record ResourceKey(Resource.Kind kind, String id) implements Comparable<ResourceKey> {

    private static final Comparator<ResourceKey> ORDER =
            Comparator.comparing(ResourceKey::kind).thenComparing(ResourceKey::id);

    @Override
    public int compareTo(ResourceKey other) {
        return ORDER.compare(this, other);
    }
}
