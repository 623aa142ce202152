package dev.nearside.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.fetch.OriginPool;
import dev.nearside.edge.fetch.Origins;
import dev.nearside.edge.framing.Refusals;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.routing.RouteTable;
import dev.nearside.edge.shield.Shields;
import dev.nearside.edge.trace.TraceRenderer;
import dev.nearside.edge.trace.TraceStore;
import dev.nearside.function.EventType;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection against a node whose cache is warm and whose function answers when the test says so. */
class ViewerConnectionTest {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:greet:7";

    private static final ViewerListener.Limits LIMITS = ViewerListener.Limits.defaults();

    /** Holds every invocation until it is told the answer. */
    private static final class HeldFunction implements LoadedFunction {
        private final Deque<Consumer<InvocationOutcome>> waiting = new ArrayDeque<>();

        @Override
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            waiting.add(whenDone);
        }

        void answer(String json) {
            byte[] result = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            waiting.remove().accept(new InvocationOutcome.Returned(result, InvocationReport.NOTHING));
        }

        @Override
        public void close() {
            waiting.clear();
        }
    }

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final HeldFunction function = new HeldFunction();
    private final HttpCache cache =
            new HttpCache(new CaffeineStore(8 << 20, time, "cache-test"), HttpCache.Limits.defaults(), time);
    private final Transport transport = Transport.sockets(1, "viewer-connection-test");
    private final Refusals refusals = new Refusals();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        NodeIdentity identity = new NodeIdentity("LHR-1", "LHR");
        FunctionStage stage = new FunctionStage(10, Randomness.seeded(1));
        OriginPool pool = new OriginPool(
                transport,
                new OriginPool.Directions(Map.of(), List.of()),
                _ -> LinkProfile.none(),
                Randomness.seeded(1));
        Snapshot snapshot = Snapshot.of("s", 7, List.of(CachePolicy.RFC9111, distribution()));
        ActiveSnapshot active = new ActiveSnapshot(snapshot, new RouteTable(snapshot, this::bind));
        Exchanges exchanges = new Exchanges(
                () -> active,
                () -> 0,
                cache,
                new Origins(
                        identity,
                        cache,
                        stage,
                        pool,
                        time,
                        ContentEncoders.ofThisMachine(),
                        new Shields(null, Map.of(), "token"),
                        new Origins.Limits(10, Map.of())),
                stage,
                new TraceStore(new TraceRenderer("LHR-1", "LHR")),
                refusals,
                time,
                Randomness.seeded(1),
                identity,
                ViewerPlaces.NONE);
        store("/small", 5);
        store("/large", 300_000);
        ViewerListener.setUp(channel.pipeline(), new ViewerChannel.Service(exchanges, new NodeLines(identity), LIMITS));
        channel.pipeline().fireChannelActive();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        cache.close();
        transport.close();
    }

    @Test
    void hitIsAnsweredWithItsLengthAndTheNodesFields() {
        send("GET /small HTTP/1.1~Host: h~~");

        assertThat(received())
                .startsWith("HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 5\r\nAge: 0\r\n"
                        + "Cache-Status: Nearside-LHR-1; hit; ttl=60\r\nX-Cache: Hit from cloudfront\r\n")
                .contains("X-Amz-Cf-Pop: LHR50-C1\r\n", "X-Nearside-Revision: 7\r\n")
                .doesNotContain("Connection:")
                .endsWith("\r\n\r\nxxxxx");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void headHasTheLengthAndNoBody() {
        send("HEAD /small HTTP/1.1~Host: h~~GET /small HTTP/1.1~Host: h~~");

        String both = received();
        assertThat(both.split("Content-Length: 5\r\n", -1)).hasSize(3);
        assertThat(both).containsOnlyOnce("xxxxx").endsWith("xxxxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /small HTTP/1.0~Host: h~~", "GET /small HTTP/1.1~Host: h~Connection: close~~"})
    void connectionThatIsNotKeptIsClosed(String request) {
        send(request);

        assertThat(received()).contains("Connection: close\r\n").endsWith("xxxxx");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void http10ViewerMayKeepItsConnection() {
        send("GET /small HTTP/1.0~Host: h~Connection: keep-alive~~");

        assertThat(received()).contains("Connection: keep-alive\r\n");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        send("GET /f/1 HTTP/1.1~Host: h~~GET /small HTTP/1.1~Host: h~~GET /f/2 HTTP/1.1~Host: h~~");
        assertThat(received()).isEmpty();

        function.answer("{'status':201,'body':'one'}");
        runTasks();
        String first = received();
        assertThat(first).startsWith("HTTP/1.1 201 ").contains("one").endsWith("xxxxx");
        function.answer("{'status':202,'body':'two'}");
        runTasks();

        assertThat(received()).startsWith("HTTP/1.1 202 ").endsWith("two");
    }

    @Test
    void nothingIsServedAfterAResponseThatSaidClose() {
        send("GET /small HTTP/1.1~Host: h~Connection: close~~GET /f/1 HTTP/1.1~Host: h~~");

        assertThat(received()).containsOnlyOnce("HTTP/1.1 ");
        assertThat(function.waiting).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void largeBodyIsWrittenWhole() {
        send("GET /large HTTP/1.1~Host: h~~");

        assertThat(received()).contains("Content-Length: 300000\r\n").hasSizeGreaterThan(300_000);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void malformedRequestIsRefusedAndTheConnectionClosed() {
        send("GET / HTTP/1.1~Host : h~~GET /small HTTP/1.1~Host: h~~");

        assertThat(received()).startsWith("HTTP/1.1 400 Bad Request\r\n").containsOnlyOnce("HTTP/1.1 ");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void expectationIsMetWhileTheBodyIsWanted() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 4~Expect: 100-continue~~");
        assertThat(received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

        send("body");
        function.answer("{'status':200,'body':'ok'}");
        runTasks();

        assertThat(received()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void expectationIsNotMetOnceTheAnswerIsThere() {
        send("GET /large HTTP/1.1~Host: h~Content-Length: 4~Expect: 100-continue~~");

        assertThat(received()).doesNotContain("100 Continue");
    }

    @Test
    void connectionWithoutExchangesIsClosedAfterTheIdleTimeout() {
        send("GET /small HTTP/1.1~Host: h~~");
        pass(60);
        assertThat(channel.isOpen()).isTrue();
        pass(60);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatNeverSendsItsBodyIsGivenUp() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 4~~");
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void headThatTricklesIs408AfterItsTime() {
        send("GET /small HTTP/1.1~");
        for (int i = 0; i < 9; i++) {
            pass(1);
            send("X");
        }
        assertThat(received()).isEmpty();
        pass(1);
        assertThat(received()).startsWith("HTTP/1.1 408 ").contains("Connection: close\r\n");
        assertThat(channel.isOpen()).isFalse();
        assertThat(refusals.counts()).containsEntry("slow-head", 1L);
    }

    @Test
    void everyHeadHasItsOwnTime() {
        send("GET /small HTTP/1.1~Host: h~");
        pass(9);
        send("~GET /small HTTP/1.1~Host: h~");
        pass(9);
        send("~");
        assertThat(received().split("HTTP/1.1 200 OK", -1)).hasSize(3);
        pass(9);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void slowHeadBehindAnExchangeWaitsForThatOnesAnswer() {
        send("GET /f/1 HTTP/1.1~Host: h~~GET /small");
        pass(10);
        assertThat(channel.isOpen()).isTrue();
        function.answer("{'status':200,'body':'ok'}");
        runTasks();
        assertThat(received())
                .startsWith("HTTP/1.1 200 ")
                .contains("Connection: close")
                .endsWith("ok");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatSentNothingIsClosedWithoutAWord() {
        pass(60);
        assertThat(received()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void bodyThatTricklesIs408() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 100000~~");
        for (int i = 0; i < 19; i++) {
            pass(1);
            send("x".repeat(100));
        }
        pass(1);
        assertThat(received()).startsWith("HTTP/1.1 408 ").contains("1900 bytes");
        assertThat(channel.isOpen()).isFalse();
        assertThat(refusals.counts()).containsEntry("slow-body", 1L);
    }

    @Test
    void bodyAtTheLeastPaceIsTaken() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 20000~~");
        for (int i = 0; i < 10; i++) {
            pass(19);
            send("x".repeat(2_000));
        }
        function.answer("{'status':200,'body':'ok'}");
        runTasks();
        assertThat(received()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void bodyThatTheNodeDoesNotReadIsNotSlow() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 100000~~" + "x".repeat(70_000));
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void pipelinedRequestsAreNotReadOnceTooManyBytesWait() {
        String request = "GET /small HTTP/1.1~Host: h~X: " + "x".repeat(10_000) + "~~";
        send("GET /f/1 HTTP/1.1~Host: h~~" + request.repeat(6));
        assertThat(channel.config().isAutoRead()).isTrue();
        send(request);
        assertThat(channel.config().isAutoRead()).isFalse();

        function.answer("{'status':200,'body':'ok'}");
        runTasks();
        assertThat(received().split("HTTP/1.1 200 OK", -1)).hasSize(9);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void badChunkIs400WhileTheExchangeWaits() {
        send("POST /f/1 HTTP/1.1~Host: h~Transfer-Encoding: chunked~~3~abc~");
        send("zz~");
        assertThat(received()).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
        assertThat(channel.isOpen()).isFalse();
        function.answer("{'status':200,'body':'late'}");
        runTasks();
        assertThat(received()).isEmpty();
    }

    @Test
    void viewerThatWaitsForAFunctionIsNotGivenUp() {
        send("GET /f/1 HTTP/1.1~Host: h~~");
        pass(60);
        pass(60);
        pass(60);
        assertThat(channel.isOpen()).isTrue();
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void refusedUploadIsReleasedAndTheConnectionClosed() {
        send("POST /small HTTP/1.1~Host: unknown~Content-Length: 8~~half");

        assertThat(received()).startsWith("HTTP/1.1 403 Forbidden\r\n").contains("Connection: close\r\n");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void viewerThatLeavesEndsItsExchange() {
        send("POST /f/1 HTTP/1.1~Host: h~Content-Length: 8~~half");
        channel.close();
        function.answer("{'status':200,'body':'late'}");
        runTasks();

        assertThat(received()).isEmpty();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.wrappedBuffer(text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        runTasks();
    }

    private void runTasks() {
        channel.runPendingTasks();
    }

    private String received() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        return text.toString();
    }

    private void store(String uri, int bytes) {
        RequestHead request = new RequestHead("GET", uri, "", Fields.EMPTY);
        HttpCache.Query query = new HttpCache.Query(
                "E1",
                CacheKeys.of("E1", request, CachePolicy.RFC9111),
                uri,
                Fields.EMPTY,
                RequestDirectives.NONE,
                true);
        ResponseHead head = new ResponseHead(200, "", Fields.of("ETag", "\"x\""));
        byte[] body = "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII);
        cache.store(
                query,
                cache.newFill(),
                VaryRule.NONE,
                CachedResponse.of(
                        uri,
                        head,
                        StoredBody.of(List.of(body)),
                        new CachedResponse.Times(0, 0, Freshness.strictly(60_000)),
                        0));
    }

    private BoundFunction bind(FunctionAssociation association) {
        FunctionVersion version =
                new FunctionVersion(ARN, "greet", "7", "nodejs20.x", "index.handler", "00", 1, 128, 3, Map.of());
        return new BoundFunction(association, version, function, "scripted");
    }

    private static Distribution distribution() {
        Origin origin = new Origin(
                "o",
                "localhost",
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                1,
                1,
                1,
                5,
                List.of(),
                null);
        return new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of("h"),
                true,
                "",
                List.of(origin),
                behavior("*", List.of()),
                List.of(behavior("/f/*", List.of(new FunctionAssociation(EventType.VIEWER_REQUEST, ARN, false)))),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                Distribution.Logging.OFF);
    }

    private static Behavior behavior(String pattern, List<FunctionAssociation> functions) {
        return new Behavior(
                pattern,
                "o",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("*"),
                List.of("GET", "HEAD"),
                CachePolicy.RFC9111_ID,
                null,
                null,
                false,
                List.of(),
                functions);
    }
}
