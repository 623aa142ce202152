package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.core.Milestone;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.control.state.StoredInvalidation;
import dev.nearside.kit.snapshot.Invalidation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.GetInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;
import software.amazon.awssdk.services.cloudfront.model.InvalidationSummary;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListInvalidationsResponse;

/** CloudFront's operations on invalidations. */
final class Invalidations {

    private static final int PAGE = 100;
    private static final int MAX_PATH = 4_000;
    private static final int MAX_TAG = 256;

    private final Deployment deployment;
    private final Publisher publisher;
    private final Account account;
    private final InvalidationsInProgress inProgress;

    /** Held while one is counted and added, so that two at once do not both take the last place. */
    private final ReentrantLock turn = new ReentrantLock();

    Invalidations(Deployment deployment, Publisher publisher, Account account) {
        this.inProgress = new InvalidationsInProgress(deployment, publisher);
        this.deployment = deployment;
        this.publisher = publisher;
        this.account = account;
    }

    CreateInvalidationResponse create(CreateInvalidationRequest request, Caller caller) {
        InvalidationBatch batch = require(request.invalidationBatch(), "invalidationBatch");
        List<String> paths = checkedPaths(batch);
        String reference = ConfigErrors.reference(batch.callerReference(), "invalidationBatch.callerReference");
        String distributionId = request.distributionId();
        if (paths.stream().anyMatch(Invalidations::isTag)) {
            requireTags(distributionId);
        }
        inProgress.makeRoom(distributionId, paths);
        StoredInvalidation created;
        turn.lock();
        try {
            created = existing(distributionId, reference, paths)
                    .orElseGet(() -> add(distributionId, reference, paths, caller));
        } finally {
            turn.unlock();
        }
        return CreateInvalidationResponse.builder()
                .location("https://cloudfront.amazonaws.com/2020-05-31/distribution/" + created.distributionId()
                        + "/invalidation/" + created.id())
                .invalidation(shape(created, 0))
                .build();
    }

    /** The invalidation that the same call made before. */
    private Optional<StoredInvalidation> existing(String distributionId, String reference, List<String> paths) {
        Optional<StoredInvalidation> existing = deployment.read(connection -> {
            Distributions.require(connection, distributionId);
            return StoredInvalidation.findByCallerReference(connection, distributionId, reference);
        });
        if (existing.isPresent() && !existing.get().paths().equals(paths)) {
            throw invalidArgument("Your request contains a caller reference that was used for a previous "
                    + "invalidation batch for the same distribution: '" + reference + "' with other paths.");
        }
        return existing;
    }

    private StoredInvalidation add(String distributionId, String reference, List<String> paths, Caller caller) {
        inProgress.requireRoom(distributionId, paths);
        Cause cause = Cause.of(caller);
        return deployment.change(cause, draft -> {
            Distributions.require(draft.connection(), distributionId);
            StoredInvalidation added = new StoredInvalidation(
                    account.newId('I'), distributionId, reference, paths, draft.nowMillis(), draft.nextRevision());
            added.insert(draft.connection());
            draft.invalidate(new Invalidation(added.id(), distributionId, paths));
            draft.note(
                    "distribution " + distributionId, "invalidation " + added.id() + " of " + paths.size() + " paths");
            return added;
        });
    }

    GetInvalidationResponse get(GetInvalidationRequest request, Caller caller) {
        StoredInvalidation stored = deployment.read(connection -> {
            Distributions.require(connection, request.distributionId());
            return StoredInvalidation.find(connection, request.distributionId(), request.id())
                    .orElseThrow(() -> new AwsError(
                            404,
                            "NoSuchInvalidation",
                            "The specified invalidation '" + request.id() + "' does not exist."));
        });
        return GetInvalidationResponse.builder()
                .invalidation(shape(stored, Propagation.HOLD_MILLIS))
                .build();
    }

    ListInvalidationsResponse list(ListInvalidationsRequest request, Caller caller) {
        List<StoredInvalidation> all = deployment.read(connection -> {
            Distributions.require(connection, request.distributionId());
            return StoredInvalidation.since(connection, request.distributionId(), 0)
                    .reversed();
        });
        Page<StoredInvalidation> page = Page.of(
                all,
                StoredInvalidation::id,
                Page.orderOf(all, StoredInvalidation::id),
                Page.Wanted.of(request.marker(), request.maxItems(), PAGE));
        List<InvalidationSummary> summaries = page.items().stream()
                .map(stored -> InvalidationSummary.builder()
                        .id(stored.id())
                        .createTime(Instant.ofEpochMilli(stored.createdMillis()))
                        .status(status(stored, 0))
                        .build())
                .toList();
        return ListInvalidationsResponse.builder()
                .invalidationList(list -> list.marker(request.marker() == null ? "" : request.marker())
                        .nextMarker(page.nextMarker())
                        .maxItems(page.maxItems())
                        .isTruncated(page.isTruncated())
                        .quantity(summaries.size())
                        .items(summaries))
                .build();
    }

    /** A catalog with the stored invalidations of one distribution that nodes were told of at that time. */
    static Catalog load(Connection connection, String distributionId, Catalog catalog, long atMillis)
            throws SQLException {
        long oldest = atMillis - Catalog.INVALIDATION_LIFETIME.toMillis();
        Catalog loaded = catalog;
        for (StoredInvalidation stored : StoredInvalidation.since(connection, distributionId, oldest)) {
            Invalidation invalidation = new Invalidation(stored.id(), distributionId, stored.paths());
            loaded = loaded.invalidating(new Catalog.Dated(invalidation, stored.createdMillis()));
        }
        return loaded;
    }

    private static List<String> checkedPaths(InvalidationBatch batch) {
        ConfigErrors.checkQuantities(batch, "InvalidationBatch");
        List<String> paths = require(batch.paths(), "invalidationBatch.paths").items();
        if (paths.isEmpty()) {
            throw invalidArgument("The invalidation has no paths, expected at least one");
        }
        if (paths.size() > InvalidationsInProgress.MAX_FILES) {
            throw new AwsError(
                    413,
                    "BatchTooLarge",
                    "The invalidation has " + paths.size() + " paths, expected at most "
                            + InvalidationsInProgress.MAX_FILES);
        }
        for (String path : paths) {
            if (isTag(path)) {
                checkTag(path);
                continue;
            }
            int star = path.indexOf('*');
            boolean valid = path.startsWith("/")
                    && path.length() <= MAX_PATH
                    && (star < 0 || star == path.length() - 1)
                    && path.chars().allMatch(c -> c > ' ' && c < 0x7f);
            if (!valid) {
                throw invalidArgument("Your request contains the invalidation path '" + path + "', which is not valid: "
                        + "expected a leading slash, URL-encoded characters, at most " + MAX_PATH
                        + " of them, and * only at the end; or # and a cache tag");
            }
        }
        return paths;
    }

    private static boolean isTag(String path) {
        return path.startsWith("#");
    }

    /** CloudFront knows no wildcards here: {@code *} is one of a tag's characters. */
    private static void checkTag(String item) {
        int length = item.length() - 1;
        boolean valid = length >= 1 && length <= MAX_TAG && item.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',');
        if (!valid) {
            throw invalidArgument("Your request contains the invalidation tag '" + item
                    + "', which is not valid: expected # and 1 to " + MAX_TAG
                    + " visible ASCII characters other than a comma");
        }
    }

    /** Refuses what would silently do nothing. */
    private void requireTags(String distributionId) {
        StoredDistribution stored = deployment.read(connection -> Distributions.require(connection, distributionId));
        if (StoredConfigs.read(stored.config()).cacheTagConfig() == null) {
            throw invalidArgument("The distribution " + distributionId
                    + " has no CacheTagConfig, expected one for an invalidation by cache tag");
        }
    }

    private software.amazon.awssdk.services.cloudfront.model.Invalidation shape(
            StoredInvalidation stored, long holdMillis) {
        return software.amazon.awssdk.services.cloudfront.model.Invalidation.builder()
                .id(stored.id())
                .status(status(stored, holdMillis))
                .createTime(Instant.ofEpochMilli(stored.createdMillis()))
                .invalidationBatch(batch -> batch.callerReference(stored.callerReference())
                        .paths(paths -> paths.quantity(stored.paths().size()).items(stored.paths())))
                .build();
    }

    private String status(StoredInvalidation stored, long holdMillis) {
        return Propagation.hasReached(publisher, Milestone.APPLIED, stored.revision(), holdMillis)
                ? "Completed"
                : "InProgress";
    }
}
