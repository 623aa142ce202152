package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResourceKey;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;

/** What CloudFront asks of distributions that take part in continuous deployment, beside what it asks of all. */
final class ContinuousDeploymentRules {

    private ContinuousDeploymentRules() {}

    /**
     * Checks a distribution that is about to be made.
     *
     * @throws AwsError if it has a policy already, or there are too many staging distributions
     */
    static void checkNew(DistributionConfig config, Catalog catalog) {
        if (!config.continuousDeploymentPolicyId().isEmpty()) {
            throw invalidArgument(
                    "The parameter ContinuousDeploymentPolicyId is '" + config.continuousDeploymentPolicyId()
                            + "', expected none on a distribution that is being created");
        }
        requireNoHttp3(config, "on a staging distribution", config.staging());
        long staging = catalog.deployed().filter(Distribution::staging).count();
        if (config.staging() && staging >= ContinuousDeploymentKind.MAX) {
            throw AwsError.badRequest(
                    "TooManyDistributions",
                    "There are " + staging + " staging distributions, expected at most "
                            + ContinuousDeploymentKind.MAX);
        }
    }

    /**
     * Checks a distribution that is about to be changed.
     *
     * @throws AwsError if it changes what must stay, or takes a policy that it cannot have
     */
    static void checkChange(
            String id, DistributionConfig before, DistributionConfig after, Catalog catalog, References references) {
        if (!before.staging().equals(after.staging())) {
            throw AwsError.badRequest(
                    "IllegalUpdate",
                    "The parameter Staging is " + after.staging() + ", expected the unchanged " + before.staging());
        }
        boolean attached;
        if (after.staging()) {
            requireNoHttp3(
                    after,
                    "on a staging distribution",
                    !after.httpVersionAsString().equals(before.httpVersionAsString()));
            Optional<String> policyId = policyOf(id, references);
            if (policyId.isPresent() && before.enabled() && !after.enabled()) {
                throw new AwsError(
                        409,
                        "StagingDistributionInUse",
                        "The staging distribution " + id + " cannot be disabled, because continuous deployment policy "
                                + policyId.get() + " uses it.");
            }
            attached =
                    policyId.isPresent() && !catalog.users(key(policyId.get())).isEmpty();
        } else {
            checkPolicy(id, before, after, catalog);
            String policyId = after.continuousDeploymentPolicyId();
            attached = !policyId.isEmpty() && policyId.equals(before.continuousDeploymentPolicyId());
        }
        if (attached && !withSupportedMembersOf(before, after).equals(before)) {
            throw AwsError.badRequest(
                    "IllegalUpdate",
                    "One or more fields updated are not supported for continuous deployment: while a policy is "
                            + "attached, only cache behaviors, origins, origin groups, custom error responses, "
                            + "restrictions, the default root object, logging and the comment can change.");
        }
    }

    private static void checkPolicy(String id, DistributionConfig before, DistributionConfig after, Catalog catalog) {
        String policyId = after.continuousDeploymentPolicyId();
        if (policyId.isEmpty()) {
            return;
        }
        List<String> others = catalog.users(key(policyId)).stream()
                .filter(user -> !user.equals(id))
                .toList();
        if (!others.isEmpty()) {
            throw new AwsError(
                    409,
                    "ContinuousDeploymentPolicyInUse",
                    "The continuous deployment policy " + policyId + " belongs to distribution " + others.getFirst()
                            + " already, expected one that no other distribution has.");
        }
        boolean attaching = !policyId.equals(before.continuousDeploymentPolicyId());
        requireNoHttp3(after, "on a distribution with a continuous deployment policy", attaching);
    }

    /** CloudFront has no continuous deployment with HTTP/3. */
    private static void requireNoHttp3(DistributionConfig config, String where, boolean applies) {
        boolean http3 = config.httpVersion() == HttpVersion.HTTP3 || config.httpVersion() == HttpVersion.HTTP2_AND3;
        if (applies && http3) {
            throw invalidArgument("The parameter HttpVersion is " + config.httpVersionAsString()
                    + ", expected http1.1 or http2 " + where);
        }
    }

    /**
     * Checks a distribution that is about to be deleted.
     *
     * @throws AwsError if it is a staging distribution that a policy uses
     */
    static void checkDeletion(String id, References references) {
        policyOf(id, references).ifPresent(policyId -> {
            throw new AwsError(
                    409,
                    "ResourceInUse",
                    "The staging distribution " + id + " cannot be deleted, because continuous deployment policy "
                            + policyId + " uses it.");
        });
    }

    /** The policy that leads to a staging distribution. */
    private static Optional<String> policyOf(String stagingId, References references) {
        String name = DistributionMapping.domainName(stagingId);
        return references.all(ContinuousDeploymentKind.INSTANCE).stream()
                .filter(policy ->
                        ContinuousDeploymentKind.INSTANCE.name(policy.config()).equals(name))
                .map(Configured::id)
                .findFirst();
    }

    private static DistributionConfig withSupportedMembersOf(DistributionConfig before, DistributionConfig after) {
        return after.toBuilder()
                .defaultCacheBehavior(before.defaultCacheBehavior())
                .cacheBehaviors(before.cacheBehaviors())
                .origins(before.origins())
                .originGroups(before.originGroups())
                .customErrorResponses(before.customErrorResponses())
                .restrictions(before.restrictions())
                .defaultRootObject(before.defaultRootObject())
                .logging(before.logging())
                .comment(before.comment())
                .build();
    }

    static ResourceKey key(String policyId) {
        return new ResourceKey(Resource.Kind.CONTINUOUS_DEPLOYMENT_POLICY, policyId);
    }

    /** Without the policies whose staging distributions are not deployed, as after this release refused one. */
    static Catalog withoutDangling(Catalog catalog) {
        Catalog sound = catalog;
        List<String> staging = catalog.deployed()
                .filter(Distribution::staging)
                .map(Distribution::id)
                .toList();
        for (String id : catalog.distributions().keySet()) {
            List<Resource> parts = catalog.distributions().getOrDefault(id, List.of());
            boolean dangles = parts.stream()
                    .anyMatch(part -> part instanceof ContinuousDeploymentPolicy policy
                            && !staging.contains(policy.stagingDistributionId()));
            if (dangles) {
                sound = sound.deploying(
                        id,
                        parts.stream()
                                .filter(part -> !(part instanceof ContinuousDeploymentPolicy))
                                .map(part -> part instanceof Distribution distribution
                                        ? distribution.deployedContinuously(distribution.staging(), null)
                                        : part)
                                .toList());
            }
        }
        return sound;
    }
}
