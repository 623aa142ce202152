package dev.nearside.control.core;

import dev.nearside.control.core.NodeStatus.NodeError;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.watch.WatchAnswer.Question;
import dev.nearside.kit.watch.WatchRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node that has watched since this control plane started. Confined to the core's event loop. */
final class Node {

    /** How long a node counts as connected between two watches. */
    static final long GRACE_NANOS = 5_000_000_000L;

    /** How long it does while it has not said what became of a revision it was given: code may have to be fetched. */
    static final long APPLY_NANOS = 60_000_000_000L;

    /** How long a node is spared a revision that it refused; after that the cause may have passed. */
    static final long REJECTION_PAUSE_NANOS = 10_000_000_000L;

    private final String name;
    private String pop;
    private String stateId = "";
    private long revision;

    /** Whether that revision is one that this control plane published, and not another of the same number. */
    private boolean ours;

    private long rejectedRevision;
    private long rejectedAtNanos;
    private @Nullable String rejectionReason;

    /** The last rejection of all, which stays when a later revision has been applied. */
    private @Nullable NodeError lastError;

    private long lastSeenNanos;
    private long lastSeenMillis;
    private boolean applying;
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

    /** How long the questions are that wait for its next watch. */
    long questionChars() {
        return questions.values().stream()
                .mapToLong(question -> question.argument().length())
                .sum();
    }

    @Nullable
    HeldWatch held() {
        return held;
    }

    void hold(@Nullable HeldWatch watch) {
        held = watch;
    }

    /** The node has been given a revision. */
    void given() {
        applying = true;
    }

    void seen(long nanos, long millis) {
        lastSeenNanos = nanos;
        lastSeenMillis = millis;
    }

    /** A watch says what the node serves, so it is an acknowledgement too. */
    void serves(WatchRequest request, boolean published) {
        pop = request.pop();
        applied(request.stateId(), request.revision());
        ours = published;
    }

    void applied(String appliedStateId, long appliedRevision) {
        boolean sameState = stateId.equals(appliedStateId);
        stateId = appliedStateId;
        revision = appliedRevision;
        ours = true;
        applying = false;
        if (!sameState || appliedRevision >= rejectedRevision) {
            rejectedRevision = 0;
            rejectionReason = null;
        }
    }

    void rejected(long refusedRevision, String reason, long nanos, long millis) {
        lastError = new NodeError(refusedRevision, reason, millis);
        rejectedRevision = refusedRevision;
        rejectionReason = reason;
        rejectedAtNanos = nanos;
        applying = false;
    }

    /** Whether the node should not be offered a revision because it just refused it. */
    boolean isSpared(long offered, long nanos) {
        return rejectedRevision == offered
                && rejectionReason != null
                && nanos - rejectedAtNanos < REJECTION_PAUSE_NANOS;
    }

    boolean isConnected(long nanos) {
        return held != null || nanos - lastSeenNanos < (applying ? APPLY_NANOS : GRACE_NANOS);
    }

    /** Whether the node has come that far with a revision or with a later one. */
    boolean hasReached(Milestone milestone, String currentStateId, long wanted) {
        boolean serves = ours && stateId.equals(currentStateId) && revision >= wanted;
        return switch (milestone) {
            case APPLIED -> serves;
            case SETTLED -> serves || rejectedRevision >= wanted;
        };
    }

    long lastSeenMillis() {
        return lastSeenMillis;
    }

    /** Whether the revision that it serves was published here. */
    boolean isOurs() {
        return ours;
    }

    long revision() {
        return revision;
    }

    /** The revision it refused last; 0 if none since the last one it applied. */
    long rejectedRevision() {
        return rejectedRevision;
    }

    @Nullable
    String rejectionReason() {
        return rejectionReason;
    }

    /**
     * What is known of it.
     *
     * @param target what it should serve
     */
    NodeStatus status(long nanos, Snapshot target) {
        return new NodeStatus(
                name,
                pop,
                stateId,
                revision,
                standing(nanos, target),
                target.revision(),
                held != null,
                lastSeenMillis,
                rejectedRevision,
                rejectionReason,
                lastError);
    }

    private NodeStatus.Standing standing(long nanos, Snapshot target) {
        if (!isConnected(nanos)) {
            return NodeStatus.Standing.AWAY;
        }
        if (ours && stateId.equals(target.stateId()) && revision == target.revision()) {
            return NodeStatus.Standing.CURRENT;
        }
        return rejectedRevision == target.revision() && rejectionReason != null
                ? NodeStatus.Standing.REJECTED
                : NodeStatus.Standing.BEHIND;
    }
}
