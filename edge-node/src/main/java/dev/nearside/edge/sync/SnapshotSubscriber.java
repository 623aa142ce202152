package dev.nearside.edge.sync;

import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.sync.SnapshotApplier.RejectedException;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's configuration at the control plane's newest revision: one long poll after another, each answered with
 * what changed. Says what became of every revision, answers questions, and goes on alone with the last good snapshot
 * while the control plane is away.
 */
final class SnapshotSubscriber implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSubscriber.class);
    private static final byte[] JSON_NULL = {'n', 'u', 'l', 'l'};
    private static final long WAIT_MILLIS = 25_000;
    private static final long ANSWER_TIMEOUT_MILLIS = WAIT_MILLIS + 10_000;
    private static final long SHORT_TIMEOUT_MILLIS = 10_000;
    private static final long CLOSE_TIMEOUT_MILLIS = 2_000;
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LONGEST_RETRY_MILLIS = 1_000;

    /** Longer than any exchange that started under the old snapshot still needs a function. */
    private static final long CLOSE_DROPPED_FUNCTIONS_SECONDS = 300;

    private final NodeIdentity identity;
    private final ControlPlaneConnection controlPlane;
    private final NodeDisk disk;
    private final NodeAnswers answers;
    private final ExecutorService loader;
    private @Nullable SnapshotApplier applier;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private boolean reachable = true;
    private volatile boolean closed;

    /**
     * Nothing runs before {@link #start}.
     *
     * @param answers what this node knows on a question, as JSON
     */
    SnapshotSubscriber(NodeIdentity identity, ControlPlaneConnection controlPlane, NodeDisk disk, NodeAnswers answers) {
        this.identity = identity;
        this.controlPlane = controlPlane;
        this.disk = disk;
        this.answers = answers;
        this.loader = Executors.newSingleThreadExecutor(task ->
                Thread.ofPlatform().daemon().name("loader-" + identity.name()).unstarted(task));
    }

    /** Serves from the snapshot on disk, if there is one, then watches for newer ones. */
    void start(SnapshotApplier theApplier) {
        applier = theApplier;
        disk.snapshot().ifPresent(last -> {
            try {
                theApplier.restore(last);
                LOG.info("{} serves revision {} from its disk", identity.name(), last.revision());
            } catch (RejectedException e) {
                LOG.warn("{} cannot serve the snapshot on its disk: {}", identity.name(), e.getMessage());
            }
        });
        loader.execute(this::watch);
    }

    // ---- on the loader thread, one after the other ----

    private void watch() {
        if (closed) {
            return;
        }
        ActiveSnapshot active = applier().active();
        Snapshot current = active == null ? Snapshot.EMPTY : active.snapshot();
        WatchRequest request = new WatchRequest(
                identity.name(),
                identity.pop(),
                current.stateId(),
                current.revision(),
                current.digest(),
                WAIT_MILLIS,
                active == null ? List.of() : active.counts().report());
        controlPlane
                .post("/watch", SnapshotCodec.encode(request), ANSWER_TIMEOUT_MILLIS)
                .whenComplete((reply, failure) -> runOnLoader(() -> onReply(reply, failure)));
    }

    private void onReply(ControlPlaneConnection.@Nullable Reply reply, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        if (reply == null || reply.status() != 200) {
            retryLater(failure == null && reply != null ? "it answered " + reply.status() : String.valueOf(failure));
            return;
        }
        WatchAnswer answer;
        try {
            answer = SnapshotCodec.decode(reply.body(), WatchAnswer.class);
        } catch (IllegalArgumentException e) {
            retryLater(String.valueOf(e.getMessage()));
            return;
        }
        if (!reachable) {
            LOG.info("{} reached the control plane again", identity.name());
        }
        reachable = true;
        if (followed(answer)) {
            retryMillis = FIRST_RETRY_MILLIS;
            watch();
        } else {
            later(LONGEST_RETRY_MILLIS);
        }
    }

    /**
     * Does what an answer asks for. Whatever fails in that, code that does not fit into memory included, must not end
     * the watch: a node that never watches again would serve its old revision for ever and count as gone.
     */
    private boolean followed(WatchAnswer answer) {
        SnapshotDelta delta = answer.delta();
        try {
            answer.questions().forEach(this::answer);
            return delta == null || apply(delta);
        } catch (RuntimeException | Error e) {
            LOG.error("{} failed on an answer of the control plane", identity.name(), e);
            if (delta != null) {
                acknowledge(delta.stateId(), delta.revision(), "the node failed: " + e);
            }
            return false;
        }
    }

    private boolean apply(SnapshotDelta delta) {
        try {
            closeLater(applier().apply(delta));
            Snapshot next = applier().current();
            acknowledge(next.stateId(), next.revision(), null);
            disk.keep(next);
            LOG.debug("{} serves revision {}", identity.name(), next.revision());
            return true;
        } catch (RejectedException | IllegalArgumentException e) {
            LOG.warn("{} rejected revision {}: {}", identity.name(), delta.revision(), e.getMessage());
            acknowledge(delta.stateId(), delta.revision(), String.valueOf(e.getMessage()));
            return false;
        } catch (IOException e) {
            LOG.warn(
                    "{} serves revision {} but could not keep it on disk: {}",
                    identity.name(),
                    delta.revision(),
                    e.getMessage());
            return true;
        }
    }

    private void acknowledge(String stateId, long revision, @Nullable String reason) {
        Acknowledgement acknowledgement =
                new Acknowledgement(identity.name(), stateId, revision, reason == null, reason);
        controlPlane
                .post("/acknowledgements", SnapshotCodec.encode(acknowledgement), SHORT_TIMEOUT_MILLIS)
                .exceptionally(failure -> {
                    LOG.debug("{} could not acknowledge revision {}", identity.name(), revision, failure);
                    return new ControlPlaneConnection.Reply(0, new byte[0]);
                });
    }

    private void answer(WatchAnswer.Question question) {
        answers.answer(question)
                .thenCompose(known -> controlPlane.post(
                        "/answers/" + question.id(),
                        known.map(SnapshotCodec::encode).orElse(JSON_NULL),
                        SHORT_TIMEOUT_MILLIS))
                .exceptionally(failure -> {
                    LOG.debug("{} could not answer a question on {}", identity.name(), question.topic(), failure);
                    return new ControlPlaneConnection.Reply(0, new byte[0]);
                });
    }

    private void retryLater(String why) {
        if (reachable && !closed) {
            LOG.warn(
                    "{} cannot reach the control plane, serves on with revision {}: {}",
                    identity.name(),
                    applier().current().revision(),
                    why);
        }
        reachable = false;
        later(retryMillis);
        retryMillis = Math.min(LONGEST_RETRY_MILLIS, 2 * retryMillis);
    }

    private void later(long millis) {
        if (!closed) {
            controlPlane.loop().schedule(() -> runOnLoader(this::watch), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void closeLater(List<LoadedFunction> dropped) {
        if (!dropped.isEmpty()) {
            controlPlane
                    .loop()
                    .schedule(
                            () -> runOnLoader(() -> dropped.forEach(LoadedFunction::close)),
                            CLOSE_DROPPED_FUNCTIONS_SECONDS,
                            TimeUnit.SECONDS);
        }
    }

    private void runOnLoader(Runnable task) {
        try {
            loader.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is stopping", identity.name(), e);
        }
    }

    private SnapshotApplier applier() {
        if (applier == null) {
            throw new IllegalStateException("the subscriber has not been started");
        }
        return applier;
    }

    /** The snapshot in force; null before the first. Read by any thread. */
    @Nullable
    ActiveSnapshot active() {
        return applier == null ? null : applier.active();
    }

    @Override
    public void close() {
        closed = true;
        controlPlane.close();
        loader.shutdown();
        try {
            // What is being written to disk is finished; nothing else takes that long.
            if (!loader.awaitTermination(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                loader.shutdownNow();
            }
        } catch (InterruptedException e) {
            loader.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
