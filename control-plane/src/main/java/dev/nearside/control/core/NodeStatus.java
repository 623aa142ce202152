package dev.nearside.control.core;

import org.jspecify.annotations.Nullable;

/**
 * What the control plane knows about a node.
 *
 * @param revision the newest revision that the node serves from, as far as it said so
 * @param standing how that compares with what it should serve
 * @param targetRevision the revision that it should serve
 * @param watching whether it has a watch open right now
 * @param lastSeenMillis when the last word came from it, in milliseconds since 1970
 * @param rejectedRevision the revision it refused last; 0 if none since the last one it applied
 * @param rejectionReason why; null if it refused none
 * @param lastError the last rejection, also if a later revision has been applied; null if there was none
 */
public record NodeStatus(
        String node,
        String pop,
        String stateId,
        long revision,
        Standing standing,
        long targetRevision,
        boolean watching,
        long lastSeenMillis,
        long rejectedRevision,
        @Nullable String rejectionReason,
        @Nullable NodeError lastError) {

    /** Whether it has or moments ago had a watch open. */
    public boolean connected() {
        return standing != Standing.AWAY;
    }

    /** How what a node serves compares with what it should serve. */
    public enum Standing {
        /** It serves what it should. */
        CURRENT,

        /** It has not said yet that it serves what it should. */
        BEHIND,

        /** It has refused what it should serve, and serves on from what it had. */
        REJECTED,

        /** It has not been heard of for a while; it serves from the last that it had. */
        AWAY
    }

    /** Why a node refused a revision, and when, in milliseconds since 1970. */
    public record NodeError(long revision, String reason, long atMillis) {}
}
