package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.EdgeNodeConfig.ShieldTable;
import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.testing.DeadPort;
import dev.nearside.kit.time.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tiers of real nodes: edges, a shield in us-east-1, and the origin behind it. */
class OriginShieldTest {

    private static final String REGION = "us-east-1";

    private static final CachePolicy KEY_OF_EVERYTHING = new CachePolicy(
            "key",
            "key",
            CachePolicy.TtlRules.CLOUDFRONT,
            1,
            60,
            60,
            new Selection(Selection.Mode.WHITELIST, List.of("X-Language")),
            new Selection(Selection.Mode.WHITELIST, List.of("group")),
            new Selection(Selection.Mode.WHITELIST, List.of("page")),
            true,
            true);

    /** Keeps what has a validator, and asks the origin each time whether it still holds. */
    private static final CachePolicy ALWAYS_VALIDATED = new CachePolicy(
            "validated",
            "validated",
            CachePolicy.TtlRules.CLOUDFRONT,
            0,
            0,
            60,
            Selection.NONE,
            Selection.NONE,
            Selection.NONE,
            true,
            true);

    @TempDir
    Path folder;

    private TestBed bed;
    private EdgeNode shield;
    private EdgeNode edge;
    private EdgeNode otherEdge;

    @BeforeEach
    void startNodes() throws Exception {
        bed = TestBed.start(folder.resolve("main"));
        bed.withShieldRegion(REGION).publish();
        shield = bed.addNode("shield-1", new ShieldTable(REGION, Map.of()));
        edge = bed.addNode("edge-1", behind(shield.address().getPort()));
        otherEdge = bed.addNode("edge-2", behind(shield.address().getPort()));
    }

    @AfterEach
    void stopNodes() throws Exception {
        bed.close();
    }

    private static ShieldTable behind(int port) {
        return new ShieldTable(null, Map.of(REGION, new Shield("127.0.0.1", port, 0, 0)));
    }

    private static RawViewer.Response get(EdgeNode node, String path, String... fields) throws IOException {
        try (RawViewer viewer = new RawViewer(node.address())) {
            RawViewer.Response response = viewer.get(path, fields);
            // Once a second request on the connection is answered, the trace of the first is there.
            viewer.send("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n").read();
            return response;
        }
    }

    private static String trace(EdgeNode node, RawViewer.Response response) {
        return node.traces().find(response.field("x-amz-cf-id")).orElseThrow().toString();
    }

    @Test
    void whatOneEdgeFetchedTheOtherGetsFromTheShield() throws Exception {
        RawViewer.Response first = get(edge, "/a");
        RawViewer.Response second = get(otherEdge, "/a");
        RawViewer.Response third = get(otherEdge, "/a");

        assertThat(List.of(first.text(), second.text(), third.text())).containsOnly("hello");
        assertThat(first.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(first.field("age")).isNull();
        assertThat(second.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(second.field("age")).isNotNull();
        assertThat(third.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(trace(edge, first)).contains("Miss at the shield us-east-1");
        assertThat(trace(otherEdge, second)).contains("OriginShieldHit at the shield us-east-1");
        assertThat(second.fields())
                .noneMatch(field -> field.toLowerCase(Locale.ROOT).startsWith("nearside-"));
    }

    @Test
    void aHundredViewersAtFivePopsMakeOneRequestToTheOrigin() throws Exception {
        List<EdgeNode> edges = new ArrayList<>(List.of(edge, otherEdge));
        for (int i = 3; i <= 5; i++) {
            edges.add(bed.addNode("edge-" + i, behind(shield.address().getPort())));
        }
        CountDownLatch everybodyHasAsked = new CountDownLatch(100);
        bed.origin.plays((asked, stage) -> {
            everybodyHasAsked.await();
            stage.write(ScriptedOrigin.ok("one for all"));
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                EdgeNode node = edges.get(i % 5);
                answers.add(threads.submit(() -> {
                    try (RawViewer viewer = new RawViewer(node.address())) {
                        viewer.send("GET /one HTTP/1.1\r\nHost: site.test\r\n\r\n");
                        everybodyHasAsked.countDown();
                        return viewer.read().text();
                    }
                }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("one for all");
            }
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void originFunctionsRunAtTheShieldAndViewerFunctionsAtTheEdgeEachOnce() throws Exception {
        for (EventType event : new EventType[] {EventType.VIEWER_REQUEST, EventType.ORIGIN_REQUEST}) {
            bed.with(event, """
                    exports.handler = async (event) => {
                      const request = event.Records[0].cf.request;
                      const had = request.headers['x-way'] ? request.headers['x-way'][0].value + ' ' : '';
                      request.headers['x-way'] = [{key: 'X-Way', value: had + event.Records[0].cf.config.eventType}];
                      request.headers['x-ip'] = [{key: 'X-Ip', value: request.clientIp}];
                      return request;
                    };
                    """);
        }
        for (EventType event : new EventType[] {EventType.ORIGIN_RESPONSE, EventType.VIEWER_RESPONSE}) {
            bed.with(event, """
                    exports.handler = async (event) => {
                      const response = event.Records[0].cf.response;
                      const had = response.headers['x-back'] ? response.headers['x-back'][0].value + ' ' : '';
                      response.headers['x-back'] = [{key: 'X-Back', value: had + event.Records[0].cf.config.eventType}];
                      return response;
                    };
                    """);
        }
        bed.publish();

        RawViewer.Response response = get(edge, "/a");

        assertThat(bed.origin.requests().getFirst().field("x-way")).isEqualTo("viewer-request origin-request");
        assertThat(bed.origin.requests().getFirst().field("x-ip")).isEqualTo("127.0.0.1");
        assertThat(response.field("x-back")).isEqualTo("origin-response viewer-response");
        assertThat(trace(edge, response)).contains("viewer-request").doesNotContain("\"eventType\":\"origin-");
    }

    @Test
    void aResponseThatAFunctionMakesAtTheShieldKeepsItsResult() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, """
                exports.handler = async () => ({status: '200', body: 'made there'});
                """).publish();

        RawViewer.Response response = get(edge, "/a");

        assertThat(response.text()).isEqualTo("made there");
        assertThat(response.field("x-cache")).isEqualTo("LambdaGeneratedResponse from cloudfront");
        assertThat(bed.origin.requests()).isEmpty();
    }

    @Test
    void theOriginGetsTheRequestOfTheViewer() throws Exception {
        get(edge, "/a?x=1", "X-Mine: yes", "X-Forwarded-For: 192.0.2.1");

        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.line()).isEqualTo("GET /a?x=1 HTTP/1.1");
        assertThat(asked.field("host")).isEqualTo("localhost:" + bed.origin.port());
        assertThat(asked.field("x-mine")).isEqualTo("yes");
        assertThat(asked.field("x-forwarded-for")).isEqualTo("192.0.2.1, 127.0.0.1");
        assertThat(asked.fields().toString().toLowerCase(Locale.ROOT)).doesNotContain("nearside-");
    }

    @Test
    void headersCookiesAndQueriesOfTheKeyTravel() throws Exception {
        bed.with(KEY_OF_EVERYTHING).publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.ok(asked.line() + asked.field("x-language") + asked.field("cookie"))));

        for (String language : List.of("de", "fr")) {
            for (String group : List.of("a", "b")) {
                for (String page : List.of("1", "2")) {
                    String[] fields = {"X-Language: " + language, "Cookie: group=" + group + "; other=9"};
                    String expected = "GET /k?page=" + page + " HTTP/1.1" + language + "group=" + group;
                    assertThat(get(edge, "/k?page=" + page + "&z=1", fields).text())
                            .isEqualTo(expected);
                    assertThat(get(otherEdge, "/k?page=" + page, fields).text()).isEqualTo(expected);
                }
            }
        }
        assertThat(bed.origin.requests()).hasSize(8);
    }

    @Test
    void uploadsPassThrough() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("201 Created", new String(asked.body(), StandardCharsets.US_ASCII))));
        try (RawViewer viewer = new RawViewer(edge.address())) {
            viewer.send("POST /p HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            RawViewer.Response response = viewer.read();
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.text()).isEqualTo("abcde");
        }
    }

    @Test
    void compressionIsDoneOnceForAllEdges() throws Exception {
        String page = "line\n".repeat(5_000);
        bed.with(TestBed.CACHING_OPTIMIZED).withCompression().publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", page, "Content-Type: text/html", "ETag: \"1\"")));

        byte[] first = get(edge, "/page", "Accept-Encoding: gzip").body();
        RawViewer.Response second = get(otherEdge, "/page", "Accept-Encoding: gzip");

        assertThat(second.field("content-encoding")).isEqualTo("gzip");
        assertThat(second.field("etag")).isEqualTo("W/\"1\"");
        assertThat(second.body()).isEqualTo(first);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(first)).readAllBytes())
                .isEqualTo(page.getBytes(StandardCharsets.US_ASCII));
        assertThat(trace(otherEdge, second)).contains("not compressed: already-encoded");
    }

    @Test
    void whatIsStaleIsValidatedThroughBothTiers() throws Exception {
        bed.with(ALWAYS_VALIDATED).publish();
        bed.origin.plays((asked, stage) -> stage.write(
                "\"v1\"".equals(asked.field("if-none-match"))
                        ? "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=30\r\n\r\n"
                        : ScriptedOrigin.response("200 OK", "kept", "Cache-Control: max-age=0", "ETag: \"v1\"")));
        get(edge, "/a");

        RawViewer.Response validated = get(edge, "/a");
        RawViewer.Response hit = get(edge, "/a");
        RawViewer.Response other = get(otherEdge, "/a");

        assertThat(validated.field("x-cache")).isEqualTo("RefreshHit from cloudfront");
        assertThat(validated.text()).isEqualTo("kept");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(trace(otherEdge, other)).contains("OriginShieldHit");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void partsAreAskedThroughTheShield() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "206 Partial Content",
                "ello",
                "Content-Range: bytes 1-4/5",
                "ETag: \"v1\"",
                "Cache-Control: max-age=60")));

        RawViewer.Response response = get(edge, "/a", "Range: bytes=1-4");

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.field("content-range")).isEqualTo("bytes 1-4/5");
        assertThat(response.text()).isEqualTo("ello");
        assertThat(bed.origin.requests().getFirst().field("range")).isEqualTo("bytes=1-4");
    }

    @Test
    void anInvalidationReachesBothTiers() throws Exception {
        get(edge, "/a");
        get(otherEdge, "/a");
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("new")));

        bed.invalidate("/a").publish();

        assertThat(get(edge, "/a").text()).isEqualTo("new");
        assertThat(get(otherEdge, "/a").text()).isEqualTo("new");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void aShieldThatHasNotYetPurgedIsNotAsked() throws Exception {
        try (TestBed behind = TestBed.start(folder.resolve("behind"))) {
            EdgeNode ahead = bed.addNode("edge-9", behind(behind.address().getPort()));
            assertThat(bed.publish().applied()).isTrue();

            RawViewer.Response response = get(ahead, "/a");

            assertThat(response.text()).isEqualTo("hello");
            assertThat(bed.origin.requests()).hasSize(1);
            assertThat(behind.origin.requests()).isEmpty();
            assertThat(trace(ahead, response)).contains("without the shield: This shield is at revision 1");
        }
    }

    @Test
    void withoutAShieldToBeReachedTheOriginIsAskedDirectly() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, """
                exports.handler = async (event) => {
                  const request = event.Records[0].cf.request;
                  request.headers['x-function'] = [{key: 'X-Function', value: 'ran'}];
                  return request;
                };
                """).publish();
        try (DeadPort dead = new DeadPort()) {
            EdgeNode alone = bed.addNode("edge-9", behind(dead.number()));

            RawViewer.Response response = get(alone, "/a");

            assertThat(response.text()).isEqualTo("hello");
            assertThat(bed.origin.requests().getFirst().field("x-function")).isEqualTo("ran");
            assertThat(trace(alone, response)).contains("without the shield: connecting to the origin");
        }
    }

    @Test
    void aShieldThatIsDownIsLeftAloneForFiveSecondsAndThenTriedOnce() throws Exception {
        ManualTime time = new ManualTime(1_700_000_000_000L);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        EdgeNode alone = bed.addNode("edge-9", behind(port), time);
        assertThat(get(alone, "/a").text()).isEqualTo("hello");
        try (ScriptedOrigin back = new ScriptedOrigin(new ServerSocket(port, 16, InetAddress.getLoopbackAddress()))) {
            back.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("of the shield")));
            time.advance(Duration.ofMillis(4_999));

            RawViewer.Response meanwhile = get(alone, "/b");

            assertThat(meanwhile.text()).isEqualTo("hello");
            assertThat(trace(alone, meanwhile)).contains("without the shield, which could not be reached");
            assertThat(back.connections()).isZero();
            time.advance(Duration.ofMillis(1));
            assertThat(get(alone, "/c").text()).isEqualTo("of the shield");
            assertThat(get(alone, "/d").text()).isEqualTo("of the shield");
        }
    }

    @Test
    void aFunctionAtTheShieldCannotSpeakForTheShield() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                  const response = event.Records[0].cf.response;
                  response.headers['nearside-failure-kind'] = [{key: 'Nearside-Failure-Kind', value: 'shield-behind'}];
                  return response;
                };
                """).publish();

        RawViewer.Response response = get(edge, "/a");

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("LambdaValidationError from cloudfront");
        assertThat(response.text()).contains("disallowed header 'nearside-failure-kind'");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void functionsAndTheOriginGetTheIdOfTheViewersRequest() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, """
                exports.handler = async (event) => {
                  const request = event.Records[0].cf.request;
                  request.headers['x-id'] = [{key: 'X-Id', value: event.Records[0].cf.config.requestId}];
                  return request;
                };
                """).publish();

        RawViewer.Response response = get(edge, "/a");

        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.field("x-id")).isEqualTo(response.field("x-amz-cf-id"));
        assertThat(asked.field("x-amz-cf-id")).isEqualTo(response.field("x-amz-cf-id"));
    }

    @Test
    void aShieldThatDiesIsDoneWithout() throws Exception {
        get(edge, "/a");
        shield.close();

        RawViewer.Response response = get(edge, "/b");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("hello");
        assertThat(trace(edge, response)).contains("without the shield");
    }

    @Test
    void aFailureAtTheShieldIsAnsweredByTheEdgeInItsOwnName() throws Exception {
        bed.origin.plays((asked, stage) -> stage.reset());

        RawViewer.Response response = get(edge, "/a");

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
        assertThat(response.text()).contains(response.field("x-amz-cf-id"));
        assertThat(trace(edge, response)).contains("\"kind\":\"origin-");
    }

    @Test
    void aFunctionThatFailsAtTheShieldIsNamedAtTheEdge() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, "exports.handler = async () => { throw new Error('broken'); };")
                .publish();

        RawViewer.Response response = get(edge, "/a");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("x-cache")).isEqualTo("LambdaExecutionError from cloudfront");
    }

    @Test
    void viewersCannotPassForNodesNorOriginsForShields() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "mine", "Cache-Control: max-age=60", "Nearside-Failure-Kind: shield-behind")));

        RawViewer.Response response = get(
                edge,
                "/a",
                "Nearside-Token: token",
                "Nearside-Behavior: *",
                "Nearside-Viewer-Ip: 192.0.2.66",
                "Nearside-Viewer-Host: other.test");

        assertThat(response.text()).isEqualTo("mine");
        assertThat(response.field("nearside-failure-kind")).isNull();
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.field("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(asked.fields().toString().toLowerCase(Locale.ROOT)).doesNotContain("nearside-");
    }
}
