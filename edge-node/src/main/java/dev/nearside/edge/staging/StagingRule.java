package dev.nearside.edge.staging;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleWeight;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.Stickiness;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Snapshot;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A continuous deployment policy in force: which of two distributions serves a request; pure.
 *
 * @param primaryId the distribution that viewers name
 */
public record StagingRule(String primaryId, ContinuousDeploymentPolicy policy) {

    /**
     * What was chosen.
     *
     * @param staging whether the staging distribution serves the request
     * @param request as it goes on, without the cookie of the session
     * @param setCookie what the viewer must keep; null for nothing
     */
    public record Choice(
            boolean staging, RequestHead request, @Nullable String setCookie) {}

    /**
     * The rule of a distribution; null if it serves everything itself, as it does too while its staging distribution is
     * disabled.
     *
     * @throws IllegalStateException if the snapshot has a dangling reference
     */
    public static @Nullable StagingRule of(Snapshot snapshot, Distribution primary) {
        String policyId = primary.continuousDeploymentPolicyId();
        if (policyId == null) {
            return null;
        }
        ContinuousDeploymentPolicy policy =
                snapshot.continuousDeploymentPolicy(policyId).orElseThrow(() -> dangling("policy", policyId));
        String stagingId = policy.stagingDistributionId();
        Distribution staging =
                snapshot.distribution(stagingId).orElseThrow(() -> dangling("staging distribution", stagingId));
        boolean chooses = policy.header() != null || policy.weight() != null;
        return policy.enabled() && staging.enabled() && chooses ? new StagingRule(primary.id(), policy) : null;
    }

    private static IllegalStateException dangling(String what, String id) {
        return new IllegalStateException(
                "the snapshot refers to the continuous deployment " + what + " '" + id + "', which it does not hold");
    }

    public String stagingId() {
        return policy.stagingDistributionId();
    }

    /**
     * Chooses for one request.
     *
     * @param secure whether it came over TLS, and a cookie must not leave by other ways
     */
    public Choice choose(RequestHead request, boolean secure, long nowMillis, RandomGenerator random) {
        SingleHeader header = policy.header();
        if (header != null) {
            return new Choice(hasField(request.headers(), header), request, null);
        }
        SingleWeight weight = policy.weight();
        if (weight == null) {
            return new Choice(false, request, null);
        }
        Stickiness stickiness = weight.stickiness();
        if (stickiness == null) {
            return new Choice(isDrawn(weight, random), request, null);
        }
        StickySession known = StickySession.of(request.headers());
        StickySession session = known != null && known.isAlive(policy.id(), stickiness, nowMillis)
                ? known.seenAt(nowMillis)
                : new StickySession(
                        policy.id(), stickiness.generation(), isDrawn(weight, random), nowMillis, nowMillis);
        RequestHead without = known == null ? request : request.withHeaders(StickySession.without(request.headers()));
        return new Choice(session.staging(), without, session.setCookie(stickiness, secure));
    }

    private static boolean hasField(Fields headers, SingleHeader wanted) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase(wanted.name())
                    && headers.value(i).equals(wanted.value())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDrawn(SingleWeight weight, RandomGenerator random) {
        return random.nextDouble() < weight.weight();
    }
}
