package dev.nearside.kit.snapshot;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What changed between two snapshots.
 *
 * @param base the revision it must be applied to; 0 means that it is whole and replaces everything
 * @param baseDigest of the snapshot it must be applied to; empty if it is whole
 * @param digest of the snapshot that it leads to
 */
public record SnapshotDelta(
        String stateId,
        long base,
        String baseDigest,
        long revision,
        String digest,
        List<Resource> changed,
        List<ResourceKey> removed) {
    public SnapshotDelta {
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    @JsonIgnore
    public boolean isWhole() {
        return base == 0;
    }
}
