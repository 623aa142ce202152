package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Shapes;
import dev.nearside.control.core.Milestone;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.deploy.RejectedChangeException;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.Resource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudfront.model.ActiveTrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfigWithTags;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.KGKeyPairIds;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

/** CloudFront's operations on distributions. */
final class Distributions {

    private static final Logger LOG = LoggerFactory.getLogger(Distributions.class);

    private static final int PAGE = 100;

    private final Deployment deployment;
    private final Publisher publisher;
    private final Account account;
    private final InvalidationsInProgress invalidations;
    private final CodeCheck code;

    Distributions(Deployment deployment, Publisher publisher, Account account) {
        this.invalidations = new InvalidationsInProgress(deployment, publisher);
        this.code = new CodeCheck(deployment, publisher, account);
        this.deployment = deployment;
        this.publisher = publisher;
        this.account = account;
    }

    CreateDistributionResponse create(CreateDistributionRequest request, Caller caller) {
        StoredDistribution created = create(request.distributionConfig(), Map.of(), caller);
        return CreateDistributionResponse.builder()
                .distribution(shape(created, 0))
                .eTag(created.etag())
                .location(location(created))
                .build();
    }

    CreateDistributionWithTagsResponse createWithTags(CreateDistributionWithTagsRequest request, Caller caller) {
        DistributionConfigWithTags config =
                ConfigErrors.require(request.distributionConfigWithTags(), "distributionConfigWithTags");
        Map<String, String> tags = config.tags() == null
                ? Map.of()
                : DistributionTags.checked(config.tags().items());
        StoredDistribution created = create(config.distributionConfig(), tags, caller);
        return CreateDistributionWithTagsResponse.builder()
                .distribution(shape(created, 0))
                .eTag(created.etag())
                .location(location(created))
                .build();
    }

    GetDistributionResponse get(GetDistributionRequest request, Caller caller) {
        StoredDistribution stored = deployment.read(connection -> require(connection, request.id()));
        return GetDistributionResponse.builder()
                .distribution(shape(stored, Propagation.HOLD_MILLIS))
                .eTag(stored.etag())
                .build();
    }

    GetDistributionConfigResponse getConfig(GetDistributionConfigRequest request, Caller caller) {
        StoredDistribution stored = deployment.read(connection -> require(connection, request.id()));
        return GetDistributionConfigResponse.builder()
                .distributionConfig(StoredConfigs.read(stored.config()))
                .eTag(stored.etag())
                .build();
    }

    ListDistributionsResponse list(ListDistributionsRequest request, Caller caller) {
        List<StoredDistribution> all = deployment.read(StoredDistribution::all);
        Page<StoredDistribution> page =
                Page.of(all, StoredDistribution::id, Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        List<DistributionSummary> summaries =
                page.items().stream().map(this::summary).toList();
        return ListDistributionsResponse.builder()
                .distributionList(list -> list.marker(request.marker() == null ? "" : request.marker())
                        .nextMarker(page.nextMarker())
                        .maxItems(page.maxItems())
                        .isTruncated(page.isTruncated())
                        .quantity(summaries.size())
                        .items(summaries))
                .build();
    }

    UpdateDistributionResponse update(UpdateDistributionRequest request, Caller caller) {
        DistributionConfig config = DistributionDefaults.complete(request.distributionConfig());
        code.require(config);
        StoredDistribution updated = change(caller, draft -> {
            StoredDistribution before = require(draft.connection(), request.id());
            IfMatch.require(before.etag(), request.ifMatch());
            if (!before.callerReference().equals(config.callerReference())) {
                throw AwsError.badRequest(
                        "IllegalUpdate",
                        "The CallerReference is '" + config.callerReference() + "', expected the unchanged '"
                                + before.callerReference() + "'");
            }
            ContinuousDeploymentRules.checkChange(
                    before.id(),
                    StoredConfigs.read(before.config()),
                    config,
                    draft.catalog(),
                    References.in(draft.connection(), ""));
            return replace(draft, before, config);
        });
        return UpdateDistributionResponse.builder()
                .distribution(shape(updated, 0))
                .eTag(updated.etag())
                .build();
    }

    DeleteDistributionResponse delete(DeleteDistributionRequest request, Caller caller) {
        return change(caller, draft -> {
            StoredDistribution stored = require(draft.connection(), request.id());
            IfMatch.require(stored.etag(), request.ifMatch());
            if (StoredConfigs.read(stored.config()).enabled()) {
                throw new AwsError(
                        409,
                        "DistributionNotDisabled",
                        "The distribution '" + stored.id() + "' is enabled, expected it to be disabled before it is "
                                + "deleted");
            }
            ContinuousDeploymentRules.checkDeletion(stored.id(), References.in(draft.connection(), ""));
            stored.delete(draft.connection());
            draft.withdraw(stored.id());
            draft.note("distribution " + stored.id(), "deleted");
            return DeleteDistributionResponse.builder().build();
        });
    }

    /** What was deployed when the state was last written, to start from. */
    static Catalog load(Connection connection, long atMillis) throws SQLException {
        Catalog catalog = Catalog.EMPTY;
        for (StoredDistribution stored : StoredDistribution.all(connection)) {
            try {
                catalog = catalog.deploying(stored.id(), load(connection, stored));
                catalog = Invalidations.load(connection, stored.id(), catalog, atMillis);
            } catch (AwsError e) {
                LOG.error(
                        "distribution {} is not deployed, because this release refuses its stored configuration: {}",
                        stored.id(),
                        e.text());
            }
        }
        return ContinuousDeploymentRules.withoutDangling(catalog);
    }

    /** What an earlier release took is served, as far as this one offers it. */
    private static List<Resource> load(Connection connection, StoredDistribution stored) {
        DistributionConfig config = StoredConfigs.read(stored.config());
        List<String> unoffered = UnofferedMembers.of(config);
        if (!unoffered.isEmpty()) {
            LOG.warn("distribution {} is served without what this release does not offer: {}", stored.id(), unoffered);
        }
        return DistributionMapping.map(stored.id(), config, References.in(connection, ""));
    }

    /**
     * The row of a distribution.
     *
     * @throws AwsError if there is none with that id
     */
    static StoredDistribution require(Connection connection, String id) throws SQLException {
        return StoredDistribution.find(connection, id)
                .orElseThrow(() -> new AwsError(
                        404, "NoSuchDistribution", "The specified distribution '" + id + "' does not exist."));
    }

    private StoredDistribution create(@Nullable DistributionConfig requested, Map<String, String> tags, Caller caller) {
        DistributionConfig config =
                DistributionDefaults.complete(ConfigErrors.require(requested, "distributionConfig"));
        code.require(config);
        return change(caller, draft -> add(draft, config, tags));
    }

    /** Makes a distribution, or finds the one that the same request made before. */
    StoredDistribution add(Draft draft, DistributionConfig config, Map<String, String> tags) throws SQLException {
        String reference = ConfigErrors.reference(config.callerReference(), "distributionConfig.callerReference");
        Optional<StoredDistribution> existing = StoredDistribution.findByCallerReference(draft.connection(), reference);
        String digest = RequestDigest.of(StoredConfigs.write(config));
        if (existing.isPresent()) {
            StoredDistribution before = existing.get();
            if (RequestDigest.isOf(digest, before.requestDigest(), before.config())) {
                return before;
            }
            throw new AwsError(
                    409,
                    "DistributionAlreadyExists",
                    "The caller reference '" + reference + "' belongs to distribution " + before.id()
                            + ", which another configuration made, expected one not used before");
        }
        ContinuousDeploymentRules.checkNew(config, draft.catalog());
        String id = account.newId('E');
        StoredDistribution created = row(draft, id, config, Tags.toJson(tags), digest);
        deploy(draft, id, config);
        created.insert(draft.connection());
        return created;
    }

    /** Gives a distribution another configuration. */
    StoredDistribution replace(Draft draft, StoredDistribution before, DistributionConfig config) throws SQLException {
        StoredDistribution after = row(draft, before.id(), config, before.tags(), before.requestDigest());
        deploy(draft, after.id(), config);
        after.update(draft.connection());
        return after;
    }

    private StoredDistribution row(
            Draft draft, String id, DistributionConfig config, String tags, String requestDigest) {
        return new StoredDistribution(
                id,
                config.callerReference(),
                StoredConfigs.write(config),
                tags,
                account.newId('E'),
                draft.nowMillis(),
                draft.nextRevision(),
                requestDigest);
    }

    private void deploy(Draft draft, String id, DistributionConfig config) throws SQLException {
        RequestedConfig.check(config);
        References references = References.in(draft.connection(), account.functionArn(""));
        List<Resource> parts = DistributionMapping.map(id, config, references);
        OriginAccessControlKind.checkUses(config, references);
        OriginAccessIdentityKind.checkUses(config, references);
        AssociatedFunctions.check(parts, account.maxViewerTimeoutSeconds());
        if (account.strict()) {
            AssociatedFunctions.refuseVariables(parts);
        }
        requireFreeAliases(draft.catalog(), id, parts);
        draft.deploy(id, parts);
        draft.note("distribution " + id, StoredConfigs.writeWithoutSecrets(config));
    }

    private static void requireFreeAliases(Catalog catalog, String id, List<Resource> parts) {
        List<String> wanted = new ArrayList<>();
        parts.stream()
                .filter(dev.nearside.kit.snapshot.Distribution.class::isInstance)
                .map(dev.nearside.kit.snapshot.Distribution.class::cast)
                .forEach(distribution -> wanted.addAll(distribution.aliases()));
        catalog.deployed().filter(other -> !other.id().equals(id)).forEach(other -> {
            for (String alias : wanted) {
                if (other.aliases().contains(alias) || other.domainName().equals(alias)) {
                    throw new AwsError(
                            409,
                            "CNAMEAlreadyExists",
                            "The CNAME '" + alias + "' belongs to distribution " + other.id()
                                    + " already, expected one that no distribution has");
                }
            }
        });
    }

    Distribution shape(StoredDistribution stored, long holdMillis) {
        DistributionConfig config = StoredConfigs.read(stored.config());
        return Distribution.builder()
                .id(stored.id())
                .arn(account.distributionArn(stored.id()))
                .status(status(stored, holdMillis))
                .lastModifiedTime(Instant.ofEpochMilli(stored.modifiedMillis()))
                .inProgressInvalidationBatches(invalidations.batches(stored.id()))
                .domainName(DistributionMapping.domainName(stored.id()))
                .activeTrustedSigners(signers -> signers.enabled(false).quantity(0))
                .activeTrustedKeyGroups(activeKeyGroups(config))
                .distributionConfig(config)
                .build();
    }

    private DistributionSummary summary(StoredDistribution stored) {
        return Shapes.copy(StoredConfigs.read(stored.config()), DistributionSummary.builder())
                .id(stored.id())
                .arn(account.distributionArn(stored.id()))
                .eTag(stored.etag())
                .status(status(stored, 0))
                .lastModifiedTime(Instant.ofEpochMilli(stored.modifiedMillis()))
                .domainName(DistributionMapping.domainName(stored.id()))
                .build();
    }

    /** The keys that signatures may be made with, by the key groups that some behavior trusts. */
    private ActiveTrustedKeyGroups activeKeyGroups(DistributionConfig config) {
        List<String> ids = Stream.concat(
                        Stream.of(config.defaultCacheBehavior().trustedKeyGroups()),
                        config.cacheBehaviors().items().stream().map(CacheBehavior::trustedKeyGroups))
                .filter(Objects::nonNull)
                .flatMap(groups -> groups.items().stream())
                .distinct()
                .toList();
        List<KGKeyPairIds> active = deployment.read(connection -> {
            References references = References.in(connection, "");
            return ids.stream()
                    .flatMap(id -> references.keyGroup(id).stream())
                    .map(Distributions::keyPairIds)
                    .toList();
        });
        return ActiveTrustedKeyGroups.builder()
                .enabled(!active.isEmpty())
                .quantity(active.size())
                .items(active)
                .build();
    }

    private static KGKeyPairIds keyPairIds(KeyGroup group) {
        return KGKeyPairIds.builder()
                .keyGroupId(group.id())
                .keyPairIds(ids -> ids.quantity(group.keys().size())
                        .items(group.keys().stream().map(KeyGroup.PublicKey::id).toList()))
                .build();
    }

    private String status(StoredDistribution stored, long holdMillis) {
        boolean deployed = deployment
                .releasedRevision(stored.id())
                .filter(revision -> Propagation.hasReached(publisher, Milestone.SETTLED, revision, holdMillis))
                .isPresent();
        return deployed ? "Deployed" : "InProgress";
    }

    static String location(StoredDistribution stored) {
        return "https://cloudfront.amazonaws.com/2020-05-31/distribution/" + stored.id();
    }

    <T> T change(Caller caller, Change<T> change) {
        try {
            return deployment.change(Cause.of(caller), change);
        } catch (RejectedChangeException e) {
            throw invalidArgument(String.valueOf(e.getMessage()));
        }
    }
}
