package dev.nearside.control.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.FakeNode;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.kit.watch.DataKeyAnswer;
import dev.nearside.kit.watch.DataKeyRequest;
import dev.nearside.kit.watch.WatchAnswer;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchServerTest {

    private static final String TOKEN = "a token of some length";
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String SHA256 = "0".repeat(64);

    private final Transport transport = Transport.sockets(1, "test-core");
    private Publisher publisher;
    private WatchServer server;
    private FakeNode node;

    @BeforeEach
    void listen() throws Exception {
        publisher = new Publisher(transport.group().next(), Time.system(), Release.of(Snapshot.of("s", 0, List.of())));
        publish(3, invalidation("a"));
        server = WatchServer.bind(
                transport, ANY_PORT, publisher, new NodeSources(WatchServerTest::zip, WatchServerTest::dataKey), TOKEN);
        node = new FakeNode("node-1", server.address(), TOKEN);
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
        transport.close();
    }

    @Test
    void newNodeGetsTheWholeSnapshot() throws Exception {
        SnapshotDelta delta = node.watch(1_000).delta();

        assertThat(delta.isWhole()).isTrue();
        assertThat(delta.revision()).isEqualTo(3);
        assertThat(delta.changed()).containsExactly(invalidation("a"));
    }

    @Test
    void waitingNodeGetsOnlyWhatChanged() throws Exception {
        node.follow(1_000);
        CompletableFuture<WatchAnswer> waiting = node.watchLater(20_000);
        publish(4, invalidation("a"), invalidation("b"));

        SnapshotDelta delta = waiting.get().delta();
        assertThat(delta.base()).isEqualTo(3);
        assertThat(delta.changed()).containsExactly(invalidation("b"));
        assertThat(delta.removed()).isEmpty();
    }

    @Test
    void aDataKeyIsHandedOutOrRefusedAndTheConnectionGoesOn() throws Exception {
        DataKeyAnswer key = dataKeyOf("arn:f:1");
        DataKeyAnswer refused = dataKeyOf("arn:f:2");

        assertThat(key.key()).containsExactly(1, 2, 3);
        assertThat(refused.key()).isNull();
        assertThat(refused.errorType()).isEqualTo("KMSDisabledException");
        assertThat(node.post("/data-keys", SnapshotCodec.encode(Map.of("node", "n")))
                        .statusCode())
                .isEqualTo(400);
        assertThat(node.watch(1_000).delta()).isNotNull();
    }

    private DataKeyAnswer dataKeyOf(String versionId) throws Exception {
        byte[] request = SnapshotCodec.encode(new DataKeyRequest("n", versionId, "AQ=="));
        return SnapshotCodec.decode(node.post("/data-keys", request).body(), DataKeyAnswer.class);
    }

    @Test
    void sameRevisionWithOtherContentIsReplacedAsAWhole() throws Exception {
        node.apply(
                Snapshot.of("s", 3, List.of(invalidation("of another history"))).whole());

        WatchAnswer answer = node.watch(1_000);
        assertThat(publisher
                        .reached(Milestone.SETTLED, 3, 0)
                        .toCompletableFuture()
                        .get())
                .isFalse();
        assertThat(answer.delta().isWhole()).isTrue();
        node.apply(answer.delta());
        assertThat(node.watch(20).delta()).isNull();
        assertThat(publisher
                        .reached(Milestone.SETTLED, 3, 0)
                        .toCompletableFuture()
                        .get())
                .isTrue();
    }

    @Test
    void nodeThatMissedAnInvalidationThatIsGoneGetsTheWhole() throws Exception {
        publish(4, distribution());
        node.follow(1_000);
        publish(5, distribution(), invalidation("b"));
        publish(6, distribution());

        assertThat(node.watch(1_000).delta().isWhole()).isTrue();
    }

    @Test
    void nodeThatMissedSomeRevisionsGetsTheirSum() throws Exception {
        node.follow(1_000);
        publish(4, invalidation("b"));
        publish(5, invalidation("b"), invalidation("c"));

        SnapshotDelta delta = node.watch(1_000).delta();
        assertThat(delta.base()).isEqualTo(3);
        assertThat(delta.changed()).containsExactly(invalidation("b"), invalidation("c"));
        assertThat(delta.removed()).containsExactly(invalidation("a").key());
    }

    @Test
    void waitEndsWithNothingNew() throws Exception {
        node.follow(1_000);

        WatchAnswer answer = node.watch(20);
        assertThat(answer.delta()).isNull();
        assertThat(answer.questions()).isEmpty();
    }

    @Test
    void secondWatchOfANodeEndsTheFirst() throws Exception {
        node.follow(1_000);
        CompletableFuture<WatchAnswer> first = node.watchLater(20_000);
        awaitHeldWatch();
        CompletableFuture<WatchAnswer> second = node.watchLater(20_000);

        assertThat(first)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("409");
        assertThat(second).isNotDone();
    }

    @Test
    void withoutTheTokenEveryPathIsUnauthorized() throws Exception {
        try (FakeNode stranger = new FakeNode("stranger", server.address(), "another token of that length")) {
            assertThat(stranger.post("/watch", new byte[0]).statusCode()).isEqualTo(401);
            assertThat(stranger.post("/acknowledgements", new byte[0]).statusCode())
                    .isEqualTo(401);
            assertThat(stranger.post("/answers/q1", new byte[0]).statusCode()).isEqualTo(401);
            assertThat(stranger.code(SHA256).statusCode()).isEqualTo(401);
        }
        assertThat(publisher.nodes().toCompletableFuture().get()).isEmpty();
    }

    @Test
    void malformedWatchIsABadRequest() throws Exception {
        var response = node.post("/watch", "{nonsense".getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("WatchRequest");
        assertThat(node.post("/watch", "{}".getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void codeIsSentByDigest() throws Exception {
        var response = node.code(SHA256);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(300_000);
        assertThat(node.code("1".repeat(64)).statusCode()).isEqualTo(404);
    }

    @Test
    void revisionIsSettledOnceEveryConnectedNodeHasAcknowledged() throws Exception {
        assertThat(publisher
                        .reached(Milestone.SETTLED, 3, 0)
                        .toCompletableFuture()
                        .get())
                .as("no node is connected")
                .isTrue();
        node.follow(1_000);
        publish(4, invalidation("b"));
        assertThat(publisher
                        .reached(Milestone.SETTLED, 4, 0)
                        .toCompletableFuture()
                        .get())
                .isFalse();

        var settled = publisher.reached(Milestone.SETTLED, 4, 20_000).toCompletableFuture();
        node.follow(1_000);
        assertThat(settled.get()).isTrue();
    }

    @Test
    void nothingHasComeAnywhereBeforeNodesCouldReturnToARestartedControlPlane() throws Exception {
        Publisher restarted =
                new Publisher(transport.group().next(), Time.system(), Release.of(Snapshot.of("s", 3, List.of())));

        assertThat(restarted
                        .reached(Milestone.SETTLED, 3, 0)
                        .toCompletableFuture()
                        .get())
                .isFalse();
        assertThat(restarted
                        .reached(Milestone.SETTLED, 3, 20_000)
                        .toCompletableFuture()
                        .get())
                .isTrue();
    }

    @Test
    void rejectedRevisionIsShownAndNotOfferedAgainAtOnce() throws Exception {
        node.follow(1_000);
        publish(4, invalidation("b"));
        node.reject(node.watch(1_000).delta(), "cannot load function f:2");

        assertThat(node.watch(20).delta()).isNull();
        NodeStatus status = publisher.nodes().toCompletableFuture().get().getFirst();
        assertThat(status.revision()).isEqualTo(3);
        assertThat(status.rejectedRevision()).isEqualTo(4);
        assertThat(status.rejectionReason()).isEqualTo("cannot load function f:2");
        assertThat(publisher
                        .reached(Milestone.SETTLED, 4, 0)
                        .toCompletableFuture()
                        .get())
                .isTrue();
        assertThat(publisher
                        .reached(Milestone.APPLIED, 4, 0)
                        .toCompletableFuture()
                        .get())
                .isFalse();

        publish(5, invalidation("c"));
        node.follow(1_000);
        status = publisher.nodes().toCompletableFuture().get().getFirst();
        assertThat(status.revision()).isEqualTo(5);
        assertThat(status.rejectionReason()).isNull();
    }

    @Test
    void questionTravelsOnTheOpenWatchAndTheAnswerComesBack() throws Exception {
        node.follow(1_000);
        CompletableFuture<WatchAnswer> waiting = node.watchLater(20_000);
        awaitHeldWatch();
        var answers = publisher.ask("trace", "abc==", 20_000).toCompletableFuture();

        WatchAnswer.Question question = waiting.get().questions().getFirst();
        assertThat(question.topic()).isEqualTo("trace");
        assertThat(question.argument()).isEqualTo("abc==");
        node.answerQuestion(question.id(), "{\"id\":\"abc==\"}");

        assertThat(answers.get()).singleElement().satisfies(answer -> {
            assertThat(answer.node()).isEqualTo("node-1");
            assertThat(new String(answer.json(), StandardCharsets.UTF_8)).isEqualTo("{\"id\":\"abc==\"}");
        });
    }

    @Test
    void questionThatNobodyAnswersEndsWithoutAnswers() throws Exception {
        node.follow(1_000);

        assertThat(publisher.ask("trace", "x", 20).toCompletableFuture().get()).isEmpty();
        assertThat(node.watch(20).questions()).as("its time is over").isEmpty();
    }

    @Test
    void takenAddressIsNamed() {
        assertThatThrownBy(() -> WatchServer.bind(
                        transport,
                        server.address(),
                        publisher,
                        new NodeSources(WatchServerTest::zip, WatchServerTest::dataKey),
                        TOKEN))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(":" + server.address().getPort())
                .hasMessageContaining("watch-port");
    }

    private void publish(long revision, Resource... resources) throws Exception {
        publisher
                .publish(Release.of(Snapshot.of("s", revision, List.of(resources))))
                .toCompletableFuture()
                .get();
    }

    /** The watch was sent on another connection, so ask the core until it has arrived there. */
    private void awaitHeldWatch() throws Exception {
        while (!publisher.nodes().toCompletableFuture().get().getFirst().watching()) {
            Thread.onSpinWait();
        }
    }

    private static Resource invalidation(String id) {
        return new Invalidation(id, "E1", List.of("/*"));
    }

    private static Resource distribution() {
        Behavior behavior = new Behavior(
                "*",
                "site",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("GET", "HEAD"),
                List.of("GET", "HEAD"),
                "policy",
                null,
                null,
                false,
                List.of(),
                List.of());
        return new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of(),
                true,
                "",
                List.of(),
                behavior,
                List.of(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                Distribution.Logging.OFF);
    }

    private static CompletionStage<DataKeyAnswer> dataKey(DataKeyRequest request) {
        return CompletableFuture.supplyAsync(() -> request.versionId().equals("arn:f:1")
                ? DataKeyAnswer.of(new byte[] {1, 2, 3})
                : DataKeyAnswer.refused("KMSDisabledException", "the key is disabled"));
    }

    private static Optional<CodeSource.CodeZip> zip(String sha256) {
        byte[] zip = new byte[300_000];
        return sha256.equals(SHA256)
                ? Optional.of(new CodeSource.CodeZip(Channels.newChannel(new ByteArrayInputStream(zip)), zip.length))
                : Optional.empty();
    }
}
