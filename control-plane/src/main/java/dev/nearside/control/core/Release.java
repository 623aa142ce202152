package dev.nearside.control.core;

import dev.nearside.kit.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * What nodes should serve.
 *
 * @param stable what every node serves that no rollout has reached
 * @param staged what a rollout brings to more and more of them; null if none is under way
 */
public record Release(Snapshot stable, @Nullable Staged staged) {

    /** One snapshot for all nodes. */
    public static Release of(Snapshot snapshot) {
        return new Release(snapshot, null);
    }

    /** The newest revision of both. */
    long revision() {
        return staged == null
                ? stable.revision()
                : Math.max(stable.revision(), staged.candidate().revision());
    }

    /**
     * A snapshot on its way, and how far it may go now.
     *
     * @param rollout number of the rollout
     * @param wave the one it is at, from 0
     * @param paused whether it stays there
     */
    public record Staged(Snapshot candidate, long rollout, RolloutPolicy policy, int wave, boolean paused) {}
}
