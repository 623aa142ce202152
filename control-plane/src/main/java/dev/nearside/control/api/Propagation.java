package dev.nearside.control.api;

import dev.nearside.control.core.Milestone;
import dev.nearside.control.core.Publisher;

/** How far a revision has come, for callers that poll. */
final class Propagation {

    /** The stock waiters ask once and then sleep for up to a minute, so that a short wait saves a long one. */
    static final long HOLD_MILLIS = 2_000;

    private Propagation() {}

    /** Whether all connected nodes have come that far with a revision, after waiting for them for at most that long. */
    static boolean hasReached(Publisher publisher, Milestone milestone, long revision, long holdMillis) {
        return publisher
                .reached(milestone, revision, holdMillis)
                .toCompletableFuture()
                .join();
    }
}
