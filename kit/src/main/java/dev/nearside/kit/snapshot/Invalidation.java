package dev.nearside.kit.snapshot;

import java.util.List;

/**
 * Paths and cache tags whose stored objects must not be served as they were before it.
 *
 * @param paths each starts with a slash, and a trailing {@code *} matches any rest; or is a tag after a {@code #}
 */
public record Invalidation(String id, String distributionId, List<String> paths) implements Resource {
    public Invalidation {
        paths = List.copyOf(paths);
    }
}
