package dev.nearside.control.core;

/** What a rollout has come to; it takes effect when whoever keeps the state has made it durable. */
public sealed interface RolloutDecision {

    /** Number of the rollout. */
    long rollout();

    /** The wave is good, the next may begin. */
    record Advance(long rollout, int wave) implements RolloutDecision {}

    /** The last wave is good: the release is for all nodes. */
    record Complete(long rollout) implements RolloutDecision {}

    /**
     * The release is bad: no node shall have it.
     *
     * @param reason one sentence
     */
    record RollBack(long rollout, String reason) implements RolloutDecision {}
}
