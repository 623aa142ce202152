package dev.nearside.kit.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * Which of the requests to a primary distribution a staging distribution serves instead; CloudFront's continuous
 * deployment policy. At most one of the two ways to choose is there; with neither, and while it is not enabled, the
 * primary distribution serves everything.
 *
 * @param stagingDistributionId the distribution that serves the chosen requests
 * @param header null unless requests are chosen by a header field
 * @param weight null unless requests are chosen at random
 */
public record ContinuousDeploymentPolicy(
        String id,
        boolean enabled,
        String stagingDistributionId,
        @Nullable SingleHeader header,
        @Nullable SingleWeight weight)
        implements Resource {

    /**
     * Chooses the requests with a certain field.
     *
     * @param name in any case; begins with {@code aws-cf-cd-}
     * @param value which must be the same to the letter
     */
    public record SingleHeader(String name, String value) {}

    /**
     * Chooses requests at random.
     *
     * @param weight the chosen part of all requests, or with stickiness of all new sessions: 0 to 0.15
     * @param stickiness null if each request is chosen for itself
     */
    public record SingleWeight(double weight, @Nullable Stickiness stickiness) {}

    /**
     * Keeps the requests of a viewer together.
     *
     * @param idleSeconds after which without a request a session ends; 300 to 3,600
     * @param maximumSeconds after which a session ends anyway; {@code idleSeconds} to 3,600
     * @param generation sessions of another generation have ended
     */
    public record Stickiness(int idleSeconds, int maximumSeconds, long generation) {}
}
