package dev.nearside.edge.sync;

import dev.nearside.edge.functions.Failures;
import dev.nearside.edge.functions.Variables;
import dev.nearside.edge.sync.ControlPlaneConnection.Reply;
import dev.nearside.kit.keys.EncryptionContext;
import dev.nearside.kit.keys.SealedVariables;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.watch.DataKeyAnswer;
import dev.nearside.kit.watch.DataKeyRequest;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens versions' environment variables with data keys that the control plane decrypts. A data key stays in this node's
 * memory for five minutes at most, and a refusal for one second, so that a flood of events is not a flood of questions.
 * Nothing of it is written to disk. Safe for use by many threads.
 */
final class NodeVariables implements Variables.Source {

    private static final Logger LOG = LoggerFactory.getLogger(NodeVariables.class);

    private static final long KEEP_KEY_MILLIS = 300_000;
    private static final long KEEP_REFUSAL_MILLIS = 1_000;

    /** The limit for an init has not begun yet while the key is asked for. */
    private static final long ANSWER_TIMEOUT_MILLIS = 5_000;

    private final String nodeName;
    private final Asker controlPlane;
    private final Time time;
    private final ScheduledExecutorService timers;

    /** What is known or being asked for, by version and encrypted data key. Guarded by itself. */
    private final Map<DataKeyRequest, Entry> known = new HashMap<>();

    /** Asks the control plane. */
    @FunctionalInterface
    interface Asker {
        CompletableFuture<Reply> post(String path, byte[] json, long timeoutMillis);
    }

    /**
     * Nothing is known yet.
     *
     * @param timers where it is told that something has been known for long enough
     */
    NodeVariables(String nodeName, Asker controlPlane, Time time, ScheduledExecutorService timers) {
        this.nodeName = nodeName;
        this.controlPlane = controlPlane;
        this.time = time;
        this.timers = timers;
    }

    /** An answer that came or will come; from {@code oldNanos} on it counts no more. */
    private static final class Entry {
        private final CompletableFuture<Known> answer = new CompletableFuture<>();
        private long oldNanos;
        private boolean came;

        boolean isOld(long nanos) {
            return came && nanos - oldNanos >= 0;
        }
    }

    /** A data key in clear, or why there is none. */
    private record Known(byte @Nullable [] key, Failures.@Nullable Failure refusal) {
        /** Says nothing of the key itself. */
        @Override
        public String toString() {
            return "Known[" + (refusal == null ? "a key" : refusal.errorType()) + "]";
        }
    }

    @Override
    public Variables of(FunctionVersion version) {
        SealedVariables sealed = version.sealedVariables();
        if (sealed == null) {
            return Variables.inClear(version);
        }
        DataKeyRequest request = new DataKeyRequest(nodeName, version.id(), sealed.dataKey());
        return (opened, refused) -> dataKey(request).thenAccept(answer -> {
            byte[] key = answer.key;
            if (key == null) {
                refused.accept(Objects.requireNonNull(answer.refusal, "neither a key nor a reason"));
                return;
            }
            Map<String, String> variables;
            try {
                variables = sealed.open(key, EncryptionContext.ofFunction(version.functionArn()));
            } catch (GeneralSecurityException _) {
                refused.accept(Failures.keyRefused(
                        "KMSInvalidStateException",
                        "the environment variables of " + version.id() + " do not open with their data key"));
                return;
            }
            opened.accept(variables);
        });
    }

    /** Never fails; what goes wrong is a refusal. */
    private CompletableFuture<Known> dataKey(DataKeyRequest request) {
        Entry asking = new Entry();
        synchronized (known) {
            Entry there = known.get(request);
            if (there != null && !there.isOld(time.nanos())) {
                return there.answer;
            }
            known.put(request, asking);
        }
        controlPlane
                .post("/data-keys", SnapshotCodec.encode(request), ANSWER_TIMEOUT_MILLIS)
                .handle((reply, failure) -> read(request, reply, failure))
                .thenAccept(came -> keep(request, asking, came));
        return asking.answer;
    }

    private void keep(DataKeyRequest request, Entry entry, Known came) {
        long keepMillis = came.key == null ? KEEP_REFUSAL_MILLIS : KEEP_KEY_MILLIS;
        synchronized (known) {
            entry.came = true;
            entry.oldNanos = time.nanos() + TimeUnit.MILLISECONDS.toNanos(keepMillis);
        }
        try {
            timers.schedule(() -> forget(request, entry), keepMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            forget(request, entry); // this node is stopping
        }
        entry.answer.complete(came);
    }

    private void forget(DataKeyRequest request, Entry entry) {
        synchronized (known) {
            known.remove(request, entry);
        }
    }

    private Known read(DataKeyRequest request, @Nullable Reply reply, @Nullable Throwable failure) {
        if (reply == null || reply.status() != 200) {
            String why = reply == null ? String.valueOf(failure) : "it answered " + reply.status();
            return refused(
                    request,
                    Failures.engineFault("the control plane cannot be asked for the data key of the environment "
                            + "variables: " + why));
        }
        try {
            DataKeyAnswer answer = SnapshotCodec.decode(reply.body(), DataKeyAnswer.class);
            return answer.key() != null
                    ? new Known(answer.key(), null)
                    : refused(
                            request,
                            Failures.keyRefused(String.valueOf(answer.errorType()), String.valueOf(answer.message())));
        } catch (IllegalArgumentException _) {
            // No words of the parser's, which would quote what it could not read.
            return refused(request, Failures.engineFault("the control plane's answer holds no data key"));
        }
    }

    private Known refused(DataKeyRequest request, Failures.Failure refusal) {
        LOG.warn(
                "{} starts no environment of {}: {}: {}",
                nodeName,
                request.versionId(),
                refusal.errorType(),
                refusal.message());
        return new Known(null, refusal);
    }
}
