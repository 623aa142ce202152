package dev.nearside.control.core;

import org.jspecify.annotations.Nullable;

/**
 * What the control plane knows about a node.
 *
 * @param revision the newest revision that the node serves from, as far as it said so
 * @param watching whether it has a watch open right now
 * @param connected whether it does or did so moments ago
 * @param rejectedRevision the revision it refused last; 0 if none since the last one it applied
 * @param rejectionReason why; null if it refused none
 */
public record NodeStatus(
        String node,
        String pop,
        String stateId,
        long revision,
        boolean watching,
        boolean connected,
        long lastSeenMillis,
        long rejectedRevision,
        @Nullable String rejectionReason) {}
