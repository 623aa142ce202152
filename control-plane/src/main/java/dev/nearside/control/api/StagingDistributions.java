package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.state.StoredDistribution;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ContinuousDeploymentPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CopyDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionWithStagingConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionWithStagingConfigResponse;

/** CloudFront's operations from a primary distribution to its staging distribution and back. */
final class StagingDistributions {

    private final Distributions distributions;
    private final Configurations<ContinuousDeploymentPolicyConfig> policies;

    StagingDistributions(Distributions distributions, Deployment deployment, Account account) {
        this.distributions = distributions;
        this.policies = new Configurations<>(ContinuousDeploymentKind.INSTANCE, deployment, account);
    }

    List<Operation<?, ?>> operations() {
        String distribution = "/2020-05-31/distribution/";
        return List.of(
                rest(
                        "POST " + distribution + "{PrimaryDistributionId}/copy",
                        201,
                        CopyDistributionRequest::builder,
                        this::copy),
                rest(
                        "PUT " + distribution + "{Id}/promote-staging-config",
                        200,
                        UpdateDistributionWithStagingConfigRequest::builder,
                        this::promote));
    }

    private CopyDistributionResponse copy(CopyDistributionRequest request, Caller caller) {
        if (!Boolean.TRUE.equals(request.staging())) {
            throw invalidArgument("The parameter Staging is " + request.staging()
                    + ", expected true: copies are staging distributions");
        }
        String reference = ConfigErrors.require(request.callerReference(), "copyDistributionRequest.callerReference");
        StoredDistribution copied = distributions.change(caller, draft -> {
            StoredDistribution primary = Distributions.require(draft.connection(), request.primaryDistributionId());
            IfMatch.require(primary.etag(), request.ifMatch());
            DistributionConfig config = StoredConfigs.read(primary.config());
            if (config.staging()) {
                throw invalidArgument("The distribution " + primary.id()
                        + " is a staging distribution, expected a primary distribution");
            }
            DistributionConfig copy = config.toBuilder()
                    .callerReference(reference)
                    .aliases(none -> none.quantity(0))
                    .staging(true)
                    .continuousDeploymentPolicyId("")
                    .enabled(request.enabled() == null || request.enabled())
                    .build();
            return distributions.add(draft, copy, Map.of());
        });
        return CopyDistributionResponse.builder()
                .distribution(distributions.shape(copied, 0))
                .eTag(copied.etag())
                .location(Distributions.location(copied))
                .build();
    }

    /**
     * Gives the primary distribution the configuration of its staging distribution and disables the policy, all in one
     * revision, so that no node is ever between the two.
     */
    private UpdateDistributionWithStagingConfigResponse promote(
            UpdateDistributionWithStagingConfigRequest request, Caller caller) {
        ETags given = ETags.of(request.ifMatch());
        StoredDistribution promoted = distributions.change(caller, draft -> {
            StoredDistribution primary = Distributions.require(draft.connection(), request.id());
            IfMatch.require(primary.etag(), given.primary);
            DistributionConfig config = StoredConfigs.read(primary.config());
            Configured<ContinuousDeploymentPolicyConfig> policy = policyOf(draft, primary.id(), config);
            StoredDistribution staging = Distributions.require(
                    draft.connection(),
                    DistributionMapping.idOf(ContinuousDeploymentKind.INSTANCE.name(policy.config())));
            requireNamed(request.stagingDistributionId(), staging.id(), policy.id());
            IfMatch.require(staging.etag(), given.staging);
            StoredDistribution after = distributions.replace(
                    draft,
                    primary,
                    StoredConfigs.read(staging.config()).toBuilder()
                            .callerReference(config.callerReference())
                            .aliases(config.aliases())
                            .staging(false)
                            .continuousDeploymentPolicyId(config.continuousDeploymentPolicyId())
                            .build());
            policies.replace(
                    draft, policy, policy.config().toBuilder().enabled(false).build());
            return after;
        });
        return UpdateDistributionWithStagingConfigResponse.builder()
                .distribution(distributions.shape(promoted, 0))
                .eTag(promoted.etag())
                .build();
    }

    private static Configured<ContinuousDeploymentPolicyConfig> policyOf(
            Draft draft, String id, DistributionConfig config) throws SQLException {
        String policyId = config.continuousDeploymentPolicyId();
        if (policyId.isEmpty()) {
            throw AwsError.badRequest(
                    "IllegalUpdate",
                    "The distribution " + id + " has no continuous deployment policy, expected the one that leads to "
                            + "the staging distribution");
        }
        return References.in(draft.connection(), "").require(ContinuousDeploymentKind.INSTANCE, policyId);
    }

    private static void requireNamed(@Nullable String given, String stagingId, String policyId) {
        if (given != null && !given.equals(stagingId)) {
            throw AwsError.badRequest(
                    "IllegalUpdate",
                    "The parameter StagingDistributionId is '" + given + "', expected '" + stagingId
                            + "', which is what continuous deployment policy " + policyId + " names");
        }
    }

    /** The two versions that a caller has seen; null where one is not said. */
    private record ETags(@Nullable String primary, @Nullable String staging) {

        static ETags of(@Nullable String ifMatch) {
            String[] both = Objects.requireNonNullElse(ifMatch, "").split(",", 2);
            return new ETags(both[0].strip(), both.length < 2 ? null : both[1].strip());
        }
    }
}
