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

    private final EventLoop loop;
    private final Time time;
    private final SnapshotLog log;
    private final Questions questions;
    private final NavigableMap<String, Node> nodes = new TreeMap<>();
    private final List<Settling> settling = new ArrayList<>();

    NodeWatch(EventLoop loop, Time time, Snapshot first) {
        this.loop = loop;
        this.time = time;
        this.log = new SnapshotLog(first);
        this.questions = new Questions(loop);
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
            former.end(NOTHING_NEW);
        }
        node.hold(watch);
        node.seen(time.nanos(), time.epochMillis());
        node.serves(request);
        Node watching = node;
        long waitMillis = Math.clamp(request.waitMillis(), 0, MAX_WAIT_MILLIS);
        watch.endBy(loop.schedule(() -> timeOut(watching, watch), waitMillis, TimeUnit.MILLISECONDS));
        answerIfNews(node);
        checkSettled();
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
        }
        checkSettled();
    }

    void answer(String questionId, byte[] json) {
        questions.answered(questionId, json);
    }

    CompletableFuture<List<NodeAnswer>> ask(String topic, String argument, long timeoutMillis) {
        long now = time.nanos();
        List<Node> connected =
                nodes.values().stream().filter(node -> node.isConnected(now)).toList();
        CompletableFuture<List<NodeAnswer>> answers = questions.ask(connected, topic, argument, timeoutMillis);
        connected.forEach(this::answerIfNews);
        return answers;
    }

    /** Completes with true once every connected node has settled a revision, with false when the wait is over. */
    CompletableFuture<Boolean> settled(long revision, long waitMillis) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        if (waitMillis <= 0 || isSettled(revision)) {
            result.complete(isSettled(revision));
            return result;
        }
        Settling waiting = new Settling(revision, result);
        settling.add(waiting);
        var timer = loop.schedule(() -> giveUp(waiting), waitMillis, TimeUnit.MILLISECONDS);
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
        String stateId = watch.request().stateId();
        long revision = watch.request().revision();
        boolean news = !log.isNewest(stateId, revision) && !node.isSpared(newest().revision(), time.nanos());
        if (news && node.questions().isEmpty()) {
            release(node, watch, log.encodedSince(stateId, revision));
        } else if (!node.questions().isEmpty()) {
            List<Question> asked = List.copyOf(node.questions().values());
            node.questions().clear();
            WatchAnswer answer =
                    news ? new WatchAnswer(log.since(stateId, revision).delta(), asked) : new WatchAnswer(null, asked);
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

    private boolean isSettled(long revision) {
        long now = time.nanos();
        String stateId = newest().stateId();
        return newest().revision() >= revision
                && nodes.values().stream()
                        .filter(node -> node.isConnected(now))
                        .allMatch(node -> node.hasSettled(stateId, revision));
    }

    private void checkSettled() {
        Iterator<Settling> waiting = settling.iterator();
        while (waiting.hasNext()) {
            Settling next = waiting.next();
            if (isSettled(next.revision)) {
                waiting.remove();
                next.result.complete(true);
            }
        }
    }

    private void giveUp(Settling waiting) {
        settling.remove(waiting);
        waiting.result.complete(isSettled(waiting.revision));
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

    private record Settling(long revision, CompletableFuture<Boolean> result) {}
}
