package dev.nearside.control.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.FakeNode;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.kit.watch.DataKeyAnswer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions that only one of the connected nodes gets. */
class SingleQuestionTest {

    private static final String TOKEN = "a token of some length";
    private static final long PATIENCE_MILLIS = 20_000;

    private final Transport transport = Transport.sockets(1, "test-core");
    private Publisher publisher;
    private WatchServer server;

    @BeforeEach
    void listen() {
        publisher = new Publisher(transport.group().next(), Time.system(), Release.of(Snapshot.of("s", 1, List.of())));
        server = WatchServer.bind(
                transport,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                publisher,
                new NodeSources(
                        _ -> Optional.empty(),
                        _ -> CompletableFuture.completedFuture(DataKeyAnswer.refused("None", "no keys here"))),
                TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
        transport.close();
    }

    @Test
    void withoutANodeThereIsNobodyToAsk() {
        assertThat(ask(Set.of(), "argument")).isEqualTo(new SingleAnswer.NoNode());
    }

    @Test
    void ofNodesThatWatchOneIsAskedAndAlwaysTheSame() throws Exception {
        try (FakeNode second = connected("b");
                FakeNode first = connected("a")) {
            second.following("\"second\"");
            first.following("\"first\"");

            awaitWatches();
            assertThat(answer(Set.of())).isEqualTo("a: \"first\"");
            awaitWatches();
            assertThat(answer(Set.of())).isEqualTo("a: \"first\"");
        }
    }

    @Test
    void aPreferredNodeIsAskedBeforeOthers() throws Exception {
        try (FakeNode here = connected("a");
                FakeNode preferred = connected("b")) {
            here.following("\"here\"");
            preferred.following("\"preferred\"");

            assertThat(answer(Set.of("b", "not connected"))).isEqualTo("b: \"preferred\"");
            awaitWatches();
            assertThat(answer(Set.of("not connected"))).isEqualTo("a: \"here\"");
        }
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotWaitedForForEver() throws Exception {
        try (FakeNode silent = connected("a")) {
            assertThat(silent.snapshot().revision()).isEqualTo(1);
            assertThat(publisher
                            .askOne("topic", "argument", Set.of(), 20)
                            .toCompletableFuture()
                            .get())
                    .isEqualTo(new SingleAnswer.Late("a"));
        }
    }

    @Test
    void whatWaitsForANodesNextWatchIsBounded() throws Exception {
        String large = "x".repeat(18 * 1024 * 1024);
        try (FakeNode away = connected("a")) {
            CompletableFuture<SingleAnswer> waiting =
                    publisher.askOne("topic", large, Set.of(), PATIENCE_MILLIS).toCompletableFuture();

            assertThat(ask(Set.of(), large)).isEqualTo(new SingleAnswer.TooMuchAsked("a"));

            away.following("\"at last\"");
            assertThat(waiting.get()).isInstanceOf(SingleAnswer.Answered.class);
            assertThat(ask(Set.of(), large)).isInstanceOf(SingleAnswer.Answered.class);
        }
    }

    /** A node that has enrolled and taken the snapshot, and does not watch just now. */
    private FakeNode connected(String name) throws Exception {
        FakeNode node = new FakeNode(name, server.address(), TOKEN);
        node.follow(1_000);
        return node;
    }

    private void awaitWatches() throws Exception {
        while (!publisher.nodes().toCompletableFuture().get().stream().allMatch(NodeStatus::watching)) {
            Thread.onSpinWait();
        }
    }

    private String answer(Set<String> preferred) {
        NodeAnswer answer = ((SingleAnswer.Answered) ask(preferred, "argument")).answer();
        return answer.node() + ": " + new String(answer.json(), StandardCharsets.UTF_8);
    }

    private SingleAnswer ask(Set<String> preferred, String argument) {
        return publisher
                .askOne("topic", argument, preferred, PATIENCE_MILLIS)
                .toCompletableFuture()
                .join();
    }
}
