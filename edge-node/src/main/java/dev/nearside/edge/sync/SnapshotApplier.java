package dev.nearside.edge.sync;

import dev.nearside.edge.cache.PurgeLog;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.FunctionRegistry;
import dev.nearside.edge.functions.FunctionRegistry.CodeUnavailableException;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctions;
import dev.nearside.edge.functions.cloudfront.LoadedCloudFrontFunction;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.routing.RouteTable;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotChecks;
import dev.nearside.kit.snapshot.SnapshotDelta;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds everything that a snapshot needs aside, then puts it in force by swapping one reference. A snapshot that
 * cannot be built never replaces one that works. Used by the node's loader thread only.
 */
final class SnapshotApplier {

    /** A snapshot that this node cannot serve from. */
    static final class RejectedException extends Exception {
        RejectedException(String message) {
            super(message);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotApplier.class);

    private final FunctionRegistry functions;
    private final CloudFrontFunctions cloudFrontFunctions;
    private final PurgeLog purges;
    private final long patienceMillis;
    private volatile @Nullable ActiveSnapshot active;

    /**
     * Nothing is in force yet.
     *
     * @param patienceMillis how long a snapshot waits for the first environments of the functions that are new in it
     */
    SnapshotApplier(
            FunctionRegistry functions, CloudFrontFunctions cloudFrontFunctions, PurgeLog purges, long patienceMillis) {
        this.functions = functions;
        this.cloudFrontFunctions = cloudFrontFunctions;
        this.purges = purges;
        this.patienceMillis = patienceMillis;
    }

    /** The snapshot in force; null before the first. Read by any thread. */
    @Nullable
    ActiveSnapshot active() {
        return active;
    }

    /** The snapshot in force, or the empty one. */
    Snapshot current() {
        ActiveSnapshot now = active;
        return now == null ? Snapshot.EMPTY : now.snapshot();
    }

    /**
     * Puts the node's own last snapshot in force again; nothing was missed, so nothing more is invalidated. Nobody is
     * served meanwhile, so it waits for no environment.
     */
    void restore(Snapshot last) throws RejectedException {
        put(Snapshot.EMPTY, last, Set.of(), 0);
    }

    /**
     * Puts the snapshot in force that a delta leads to.
     *
     * @return functions that no longer serve new exchanges, to be closed when old ones have ended
     * @throws IllegalArgumentException if the delta does not fit the snapshot in force
     */
    List<LoadedFunction> apply(SnapshotDelta delta) throws RejectedException {
        Snapshot previous = current();
        Snapshot next = previous.apply(delta);
        Set<String> unsure = new TreeSet<>();
        if (delta.isWhole()) {
            // It was not made from what is in force, so which invalidations were missed cannot be known. What is on
            // disk may be of distributions that only the new snapshot names.
            previous.all(Distribution.class).forEach(distribution -> unsure.add(distribution.id()));
            next.all(Distribution.class).forEach(distribution -> unsure.add(distribution.id()));
        }
        return put(previous, next, unsure, patienceMillis);
    }

    /**
     * Puts a snapshot in force.
     *
     * @param unsure distributions that may have been invalidated in part without this node's knowledge
     * @param waitMillis longest wait for the first environments of functions
     */
    private List<LoadedFunction> put(Snapshot previous, Snapshot next, Set<String> unsure, long waitMillis)
            throws RejectedException {
        List<String> faults = SnapshotChecks.faults(next);
        if (!faults.isEmpty()) {
            throw new RejectedException(
                    "revision " + next.revision() + " has " + faults.size() + " faults, first: " + faults.getFirst());
        }
        try {
            functions.load(next);
        } catch (CodeUnavailableException e) {
            throw new RejectedException("revision " + next.revision() + ": " + e.getMessage());
        }
        CompletableFuture<Void> warm = functions.warmUp();
        cloudFrontFunctions.load(next);
        ActiveSnapshot built = new ActiveSnapshot(next, new RouteTable(next, loaded()));
        await(warm, waitMillis);
        active = built;
        purges.begin(next.revision());
        // After the swap: an object that the old configuration still asks for now is older than the invalidation.
        invalidate(previous, next);
        unsure.forEach(id -> purges.purge(id, List.of("/*")));
        purges.done(next.revision());
        return functions.retain(next);
    }

    private static void await(CompletableFuture<Void> warm, long waitMillis) {
        try {
            warm.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            LOG.debug("not every new function has an environment after {} ms; first events make them", waitMillis);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a warm-up never fails as a whole", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private RouteTable.Functions loaded() {
        return new RouteTable.Functions() {
            @Override
            public BoundFunction bind(FunctionAssociation association) {
                return functions.bind(association);
            }

            @Override
            public LoadedCloudFrontFunction bind(CloudFrontFunctionAssociation association) {
                return cloudFrontFunctions.bind(association.functionArn());
            }
        };
    }

    private void invalidate(Snapshot previous, Snapshot next) {
        Set<String> known = new HashSet<>();
        previous.all(Invalidation.class).forEach(invalidation -> known.add(invalidation.id()));
        for (Invalidation invalidation : next.all(Invalidation.class)) {
            if (known.add(invalidation.id()) && !purges.knows(invalidation.id())) {
                purges.purge(
                        new PurgeLog.Purge(invalidation.id(), invalidation.distributionId(), invalidation.paths()));
            }
        }
    }
}
