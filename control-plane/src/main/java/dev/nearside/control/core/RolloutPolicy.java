package dev.nearside.control.core;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Objects;

/**
 * How a release reaches the nodes: first some of them, wave after wave, and after the last wave all others. Each wave
 * bakes before the next one begins, and the release is taken back if it fails meanwhile.
 *
 * @param waves at most 20; none stands for all nodes at once
 * @param bakeMillis how long a wave is watched once its nodes serve the release; 0 to a day
 * @param minRequests how many exchanges of a distribution nodes with the release must have answered in a wave before
 *     their failures count; 1 or more
 * @param maxErrorIncrease by how many percentage points more exchanges of a distribution may fail on nodes with the
 *     release than on nodes without it; 0 to 100
 */
public record RolloutPolicy(List<Wave> waves, long bakeMillis, long minRequests, double maxErrorIncrease) {

    private static final int MAX_WAVES = 20;
    private static final int MAX_POPS = 1_000;
    private static final long MAX_BAKE_MILLIS = 24 * 3_600_000L;
    private static final long USUAL_MIN_REQUESTS = 100;
    private static final double USUAL_MAX_ERROR_INCREASE = 5;

    public static final RolloutPolicy ALL_AT_ONCE =
            new RolloutPolicy(List.of(), 0, USUAL_MIN_REQUESTS, USUAL_MAX_ERROR_INCREASE);

    public RolloutPolicy {
        waves = List.copyOf(waves);
        require(waves.size() <= MAX_WAVES, "waves: there are " + waves.size() + ", expected at most " + MAX_WAVES);
        require(
                bakeMillis >= 0 && bakeMillis <= MAX_BAKE_MILLIS,
                "the bake time is " + bakeMillis + " ms, expected 0 to " + MAX_BAKE_MILLIS + " ms");
        require(minRequests >= 1, "minRequests is " + minRequests + ", expected 1 or more");
        require(
                maxErrorIncrease >= 0 && maxErrorIncrease <= 100,
                "maxErrorIncrease is " + maxErrorIncrease + ", expected 0 to 100 percentage points");
    }

    /**
     * Some of the nodes: either those of some PoPs, or a share of all.
     *
     * @param pops codes of PoPs; empty if the wave is a share
     * @param percent of the nodes that are connected when the wave begins, those of earlier waves included and rounded
     *     up, 1 to 100; 0 if the wave names PoPs
     */
    public record Wave(List<String> pops, int percent) {
        public Wave {
            pops = List.copyOf(Objects.requireNonNullElse(pops, List.of()));
            require(
                    pops.isEmpty() != (percent == 0),
                    "a wave has pops " + pops + " and percent " + percent + ", expected one of the two");
            require(percent >= 0 && percent <= 100, "the percent of a wave is " + percent + ", expected 1 to 100");
            require(pops.size() <= MAX_POPS, "a wave names " + pops.size() + " PoPs, expected at most " + MAX_POPS);
        }
    }

    @JsonIgnore
    public boolean isAllAtOnce() {
        return waves.isEmpty();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
