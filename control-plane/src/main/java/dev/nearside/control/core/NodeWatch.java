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
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes, what they serve, and their open watches: hands out revisions and questions, collects acknowledgements and
 * answers. Confined to the core's event loop; {@link Publisher} is the door for other threads.
 */
final class NodeWatch {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    private static final byte[] NOTHING_NEW = SnapshotCodec.encode(new WatchAnswer(null, List.of()));
    private static final long MAX_WAIT_MILLIS = 60_000;
    private static final int MAX_NODES = 10_000;

    /** Longer than nodes wait before they try again to reach a control plane that was away. */
    private static final long RETURN_MILLIS = 3_000;

    private final EventLoop loop;
    private final Time time;
    private final SnapshotLog log;
    private final Questions questions;
    private final NavigableMap<String, Node> nodes = new TreeMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    /** Whether nodes that served before this start may not have come back yet. */
    private boolean returning;

    NodeWatch(EventLoop loop, Time time, Snapshot first) {
        this.loop = loop;
        this.time = time;
        this.log = new SnapshotLog(first);
        this.questions = new Questions(loop);
        this.returning = first.revision() > 0;
        if (returning) {
            loop.schedule(this::endReturn, RETURN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void endReturn() {
        returning = false;
        checkWaiting();
    }

    /** Makes a snapshot the newest and tells every waiting node. */
    void publish(Snapshot snapshot) {
        log.add(snapshot);
        nodes.values().forEach(this::answerIfNews);
    }

    Snapshot newest() {
        return log.newest();
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
        node.serves(request, log.knows(request));
        Node watching = node;
        long waitMillis = Math.clamp(request.waitMillis(), 0, MAX_WAIT_MILLIS);
        watch.endBy(loop.schedule(() -> timeOut(watching, watch), waitMillis, TimeUnit.MILLISECONDS));
        answerIfNews(node);
        checkWaiting();
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
        if (node == null || !acknowledgement.stateId().equals(newest().stateId())) {
            return;
        }
        node.seen(time.nanos(), time.epochMillis());
        if (acknowledgement.applied()) {
            node.applied(acknowledgement.stateId(), acknowledgement.revision());
        } else {
            String reason = acknowledgement.reason() == null ? "no reason given" : acknowledgement.reason();
            node.rejected(acknowledgement.revision(), reason, time.nanos());
            LOG.warn("node {} rejected revision {}: {}", node.name(), acknowledgement.revision(), reason);
            loop.schedule(() -> answerIfNews(node), Node.REJECTION_PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
        checkWaiting();
    }

    void answer(String questionId, byte[] json) {
        questions.answered(questionId, json);
    }

    CompletableFuture<List<NodeAnswer>> ask(String topic, String argument, long timeoutMillis) {
        return ask(connected(), topic, argument, timeoutMillis);
    }

    /** Asks the first of the connected nodes, if there is one. */
    CompletableFuture<Optional<NodeAnswer>> askAny(String topic, String argument, long timeoutMillis) {
        List<Node> one = connected().stream().limit(1).toList();
        return ask(one, topic, argument, timeoutMillis)
                .thenApply(answers -> answers.stream().findFirst());
    }

    private List<Node> connected() {
        long now = time.nanos();
        return nodes.values().stream().filter(node -> node.isConnected(now)).toList();
    }

    private CompletableFuture<List<NodeAnswer>> ask(
            List<Node> asked, String topic, String argument, long timeoutMillis) {
        CompletableFuture<List<NodeAnswer>> answers = questions.ask(asked, topic, argument, timeoutMillis);
        asked.forEach(this::answerIfNews);
        return answers;
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
        return nodes.values().stream().map(node -> node.status(now)).toList();
    }

    private void answerIfNews(Node node) {
        HeldWatch watch = node.held();
        if (watch == null) {
            return;
        }
        WatchRequest request = watch.request();
        boolean news = !log.isNewest(request) && !node.isSpared(newest().revision(), time.nanos());
        if (news && node.questions().isEmpty()) {
            node.given();
            release(node, watch, log.encodedSince(request));
        } else if (!node.questions().isEmpty()) {
            List<Question> asked = List.copyOf(node.questions().values());
            node.questions().clear();
            if (news) {
                node.given();
            }
            WatchAnswer answer =
                    news ? new WatchAnswer(log.since(request).delta(), asked) : new WatchAnswer(null, asked);
            release(node, watch, SnapshotCodec.encode(answer));
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

    private boolean isOver(Waiting waiter) {
        long now = time.nanos();
        String stateId = newest().stateId();
        return !returning
                && newest().revision() >= waiter.revision
                && nodes.values().stream()
                        .filter(node -> node.isConnected(now))
                        .allMatch(node -> node.hasReached(waiter.milestone, stateId, waiter.revision));
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
                .map(node -> node.status(now))
                .filter(status -> !status.connected())
                .min((a, b) -> Long.compare(a.lastSeenMillis(), b.lastSeenMillis()))
                .ifPresent(oldest -> nodes.remove(oldest.node()));
    }

    private record Waiting(Milestone milestone, long revision, CompletableFuture<Boolean> result) {}
}
