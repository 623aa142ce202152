package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.core.Milestone;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredInvalidation;
import java.util.List;

/**
 * The invalidations of a distribution that some connected node has not applied yet, and CloudFront's quotas for them:
 * 3,000 files and, apart from those, 15 wildcards.
 */
final class InvalidationsInProgress {

    static final int MAX_FILES = 3_000;
    static final int MAX_WILDCARDS = 15;

    private final Deployment deployment;
    private final Publisher publisher;

    InvalidationsInProgress(Deployment deployment, Publisher publisher) {
        this.deployment = deployment;
        this.publisher = publisher;
    }

    /** How many they are. */
    int batches(String distributionId) {
        return of(distributionId).size();
    }

    /** Gives nodes that are about to apply what is in progress a moment, if those paths would be too many with it. */
    void makeRoom(String distributionId, List<String> paths) {
        List<StoredInvalidation> inProgress = of(distributionId);
        if (!inProgress.isEmpty()
                && (files(inProgress, paths) > MAX_FILES || wildcards(inProgress, paths) > MAX_WILDCARDS)) {
            Propagation.hasReached(
                    publisher, Milestone.APPLIED, inProgress.getLast().revision(), Propagation.HOLD_MILLIS);
        }
    }

    /**
     * Whether those paths may be added.
     *
     * @throws AwsError if they are too many together with what is in progress
     */
    void requireRoom(String distributionId, List<String> paths) {
        List<StoredInvalidation> inProgress = of(distributionId);
        if (wildcards(inProgress, paths) > MAX_WILDCARDS) {
            throw tooMany(
                    "wildcard invalidations",
                    wildcards(inProgress, List.of()),
                    wildcards(List.of(), paths),
                    MAX_WILDCARDS);
        }
        if (files(inProgress, paths) > MAX_FILES) {
            throw tooMany("invalidations", files(inProgress, List.of()), files(List.of(), paths), MAX_FILES);
        }
    }

    private static AwsError tooMany(String what, int inProgress, int more, int most) {
        return AwsError.badRequest(
                "TooManyInvalidationsInProgress",
                "Processing your request will cause you to exceed the maximum number of in-progress " + what + ": "
                        + inProgress + " are in progress and " + more + " would join them, expected at most " + most);
    }

    private static int files(List<StoredInvalidation> inProgress, List<String> paths) {
        return pathsIn(inProgress, paths) - wildcards(inProgress, paths);
    }

    private static int pathsIn(List<StoredInvalidation> inProgress, List<String> paths) {
        return paths.size()
                + inProgress.stream()
                        .mapToInt(invalidation -> invalidation.paths().size())
                        .sum();
    }

    private static int wildcards(List<StoredInvalidation> inProgress, List<String> paths) {
        return wildcards(paths)
                + inProgress.stream()
                        .mapToInt(invalidation -> wildcards(invalidation.paths()))
                        .sum();
    }

    private static int wildcards(List<String> paths) {
        return (int) paths.stream()
                .filter(path -> path.startsWith("/") && path.endsWith("*"))
                .count();
    }

    /** Oldest first. Revisions reach nodes in order, so that those behind the first that has arrived have arrived too. */
    private List<StoredInvalidation> of(String distributionId) {
        long arrived = 0;
        boolean some = false;
        for (long revision : deployment.read(connection -> StoredInvalidation.revisions(connection, distributionId))) {
            if (Propagation.hasReached(publisher, Milestone.APPLIED, revision, 0)) {
                arrived = revision;
                break;
            }
            some = true;
        }
        long after = arrived;
        return some
                ? deployment.read(connection -> StoredInvalidation.after(connection, distributionId, after))
                : List.of();
    }
}
