package dev.nearside.control.core;

import java.util.List;

/**
 * How far the rollout is that is under way.
 *
 * @param bakeLeftMillis what is left of the bake time; 0 unless it bakes
 * @param nodes names of the nodes that shall have the release
 * @param serving how many of them serve it and are connected
 * @param traffic what nodes answered for each distribution, sorted by its id
 */
public record RolloutProgress(
        long rollout, Phase phase, long bakeLeftMillis, List<String> nodes, int serving, List<Traffic> traffic) {

    public RolloutProgress {
        nodes = List.copyOf(nodes);
        traffic = List.copyOf(traffic);
    }

    /** What the wave waits for. */
    public enum Phase {
        /** Nodes that served before this control plane started may not have come back yet. */
        GATHERING,

        /** Nodes of the wave load the release. */
        SPREADING,

        /** The nodes of the wave serve it and are watched. */
        BAKING
    }

    /**
     * Exchanges of one distribution.
     *
     * @param withRelease on nodes with the release, in this wave
     * @param without on nodes without it, since the rollout began
     */
    public record Traffic(String distributionId, Count withRelease, Count without) {}

    /** How many exchanges ended, and how many of them failed: with a status of 5xx or in a function. */
    public record Count(long exchanges, long failed) {

        static final Count NONE = new Count(0, 0);

        Count plus(Count more) {
            return new Count(exchanges + more.exchanges, failed + more.failed);
        }

        /** What has come since a node counted that; a node that has started anew has counted from nothing. */
        Count since(Count before) {
            return exchanges < before.exchanges || failed < before.failed
                    ? this
                    : new Count(exchanges - before.exchanges, failed - before.failed);
        }

        double failedPercent() {
            return exchanges == 0 ? 0 : 100.0 * failed / exchanges;
        }
    }
}
