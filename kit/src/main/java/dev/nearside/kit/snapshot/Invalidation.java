package dev.nearside.kit.snapshot;

import java.util.List;

/**
 * Paths whose stored objects must not be served as they were before it.
 *
 * @param paths each starts with a slash; a trailing {@code *} matches any rest
 */
public record Invalidation(String id, String distributionId, List<String> paths) implements Resource {
    public Invalidation {
        paths = List.copyOf(paths);
    }
}
