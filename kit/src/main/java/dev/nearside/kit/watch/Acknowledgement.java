package dev.nearside.kit.watch;

import org.jspecify.annotations.Nullable;

/**
 * {@code POST /acknowledgements}: a node says what became of a revision.
 *
 * @param revision the one it was offered
 * @param applied whether it serves from that revision now
 * @param reason why not; null if applied
 */
public record Acknowledgement(
        String node,
        String stateId,
        long revision,
        boolean applied,
        @Nullable String reason) {}
