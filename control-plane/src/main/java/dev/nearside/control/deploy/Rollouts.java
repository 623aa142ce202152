package dev.nearside.control.deploy;

import dev.nearside.control.core.Publisher;
import dev.nearside.control.core.RolloutDecision;
import dev.nearside.control.core.RolloutPolicy;
import dev.nearside.control.core.RolloutProgress;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredRelease;
import dev.nearside.control.state.StoredRollout;
import dev.nearside.control.state.StoredRollout.Phase;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.Resource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rollouts as callers steer them, and the hand that makes durable what the core decides: a decision is stored first and
 * takes effect when the release that comes of it is published.
 */
public final class Rollouts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);
    private static final String PLATFORM = "nearside";
    private static final long CLOSE_TIMEOUT_MILLIS = 1_000;

    private final Deployment deployment;
    private final Publisher publisher;
    private final StoreLookup stores;
    private final VersionLookup versions;
    private final ExecutorService decisions = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("rollouts").unstarted(task));

    /** Finds key value stores among the stored rows. */
    @FunctionalInterface
    public interface StoreLookup {
        Optional<KeyValueStore> find(Connection connection, String arn) throws SQLException;
    }

    /** Finds what is published now under the ARN of a function version of back then. */
    @FunctionalInterface
    public interface VersionLookup {
        Optional<FunctionVersion> find(Connection connection, FunctionVersion before) throws SQLException;
    }

    /** Follows the core's decisions from now on. */
    public Rollouts(Deployment deployment, Publisher publisher, StoreLookup stores, VersionLookup versions) {
        this.deployment = deployment;
        this.publisher = publisher;
        this.stores = stores;
        this.versions = versions;
        publisher.onDecision(this::decided);
    }

    private void decided(RolloutDecision decision) {
        try {
            decisions.execute(() -> follow(decision));
        } catch (RejectedExecutionException _) {
            LOG.debug("this control plane is stopping; the next one decides anew");
        }
    }

    private void follow(RolloutDecision decision) {
        try {
            change(cause(decision), draft -> {
                if (draft.rollout()
                        .filter(present -> present.id() == decision.rollout())
                        .isPresent()) {
                    follow(draft, draft.rollout().get(), decision);
                }
            });
        } catch (StateException | RejectedChangeException e) {
            LOG.error("rollout {} cannot go on: {}", decision.rollout(), e.getMessage());
            publisher.reconsider(decision.rollout());
        } catch (RuntimeException e) {
            // The border of a thread that must go on: without another decision the rollout would stand still for ever.
            LOG.error("rollout {} cannot go on", decision.rollout(), e);
            publisher.reconsider(decision.rollout());
        }
    }

    private static Change.Cause cause(RolloutDecision decision) {
        return new Change.Cause(PLATFORM, decision.getClass().getSimpleName());
    }

    private static void follow(Draft draft, StoredRollout rollout, RolloutDecision decision) {
        String name = "rollout " + rollout.id();
        switch (decision) {
            case RolloutDecision.Advance(long _, int wave) -> {
                if (rollout.wave() + 1 == wave && rollout.phase() == Phase.RUNNING) {
                    draft.continueRollout(rollout.at(wave));
                    draft.note(name, "wave " + (wave + 1) + " begins");
                }
            }
            case RolloutDecision.Complete _ -> {
                if (rollout.phase() == Phase.RUNNING) {
                    draft.completeRollout();
                    draft.note(name, "complete");
                }
            }
            case RolloutDecision.RollBack(long _, String reason) -> {
                LOG.warn("rollout {} is rolled back: {}", rollout.id(), reason);
                draft.rollBack(reason);
                draft.note(name, "rolled back: " + reason);
            }
        }
    }

    /** The newest first. */
    public List<StoredRollout> newest(int limit) {
        return deployment.read(connection -> StoredRollout.newest(connection, limit));
    }

    /**
     * One rollout.
     *
     * @throws RolloutRefusedException if there is none of that number
     */
    public StoredRollout require(long id) {
        return deployment.read(connection -> require(connection, id));
    }

    private static StoredRollout require(Connection connection, long id) throws SQLException {
        return StoredRollout.find(connection, id)
                .orElseThrow(() -> RolloutRefusedException.unknown("there is no rollout " + id));
    }

    /** How far the one is that is under way. */
    public Optional<RolloutProgress> progress() {
        return publisher.progress().toCompletableFuture().join();
    }

    /** Distributions that nodes do not get as they are configured, because that was rolled back. */
    public Set<String> heldBack() {
        return deployment.standing().tracks().heldBack();
    }

    /** Distributions whose change waits for the rollout that is under way. */
    public Set<String> waiting() {
        return deployment.standing().tracks().waiting();
    }

    /** The policy of a stored rollout. */
    public static RolloutPolicy policyOf(StoredRollout rollout) {
        return Standing.policy(rollout.policy());
    }

    /** What holds for releases unless it is said otherwise. */
    public RolloutPolicy policy() {
        return deployment.read(NextStanding::defaultPolicy);
    }

    /** What holds for the next release alone, if that was said. */
    public Optional<RolloutPolicy> nextPolicy() {
        return deployment.read(connection ->
                StoredRelease.policy(connection, NextStanding.NEXT_POLICY).map(Standing::policy));
    }

    /** Sets what holds for releases from now on; one that is under way keeps its own. */
    public void setPolicy(Change.Cause cause, RolloutPolicy policy) {
        storePolicy(cause, NextStanding.DEFAULT_POLICY, policy);
    }

    /** Sets what holds for the next release alone. */
    public void setNextPolicy(Change.Cause cause, RolloutPolicy policy) {
        storePolicy(cause, NextStanding.NEXT_POLICY, policy);
    }

    private void storePolicy(Change.Cause cause, String name, RolloutPolicy policy) {
        String json = Standing.json(policy);
        deployment.change(cause, draft -> {
            StoredRelease.storePolicy(draft.connection(), name, json);
            draft.note("rollout policy " + name, json);
            return null;
        });
    }

    /**
     * Keeps a rollout at its wave; nodes that come to the wave still get the release, and it is still rolled back if it
     * fails.
     *
     * @throws RolloutRefusedException if that rollout is not under way
     */
    public void pause(Change.Cause cause, long id) {
        steer(cause, id, rollout -> rollout.in(Phase.PAUSED));
    }

    /**
     * Lets a rollout go on; its wave bakes anew.
     *
     * @throws RolloutRefusedException if that rollout is not under way
     */
    public void resume(Change.Cause cause, long id) {
        steer(cause, id, rollout -> rollout.in(Phase.RUNNING));
    }

    private void steer(Change.Cause cause, long id, UnaryOperator<StoredRollout> step) {
        change(cause, draft -> {
            draft.continueRollout(step.apply(requireUnderWay(draft, id)));
            draft.note("rollout " + id, cause.operation());
        });
    }

    /**
     * Takes a rollout's release back from every node.
     *
     * @throws RolloutRefusedException if that rollout is not under way
     */
    public void abort(Change.Cause cause, long id) {
        change(cause, draft -> {
            requireUnderWay(draft, id);
            draft.rollBack("aborted by " + cause.who());
            draft.note("rollout " + id, "aborted");
        });
    }

    private static StoredRollout requireUnderWay(Draft draft, long id) throws SQLException {
        Optional<StoredRollout> present = draft.rollout();
        if (present.isPresent() && present.get().id() == id) {
            return present.get();
        }
        throw RolloutRefusedException.conflict("rollout " + id + " is "
                + require(draft.connection(), id).phase()
                + " already, expected one that is under way");
    }

    /**
     * Brings all nodes at once back to what an earlier revision was, under a new revision. Distributions that were
     * deleted since stay deleted; invalidations, the content of key value stores and reserved concurrency stay as they
     * are. A rollout that is under way ends.
     *
     * @return the new revision
     * @throws RolloutRefusedException if it is not known what the revision was, or something of it was deleted since
     */
    public long rollBackTo(Change.Cause cause, long revision) {
        return deployment.change(cause, draft -> {
            long made = draft.restore(
                    content(draft, revision), "rolled back to revision " + revision + " by " + cause.who());
            draft.note("nodes", "rolled back to revision " + revision);
            return made;
        });
    }

    private Catalog content(Draft draft, long revision) throws SQLException {
        OptionalLong first = StoredRelease.firstRecorded(draft.connection());
        long last = deployment.standing().stable().revision();
        if (first.isEmpty() || revision < first.getAsLong() || revision > last) {
            throw RolloutRefusedException.unknown("revision " + revision + " is not known, expected "
                    + (first.isEmpty() ? "one, and none is" : first.getAsLong() + " to " + last));
        }
        Map<String, Optional<String>> then = StoredRelease.at(draft.connection(), revision);
        Map<String, Resource> operational = draft.operational();
        Catalog content = draft.catalog();
        for (String id : List.copyOf(content.distributions().keySet())) {
            Optional<String> json = then.getOrDefault(id, Optional.empty());
            List<Resource> parts = null;
            if (json.isPresent()) {
                parts = new ArrayList<>();
                for (Resource part : ReleasedParts.parts(json.get())) {
                    parts.add(present(draft, part, operational, revision));
                }
            }
            content = content.with(id, parts);
        }
        return content;
    }

    private Resource present(Draft draft, Resource then, Map<String, Resource> operational, long revision)
            throws SQLException {
        if (then instanceof FunctionVersion before) {
            return versions.find(draft.connection(), before)
                    .filter(now -> now.codeSha256().equals(before.codeSha256()))
                    .orElseThrow(() -> deletedSince(revision, "function version", before.id()));
        }
        if (!(then instanceof KeyValueStore)) {
            return then;
        }
        Resource now = operational.get(then.id());
        return now != null
                ? now
                : stores.find(draft.connection(), then.id())
                        .orElseThrow(() -> deletedSince(revision, "key value store", then.id()));
    }

    private static RolloutRefusedException deletedSince(long revision, String kind, String id) {
        return RolloutRefusedException.conflict(
                "revision " + revision + " uses the " + kind + " '" + id + "', which has been deleted since");
    }

    /** Work on a draft without a result. */
    @FunctionalInterface
    private interface Step {
        void apply(Draft draft) throws SQLException;
    }

    private void change(Change.Cause cause, Step step) {
        deployment.change(cause, (Change<@Nullable Void>) draft -> {
            step.apply(draft);
            return null;
        });
    }

    /** Follows no more decisions; those that are not durable are made again after the next start. */
    @Override
    public void close() {
        decisions.shutdown();
        try {
            if (!decisions.awaitTermination(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                decisions.shutdownNow();
            }
        } catch (InterruptedException _) {
            decisions.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
