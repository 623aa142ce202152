package dev.nearside.kit.snapshot;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What changed between two revisions of a state.
 *
 * @param base the revision it must be applied to; 0 means that it is whole and replaces everything
 */
public record SnapshotDelta(
        String stateId, long base, long revision, List<Resource> changed, List<ResourceKey> removed) {
    public SnapshotDelta {
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    @JsonIgnore
    public boolean isWhole() {
        return base == 0;
    }
}
