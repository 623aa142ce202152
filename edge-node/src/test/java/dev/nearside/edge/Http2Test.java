package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.FrameViewer;
import dev.nearside.edge.testbed.FrameViewer.Frame;
import dev.nearside.edge.testbed.FrameViewer.Response;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Tls;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.HttpVersions;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Viewers over HTTP/2: the JDK's client, and one that writes frame by frame, against a whole node. */
class Http2Test {

    private static final int NO_ERROR = 0;
    private static final int INTERNAL_ERROR = 2;
    private static final int CANCEL = 8;
    private static final int INITIAL_WINDOW_SIZE = 4;

    @TempDir
    Path folder;

    private TestBed bed;
    private SSLContext trusting;

    @BeforeEach
    void startNode() throws Exception {
        Path authority = folder.resolve("tls");
        trusting = Tls.trusting(LocalAuthority.openOrMake(authority, Time.system(), Randomness.secret())
                .certificate());
        bed = TestBed.start(
                folder.resolve("node"), NodeSettings.DEFAULTS.with(new EdgeNodeConfig.ViewerTls(authority, 0)));
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
    }

    private InetSocketAddress secure() {
        return bed.node().secureAddress().orElseThrow();
    }

    private FrameViewer viewer(int... settings) throws Exception {
        return new FrameViewer(trusting, secure()).begin(settings);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + secure().getPort() + path));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 12));
        }
        return bytes;
    }

    // ---- which version ----

    @ParameterizedTest
    @CsvSource({"HTTP1_1, http/1.1", "HTTP2, h2", "HTTP3, http/1.1", "HTTP2_AND_3, h2"})
    void distributionsHttpVersionDecidesWhatAlpnOffers(HttpVersions versions, String chosen) throws Exception {
        bed.with(versions).publish();
        try (SSLSocket socket = Tls.socket(trusting, "site.test")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.connect(secure());
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo(chosen);
        }
    }

    // ---- requests and responses ----

    @Test
    void httpClientOfTheJdkGetsMissHitRangeAndHead() throws Exception {
        bed.withAlias("localhost").publish();
        byte[] body = bytes(1_000_000);
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nX-Kind: Big\r\n"
                        + "Connection: X-Hop\r\nX-Hop: 1\r\nContent-Length: " + body.length + "\r\n\r\n")
                .write(body));
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            HttpResponse<byte[]> miss = client.send(request("/big").build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(miss.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(miss.body()).isEqualTo(body);
            assertThat(miss.headers().map())
                    .containsEntry("x-kind", List.of("Big"))
                    .containsEntry("x-cache", List.of("Miss from cloudfront"))
                    .doesNotContainKeys("connection", "x-hop", "keep-alive", "transfer-encoding");
            assertThat(bed.origin.requests().getFirst().field("Via")).startsWith("2.0 ");

            HttpResponse<byte[]> hit = client.send(request("/big").build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(hit.headers().firstValue("x-cache")).contains("Hit from cloudfront");
            assertThat(hit.headers().firstValue("age")).isPresent();
            assertThat(hit.body()).isEqualTo(body);

            HttpResponse<byte[]> part = client.send(
                    request("/big").header("Range", "bytes=2-5").build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).containsExactly(body[2], body[3], body[4], body[5]);

            HttpResponse<byte[]> head =
                    client.send(request("/big").HEAD().build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(head.headers().firstValue("content-length")).contains("1000000");
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void uploadsOfKnownAndUnknownLengthArriveWhole() throws Exception {
        bed.withAlias("localhost").publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "" + asked.body().length)));
        byte[] body = bytes(1_000_000);
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            for (HttpRequest.BodyPublisher publisher : List.of(
                    HttpRequest.BodyPublishers.ofByteArray(body),
                    HttpRequest.BodyPublishers.ofByteArrays(List.of(body)))) {
                assertThat(client.send(request("/up").POST(publisher).build(), HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("1000000");
            }
        }
        assertThat(bed.origin.requests().get(0).body()).isEqualTo(body);
        assertThat(bed.origin.requests().get(1).body()).isEqualTo(body);
        assertThat(bed.origin.requests().get(1).field("Transfer-Encoding")).isEqualTo("chunked");
    }

    @Test
    void streamsForOneObjectShareOneFill() throws Exception {
        bed.withAlias("localhost").publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("shared")));
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
            // Until its first answer the client does not know that one connection is enough.
            client.send(request("/first").build(), HttpResponse.BodyHandlers.ofString());
            List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(client.sendAsync(request("/one").build(), HttpResponse.BodyHandlers.ofString()));
            }
            assertThat(all).allSatisfy(one -> assertThat(one.join().body()).isEqualTo("shared"));
            assertThat(bed.node().viewerConnections()).isEqualTo(1);
        }
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void functionsRunOnAllFourEvents() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async e => {
                    const request = e.Records[0].cf.request;
                    request.headers['x-steps'] = [{key: 'X-Steps', value: 'vq'}];
                    return request;
                };""")
                .with(EventType.ORIGIN_REQUEST, """
                exports.handler = async e => {
                    const request = e.Records[0].cf.request;
                    request.headers['x-steps'][0].value += ' oq';
                    return request;
                };""")
                .with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async e => {
                    const { request, response } = e.Records[0].cf;
                    response.headers['x-steps'] = [{key: 'X-Steps', value: request.headers['x-steps'][0].value + ' or'}];
                    return response;
                };""")
                .with(EventType.VIEWER_RESPONSE, """
                exports.handler = async e => {
                    const response = e.Records[0].cf.response;
                    response.headers['x-steps'][0].value += ' vr';
                    return response;
                };""")
                .publish();
        try (FrameViewer viewer = viewer()) {
            Response response = viewer.get(1, "/a").response(1);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.fields()).containsEntry("x-steps", "vq oq or vr");
            assertThat(response.text()).isEqualTo("hello");
        }
    }

    @Test
    void crumbsOfCookiesBecomeOneFieldAndTheTraceHasTheVersion() throws Exception {
        try (FrameViewer viewer = viewer()) {
            Response response = viewer.get(1, "/a", "cookie", "a=1", "cookie", "b=2", "te", "trailers")
                    .response(1);
            assertThat(response.text()).isEqualTo("hello");
            String id = response.field("x-amz-cf-id");
            viewer.get(3, "/the-exchange-before-is-over").response(3);
            assertThat(bed.node()
                            .traces()
                            .find(id)
                            .orElseThrow()
                            .path("viewer")
                            .path("httpVersion")
                            .asText())
                    .isEqualTo("2.0");
        }
        assertThat(bed.origin.requests().getFirst().fields()).contains("cookie: a=1; b=2");
    }

    @Test
    void interimResponsesComeAheadAndContinueIsSaid() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write("HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n" + ScriptedOrigin.ok("final")));
        try (FrameViewer viewer = viewer()) {
            viewer.send(
                    FrameViewer.HEADERS,
                    FrameViewer.END_HEADERS,
                    1,
                    FrameViewer.block(
                            FrameViewer.request("POST", "/up", "expect", "100-continue", "content-length", "2")));
            assertThat(viewer.fields(viewer.readTo(FrameViewer.HEADERS))).containsEntry(":status", "100");
            viewer.send(FrameViewer.DATA, FrameViewer.END_STREAM, 1, new byte[2]);
            assertThat(viewer.fields(viewer.readTo(FrameViewer.HEADERS)))
                    .containsEntry(":status", "103")
                    .containsEntry("link", "</s.css>");
            assertThat(viewer.response(1).text()).isEqualTo("final");
        }
    }

    @Test
    void trailersEndABody() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "" + asked.body().length)));
        try (FrameViewer viewer = viewer()) {
            viewer.send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS,
                            1,
                            FrameViewer.block(FrameViewer.request("POST", "/up")))
                    .send(FrameViewer.DATA, 0, 1, new byte[5])
                    .send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS | FrameViewer.END_STREAM,
                            1,
                            FrameViewer.block("x-sum", "1"));
            assertThat(viewer.response(1).text()).isEqualTo("5");
        }
        assertThat(bed.origin.requests().getFirst().field("x-sum")).isNull();
    }

    // ---- flow control ----

    @Test
    void streamThatIsNotReadDoesNotStopOthers() throws Exception {
        byte[] body = bytes(1_000_000);
        bed.origin.plays((asked, stage) -> stage.write(
                        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + body.length + "\r\n\r\n")
                .write(body));
        try (FrameViewer viewer = viewer(INITIAL_WINDOW_SIZE, 1_000)) {
            viewer.get(1, "/big").get(3, "/big");
            viewer.send(FrameViewer.WINDOW_UPDATE, 0, 0, new byte[] {0, 32, 0, 0})
                    .send(FrameViewer.WINDOW_UPDATE, 0, 3, new byte[] {0, 32, 0, 0});
            Response response = viewer.response(3);
            assertThat(response.whole()).isTrue();
            assertThat(response.body()).isEqualTo(body);
            viewer.send(FrameViewer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});
            assertThat(viewer.get(5, "/small", "range", "bytes=0-9").response(5).body())
                    .hasSize(10);
        }
    }

    // ---- ends before the end ----

    @Test
    void bodyThatBreaksOffAtTheOriginIsReset() throws Exception {
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            stage.close();
        });
        try (FrameViewer viewer = viewer()) {
            Response response = viewer.get(1, "/cut").response(1);
            assertThat(response.whole()).isFalse();
            assertThat(response.reset()).isEqualTo(INTERNAL_ERROR);
            bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("next")));
            assertThat(viewer.get(3, "/next").response(3).text()).isEqualTo("next");
        }
    }

    @Test
    void answerToAnUploadThatNobodyReadsEndsWhole() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, "exports.handler = async () => ({status: '403', body: 'no uploads here'});")
                .publish();
        try (FrameViewer viewer = viewer()) {
            viewer.send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS,
                            1,
                            FrameViewer.block(FrameViewer.request("POST", "/up", "content-length", "300000")))
                    .send(FrameViewer.DATA, 0, 1, new byte[16_384]);
            Response response = viewer.response(1);
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).isEqualTo("no uploads here");
            Frame reset = viewer.readTo(FrameViewer.RST_STREAM);
            assertThat(reset.code()).isEqualTo(NO_ERROR);
        }
    }

    @Test
    void viewerThatResetsItsUploadNeverSendsAWholeRequest() throws Exception {
        try (FrameViewer viewer = viewer()) {
            viewer.send(
                            FrameViewer.HEADERS,
                            FrameViewer.END_HEADERS,
                            1,
                            FrameViewer.block(FrameViewer.request("POST", "/up")))
                    .send(FrameViewer.DATA, 0, 1, new byte[10]);
            Waiting.until("the origin is connected", () -> bed.origin.connections() == 1);
            viewer.send(FrameViewer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});
            assertThat(viewer.get(3, "/a").response(3).text()).isEqualTo("hello");
        }
        assertThat(bed.origin.requests()).extracting(ScriptedOrigin.Asked::line).containsExactly("GET /a HTTP/1.1");
    }

    @Test
    void fillOutlivesTheViewerThatLeft() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        bed.origin.plays((it, stage) -> {
            asked.countDown();
            goOn.await();
            stage.write(ScriptedOrigin.ok("late"));
        });
        try (FrameViewer viewer = viewer()) {
            viewer.get(1, "/a");
            asked.await();
            viewer.get(3, "/a").send(FrameViewer.PING, 0, 0, new byte[8]);
            viewer.readTo(FrameViewer.PING);
            viewer.send(FrameViewer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL})
                    .send(FrameViewer.PING, 0, 0, new byte[8]);
            viewer.readTo(FrameViewer.PING);
            goOn.countDown();
            assertThat(viewer.response(3).text()).isEqualTo("late");
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void nodeThatStopsSaysGoawayAndLetsStreamsEnd() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        bed.origin.plays((it, stage) -> {
            asked.countDown();
            goOn.await();
            stage.write(ScriptedOrigin.ok("late"));
        });
        try (FrameViewer viewer = viewer();
                FrameViewer idle = viewer()) {
            viewer.get(1, "/a");
            asked.await();
            // What the node has not read when it closes would turn the close into a reset, which may overtake GOAWAY.
            idle.send(FrameViewer.PING, 0, 0, new byte[8]);
            idle.readTo(FrameViewer.PING);
            Thread closing = Thread.ofVirtual().start(() -> bed.node().close());
            assertThat(idle.readTo(FrameViewer.GOAWAY).goAwayCode()).isEqualTo(NO_ERROR);
            assertThat(viewer.readTo(FrameViewer.GOAWAY).goAwayCode()).isEqualTo(NO_ERROR);
            goOn.countDown();
            assertThat(viewer.response(1).text()).isEqualTo("late");
            assertThat(viewer.read()).as("the connection ends").isNull();
            closing.join();
        }
    }
}
