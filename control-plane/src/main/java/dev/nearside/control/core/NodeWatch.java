package dev.nearside.control.core;

import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchAnswer.Question;
import dev.nearside.kit.watch.WatchRequest;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes, what they serve, and their open watches: hands out revisions and questions, collects acknowledgements and
 * answers. Confined to the core's event loop; {@link Publisher} is the door for other threads.
 */
final class NodeWatch implements RolloutCourse.Fleet {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    private static final byte[] NOTHING_NEW = SnapshotCodec.encode(new WatchAnswer(null, List.of()));
    private static final long MAX_WAIT_MILLIS = 60_000;
    private static final int MAX_NODES = 10_000;

    /** What may wait for one node's next watch: half of the longest message that nodes take. */
    private static final long MAX_QUESTION_CHARS = 32L * 1024 * 1024;

    /** How often nodes report while a rollout is under way, and by how much longer for each node. */
    private static final long REPORT_MILLIS = 1_000;

    private static final long REPORT_MILLIS_PER_NODE = 2;

    /** Longer than nodes wait before they try again to reach a control plane that was away. */
    private static final long RETURN_MILLIS = 3_000;

    private final EventLoop loop;
    private final Time time;
    private final SnapshotLog log;
    private final Questions questions;
    private final NavigableMap<String, Node> nodes = new TreeMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private final Consumer<RolloutDecision> decisions;

    /** Whether nodes that served before this start may not have come back yet. */
    private boolean returning;

    private @Nullable RolloutCourse course;

    /**
     * Starts with what was published last.
     *
     * @param decisions hears what a rollout has come to
     */
    NodeWatch(EventLoop loop, Time time, Release first, Consumer<RolloutDecision> decisions) {
        this.loop = loop;
        this.time = time;
        this.decisions = decisions;
        this.log = new SnapshotLog(first);
        this.questions = new Questions(loop);
        this.returning = first.revision() > 0;
        if (returning) {
            loop.schedule(this::endReturn, RETURN_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (first.staged() != null) {
            begin(first.staged(), first.stable().revision());
        }
    }

    private void endReturn() {
        returning = false;
        checkWaiting();
    }

    /** Says what nodes should serve from now on and tells every waiting node. */
    void publish(Release release) {
        long before = log.release().revision();
        log.publish(release);
        Release.Staged staged = release.staged();
        RolloutCourse present = course;
        if (present != null && staged != null && present.rollout() == staged.rollout()) {
            present.update(staged);
        } else {
            endCourse();
            if (staged != null) {
                begin(staged, before);
                // Whoever waits reports what it has answered so far.
                nodes.values().forEach(this::answerWithNothing);
            }
        }
        offer(nodes.values());
        checkWaiting();
    }

    /** Starts a rollout on its own turn of the loop, when whoever decides can be told. */
    private void begin(Release.Staged staged, long revisionBefore) {
        RolloutCourse next = new RolloutCourse(loop, time, this, staged, revisionBefore, decisions);
        course = next;
        loop.execute(next::start);
    }

    /** Ends whatever rollout there is, without a decision. */
    void endCourse() {
        if (course != null) {
            course.end();
            course = null;
        }
    }

    /** A decision could not be made durable. */
    void reconsider(long rollout) {
        if (course != null && course.rollout() == rollout) {
            course.reconsider();
        }
    }

    Optional<RolloutProgress> progress() {
        return Optional.ofNullable(course).map(RolloutCourse::progress);
    }

    Release release() {
        return log.release();
    }

    @Override
    public List<Node> connected() {
        long now = time.nanos();
        return nodes.values().stream().filter(node -> node.isConnected(now)).toList();
    }

    @Override
    public boolean isReturning() {
        return returning;
    }

    @Override
    public void offer(Collection<Node> some) {
        List.copyOf(some).forEach(this::answerIfNews);
    }

    private Snapshot target(Node node) {
        Release.Staged staged = log.release().staged();
        return staged != null && course != null && course.exposes(node)
                ? staged.candidate()
                : log.release().stable();
    }

    /** Answers a watch at once if there is news, and holds it otherwise. */
    void watch(HeldWatch watch) {
        WatchRequest request = watch.request();
        Node node = nodes.get(request.node());
        if (node == null) {
            makeRoom();
            node = new Node(request.node(), request.pop());
            nodes.put(request.node(), node);
            LOG.info("node {} at {} has enrolled with revision {}", node.name(), node.pop(), request.revision());
        }
        HeldWatch former = node.held();
        if (former != null) {
            // Were it answered like a watch whose time is over, two nodes of one name would end each other's watches at
            // full speed; nodes back off from a refusal.
            LOG.warn("two watches are open under the name {}, the older one ends", node.name());
            former.refuse("another watch was opened under the name '" + node.name() + "', expected one at a time");
        }
        node.hold(watch);
        node.seen(time.nanos(), time.epochMillis());
        boolean known = log.knows(request);
        node.serves(request, known);
        Node watching = node;
        long waitMillis = Math.clamp(request.waitMillis(), 0, longestWaitMillis());
        watch.endBy(loop.schedule(() -> timeOut(watching, watch), waitMillis, TimeUnit.MILLISECONDS));
        if (course != null && known) {
            course.report(node, request);
        }
        answerIfNews(node);
        checkWaiting();
    }

    private long longestWaitMillis() {
        return course == null ? MAX_WAIT_MILLIS : REPORT_MILLIS + REPORT_MILLIS_PER_NODE * nodes.size();
    }

    /** Forgets a watch whose connection broke. */
    void abandoned(HeldWatch watch) {
        Node node = nodes.get(watch.request().node());
        if (node != null && node.held() == watch) {
            watch.cancelTimer();
            node.hold(null);
            node.seen(time.nanos(), time.epochMillis());
        }
    }

    void acknowledge(Acknowledgement acknowledgement) {
        Node node = nodes.get(acknowledgement.node());
        if (node == null || !acknowledgement.stateId().equals(stateId())) {
            return;
        }
        node.seen(time.nanos(), time.epochMillis());
        if (acknowledgement.applied()) {
            node.applied(acknowledgement.stateId(), acknowledgement.revision());
        } else {
            String reason = acknowledgement.reason() == null ? "no reason given" : acknowledgement.reason();
            node.rejected(acknowledgement.revision(), reason, time.nanos(), time.epochMillis());
            LOG.warn("node {} rejected revision {}: {}", node.name(), acknowledgement.revision(), reason);
            loop.schedule(() -> answerIfNews(node), Node.REJECTION_PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
        if (course != null) {
            course.check();
        }
        checkWaiting();
    }

    void answer(String questionId, byte[] json) {
        questions.answered(questionId, json);
    }

    CompletableFuture<List<NodeAnswer>> ask(String topic, String argument, long timeoutMillis) {
        List<Node> connected = connected();
        CompletableFuture<List<NodeAnswer>> answers = questions.ask(connected, topic, argument, timeoutMillis);
        offer(connected);
        return answers;
    }

    /**
     * Asks one connected node: a preferred one if there is one, and before others one that watches just now. Ties go by
     * name, so that the same node is asked again and has warm what it needs.
     */
    CompletableFuture<SingleAnswer> askOne(String topic, String argument, Set<String> preferred, long timeoutMillis) {
        Optional<Node> chosen = connected().stream()
                .min(Comparator.<Node, Boolean>comparing(node -> !preferred.contains(node.name()))
                        .thenComparing(node -> node.held() == null)
                        .thenComparing(Node::name));
        if (chosen.isEmpty()) {
            return CompletableFuture.completedFuture(new SingleAnswer.NoNode());
        }
        Node node = chosen.get();
        if (node.questionChars() + argument.length() > MAX_QUESTION_CHARS) {
            return CompletableFuture.completedFuture(new SingleAnswer.TooMuchAsked(node.name()));
        }
        CompletableFuture<List<NodeAnswer>> answers = questions.ask(List.of(node), topic, argument, timeoutMillis);
        answerIfNews(node);
        return answers.thenApply(came ->
                came.isEmpty() ? new SingleAnswer.Late(node.name()) : new SingleAnswer.Answered(came.getFirst()));
    }

    /** Completes with true once every connected node has come that far, with false when the wait is over. */
    CompletableFuture<Boolean> reached(Milestone milestone, long revision, long waitMillis) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Waiting waiter = new Waiting(milestone, revision, result);
        if (waitMillis <= 0 || isOver(waiter)) {
            result.complete(isOver(waiter));
            return result;
        }
        waiting.add(waiter);
        var timer = loop.schedule(() -> giveUp(waiter), waitMillis, TimeUnit.MILLISECONDS);
        return result.whenComplete((_, _) -> timer.cancel(false));
    }

    List<NodeStatus> statuses() {
        long now = time.nanos();
        return nodes.values().stream()
                .map(node -> node.status(now, target(node)))
                .toList();
    }

    private void answerIfNews(Node node) {
        HeldWatch watch = node.held();
        if (watch == null) {
            return;
        }
        WatchRequest request = watch.request();
        Snapshot target = target(node);
        boolean news = !target.is(request.stateId(), request.revision(), request.digest())
                && !node.isSpared(target.revision(), time.nanos());
        if (news && node.questions().isEmpty()) {
            node.given();
            release(node, watch, log.encodedSince(request, target));
        } else if (!node.questions().isEmpty()) {
            List<Question> asked = List.copyOf(node.questions().values());
            node.questions().clear();
            if (news) {
                node.given();
            }
            WatchAnswer answer =
                    news ? new WatchAnswer(log.since(request, target), asked) : new WatchAnswer(null, asked);
            release(node, watch, SnapshotCodec.encode(answer));
        }
    }

    private void answerWithNothing(Node node) {
        HeldWatch watch = node.held();
        if (watch != null && node.questions().isEmpty()) {
            release(node, watch, NOTHING_NEW);
        }
    }

    private void timeOut(Node node, HeldWatch watch) {
        if (node.held() == watch) {
            release(node, watch, NOTHING_NEW);
        }
    }

    private void release(Node node, HeldWatch watch, byte[] json) {
        node.hold(null);
        node.seen(time.nanos(), time.epochMillis());
        watch.end(json);
    }

    private String stateId() {
        return log.release().stable().stateId();
    }

    private boolean isOver(Waiting waiter) {
        String stateId = stateId();
        return !returning
                && log.release().revision() >= waiter.revision
                && connected().stream().allMatch(node -> node.hasReached(waiter.milestone, stateId, waiter.revision));
    }

    private void checkWaiting() {
        Iterator<Waiting> waiters = waiting.iterator();
        while (waiters.hasNext()) {
            Waiting next = waiters.next();
            if (isOver(next)) {
                waiters.remove();
                next.result.complete(true);
            }
        }
    }

    private void giveUp(Waiting waiter) {
        waiting.remove(waiter);
        waiter.result.complete(isOver(waiter));
    }

    /** Keeps the table bounded when nodes come under ever new names: the one not seen for longest goes. */
    private void makeRoom() {
        if (nodes.size() < MAX_NODES) {
            return;
        }
        long now = time.nanos();
        nodes.values().stream()
                .filter(node -> !node.isConnected(now))
                .min(Comparator.comparingLong(Node::lastSeenMillis))
                .ifPresent(oldest -> nodes.remove(oldest.name()));
    }

    private record Waiting(Milestone milestone, long revision, CompletableFuture<Boolean> result) {}
}
