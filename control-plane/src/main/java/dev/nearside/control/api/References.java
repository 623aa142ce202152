package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredConfiguration;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

/**
 * Finds what configurations name by id.
 *
 * @param versions the published function versions that may be associated
 * @param stored what users made, per kind and by id
 * @param distributions the distributions, by id
 * @param liveFunctions published CloudFront Functions, by ARN
 */
record References(
        AssociationMapping.PublishedVersions versions,
        StoredConfigurations stored,
        StoredDistributions distributions,
        CloudFrontAssociationMapping.LiveFunctions liveFunctions) {

    /** What there is where nobody has made a CloudFront Function. */
    References(
            AssociationMapping.PublishedVersions versions,
            StoredConfigurations stored,
            StoredDistributions distributions) {
        this(versions, stored, distributions, _ -> List.of());
    }

    /** The stored configurations of a kind. */
    @FunctionalInterface
    interface StoredConfigurations {
        List<StoredConfiguration> all(String kind);
    }

    /** The stored distributions. */
    @FunctionalInterface
    interface StoredDistributions {
        Optional<DistributionConfig> find(String id);
    }

    /**
     * What is stored now.
     *
     * @param ownFunctions how the ARNs begin of the functions that may be associated
     */
    static References in(Connection connection, String ownFunctions) {
        return new References(
                (arn, name, version) ->
                        arn.startsWith(ownFunctions) ? published(connection, arn, name, version) : Optional.empty(),
                kind -> {
                    try {
                        return StoredConfiguration.all(connection, kind);
                    } catch (SQLException e) {
                        throw new StateException("cannot read what is stored as " + kind, e);
                    }
                },
                id -> {
                    try {
                        return StoredDistribution.find(connection, id).map(one -> StoredConfigs.read(one.config()));
                    } catch (SQLException e) {
                        throw new StateException("cannot read distribution " + id, e);
                    }
                },
                arn -> liveFunction(connection, arn));
    }

    /** What was made of a kind or is managed, sorted by id. */
    <C extends SdkPojo> List<Configured<C>> all(ConfigKind<C> kind) {
        return Stream.concat(
                        kind.managed().stream(),
                        stored.all(kind.terms().key()).stream().map(one -> Configured.of(kind, one)))
                .sorted((one, other) -> one.id().compareTo(other.id()))
                .toList();
    }

    <C extends SdkPojo> Optional<Configured<C>> find(ConfigKind<C> kind, @Nullable String id) {
        return Stream.concat(
                        kind.managed().stream().filter(one -> one.id().equals(id)),
                        stored.all(kind.terms().key()).stream()
                                .filter(one -> one.id().equals(id))
                                .map(one -> Configured.of(kind, one)))
                .findFirst();
    }

    /**
     * The one with that id.
     *
     * @throws AwsError if there is none
     */
    <C extends SdkPojo> Configured<C> require(ConfigKind<C> kind, @Nullable String id) {
        return find(kind, id).orElseThrow(() -> kind.noSuch(String.valueOf(id)));
    }

    CachePolicy cachePolicy(String id) {
        Optional<CachePolicy> managed = ManagedPolicies.cache(id);
        return managed.isPresent() ? managed.get() : (CachePolicy) resource(CachePolicyKind.INSTANCE, id);
    }

    OriginRequestPolicy originRequestPolicy(String id) {
        return (OriginRequestPolicy) resource(OriginRequestPolicyKind.INSTANCE, id);
    }

    ResponseHeadersPolicy responseHeadersPolicy(String id) {
        return (ResponseHeadersPolicy) resource(ResponseHeadersPolicyKind.INSTANCE, id);
    }

    Optional<KeyGroup> keyGroup(String id) {
        return find(KeyGroupKind.INSTANCE, id).map(group -> KeyGroupKind.keyGroup(id, group.config(), this));
    }

    ContinuousDeploymentPolicy continuousDeploymentPolicy(String id) {
        return (ContinuousDeploymentPolicy) resource(ContinuousDeploymentKind.INSTANCE, id);
    }

    Optional<DistributionConfig> distribution(String id) {
        return distributions.find(id);
    }

    private <C extends SdkPojo> Resource resource(ConfigKind<C> kind, String id) {
        return kind.resource(id, require(kind, id).config(), this)
                .orElseThrow(() -> new IllegalStateException(
                        "nodes know every " + kind.terms().words()));
    }

    private static List<Resource> liveFunction(Connection connection, String arn) {
        try {
            return CloudFrontFunctionParts.live(connection, arn);
        } catch (SQLException e) {
            throw new StateException("cannot read CloudFront Function " + arn, e);
        }
    }

    private static Optional<FunctionVersion> published(Connection connection, String arn, String name, long version) {
        try {
            return FunctionVersions.published(connection, arn, name, version);
        } catch (SQLException e) {
            throw new StateException("cannot read function " + arn, e);
        }
    }
}
