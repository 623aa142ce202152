package dev.nearside.control.core;

import dev.nearside.kit.watch.WatchAnswer.Question;
import dev.nearside.kit.watch.WatchRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node that has watched since this control plane started. Confined to the core's event loop. */
final class Node {

    /** How long a node counts as connected between two watches: the time it may take to apply a revision. */
    static final long GRACE_NANOS = 5_000_000_000L;

    /** How long a node is spared a revision that it refused; after that the cause may have passed. */
    static final long REJECTION_PAUSE_NANOS = 10_000_000_000L;

    private final String name;
    private String pop;
    private String stateId = "";
    private long revision;
    private long rejectedRevision;
    private long rejectedAtNanos;
    private @Nullable String rejectionReason;
    private long lastSeenNanos;
    private long lastSeenMillis;
    private @Nullable HeldWatch held;

    /** Questions that wait for the node's next watch, by id. */
    private final Map<String, Question> questions = new LinkedHashMap<>();

    Node(String name, String pop) {
        this.name = name;
        this.pop = pop;
    }

    String name() {
        return name;
    }

    String pop() {
        return pop;
    }

    Map<String, Question> questions() {
        return questions;
    }

    @Nullable
    HeldWatch held() {
        return held;
    }

    void hold(@Nullable HeldWatch watch) {
        held = watch;
    }

    void seen(long nanos, long millis) {
        lastSeenNanos = nanos;
        lastSeenMillis = millis;
    }

    /** A watch says what the node serves, so it is an acknowledgement too. */
    void serves(WatchRequest request) {
        pop = request.pop();
        applied(request.stateId(), request.revision());
    }

    void applied(String appliedStateId, long appliedRevision) {
        boolean sameState = stateId.equals(appliedStateId);
        stateId = appliedStateId;
        revision = appliedRevision;
        if (!sameState || appliedRevision >= rejectedRevision) {
            rejectedRevision = 0;
            rejectionReason = null;
        }
    }

    void rejected(long refusedRevision, String reason, long nanos) {
        rejectedRevision = refusedRevision;
        rejectionReason = reason;
        rejectedAtNanos = nanos;
    }

    /** Whether the node should not be offered a revision because it just refused it. */
    boolean isSpared(long offered, long nanos) {
        return rejectedRevision == offered
                && rejectionReason != null
                && nanos - rejectedAtNanos < REJECTION_PAUSE_NANOS;
    }

    boolean isConnected(long nanos) {
        return held != null || nanos - lastSeenNanos < GRACE_NANOS;
    }

    /** Whether the node has applied that revision or a later one, or said why it does not. */
    boolean hasSettled(String currentStateId, long wanted) {
        return rejectedRevision >= wanted || (stateId.equals(currentStateId) && revision >= wanted);
    }

    NodeStatus status(long nanos) {
        return new NodeStatus(
                name,
                pop,
                stateId,
                revision,
                held != null,
                isConnected(nanos),
                lastSeenMillis,
                rejectedRevision,
                rejectionReason);
    }
}
