package dev.nearside.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.transport.Transport;
import dev.nearside.origin.Wire.Response;
import dev.nearside.origin.seeded.OriginContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OriginServerTest {

    private static final long SEED = 5;
    private static final OriginConfig CONFIG =
            OriginConfig.defaults().withPort(0).withSeed(SEED);

    private final Transport transport = Transport.sockets(2, "origin-test");
    private final ManualTime time = new ManualTime(784_111_777_000L);
    private final OriginServer origin = OriginServer.start(CONFIG, transport, time);
    private Wire wire;

    @BeforeEach
    void connect() throws IOException {
        wire = new Wire(origin.address());
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        origin.close();
        transport.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/, text/html; charset=utf-8, public",
        "/index.html, text/html; charset=utf-8, public",
        "/about.html, text/html; charset=utf-8, public",
        "/articles/1.html, text/html; charset=utf-8, public",
        "/articles/20.html, text/html; charset=utf-8, public",
        "/assets/site.css, text/css; charset=utf-8, public",
        "/assets/app.js, text/javascript; charset=utf-8, public",
        "/assets/logo.svg, image/svg+xml, public",
        "/assets/photo-8.png, image/png, public",
        "/api/products, application/json, public",
        "/api/products/3, application/json, public",
        "/api/time, application/json, no-store",
    })
    void everyFileHasTypeAndCachingAndHeadSaysTheSameWithoutBody(String path, String type, String caching)
            throws IOException {
        Response get = wire.get(path);
        wire.send(Wire.request("HEAD", path));
        Response head = wire.readHead();
        Response after = wire.get("/api/time");

        assertThat(get.status()).isEqualTo(200);
        assertThat(get.body()).isNotEmpty();
        assertThat(get.header("content-type")).isEqualTo(type);
        assertThat(get.header("cache-control")).startsWith(caching);
        assertThat(get.header("date")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers())
                .containsEntry("content-length", String.valueOf(get.body().length))
                .containsEntry("content-type", type);
        assertThat(after.status()).isEqualTo(200);
    }

    @Test
    void unknownPathsAndMethodsAreRefusedInKind() throws IOException {
        assertThat(wire.get("/nowhere").status()).isEqualTo(404);
        assertThat(wire.get("/nowhere").header("content-type")).startsWith("text/html");
        assertThat(wire.get("/api/nowhere").header("content-type")).isEqualTo("application/json");
        assertThat(wire.get("/api/products/99").text()).contains("product '99' does not exist, expected 1 to 24");
        Response post = wire.send(Wire.request("POST", "/", "Content-Length: 3") + "abc")
                .read();
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.header("allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void conditionsAreAnsweredFromValidators() throws IOException {
        Response page = wire.get("/about.html");
        String etag = page.header("etag");
        String modified = page.header("last-modified");

        Response same = wire.get("/about.html", "If-None-Match: \"a,b\", W/" + etag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.headers()).containsEntry("etag", etag).doesNotContainKeys("content-length", "content-type");
        assertThat(wire.get("/about.html", "If-None-Match: \"other\"", "If-Modified-Since: " + modified)
                        .status())
                .isEqualTo(200);
        assertThat(wire.get("/about.html", "If-Modified-Since: " + modified).status())
                .isEqualTo(304);
        assertThat(wire.get("/about.html", "If-Match: \"other\"").status()).isEqualTo(412);
        assertThat(wire.get("/about.html", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT")
                        .status())
                .isEqualTo(412);
        assertThat(wire.get("/dial/a?etag=v1&size=1MB", "If-None-Match: \"v1\"").status())
                .isEqualTo(304);
    }

    @Test
    void rangesAreCutFromAnyBody() throws IOException {
        Response part = wire.get("/dial/x?size=5GB", "Range: bytes=4500000001-4500000100");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("content-range")).isEqualTo("bytes 4500000001-4500000100/5000000000");
        assertThat(part.body()).isEqualTo(OriginContent.body(SEED, "/dial/x", 4_500_000_001L, 100));

        Response beyond = wire.get("/dial/x?size=10", "Range: bytes=10-");
        assertThat(beyond.status()).isEqualTo(416);
        assertThat(beyond.header("content-range")).isEqualTo("bytes */10");

        assertThat(wire.get("/about.html", "Range: bytes=0-3", "If-Range: \"old\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void echoTellsWhatArrivedInItsOrder() throws IOException {
        String body = "{\"a\": \"ü\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Response echo = wire.send(Wire.request(
                                "PATCH",
                                "/api/echo?b=2&a=1",
                                "X-B: 1",
                                "X-A: 2",
                                "x-b: 3",
                                "Content-Length: " + bytes.length)
                        + new String(bytes, StandardCharsets.ISO_8859_1))
                .read();
        assertThat(echo.header("cache-control")).isEqualTo("no-store");
        assertThat(echo.text())
                .contains("\"method\" : \"PATCH\"", "\"query\" : \"b=2&a=1\"", "\"bytes\" : " + bytes.length)
                .contains("\"text\" : \"{\\\"a\\\": \\\"ü\\\"}\"")
                .containsSubsequence("\"X-B\"", "\"X-A\"", "\"x-b\"");
    }

    @Test
    void echoDigestsALargeChunkedBodyWithoutKeepingIt() throws IOException {
        wire.send(Wire.request("PUT", "/api/echo", "Transfer-Encoding: chunked", "Expect: 100-continue"));
        assertThat(wire.readHead().status()).isEqualTo(100);
        String piece = "x".repeat(100_000);
        for (int i = 0; i < 20; i++) {
            wire.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
        }
        Response echo = wire.send("0\r\n\r\n").read();
        assertThat(echo.text()).contains("\"bytes\" : 2000000").doesNotContain("\"text\"");
    }

    @Test
    void dialledResponsesCombine() throws IOException {
        wire.send(Wire.request("GET", "/dial/m?status=503&size=200KB&chunked=true&interim=103&header=X-A:1&delay=1ms"));
        assertThat(wire.readHead().status()).isEqualTo(103);
        Response response = wire.read();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("x-a")).isEqualTo("1");
        assertThat(response.headers()).doesNotContainKey("content-length");
        assertThat(response.body()).isEqualTo(OriginContent.body(SEED, "/dial/m", 0, 200_000));
    }

    @Test
    void looksAtItsHealthAreAnsweredAndNotCounted() throws IOException {
        assertThat(wire.get("/").header("x-origin-served")).isEqualTo("1");
        Response health = wire.get("/_nearside/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.header("cache-control")).isEqualTo("no-store");
        assertThat(health.header("x-origin-served")).isEqualTo("1");
        assertThat(wire.get("/").header("x-origin-served")).isEqualTo("2");
    }

    @Test
    void countersCountPerNameAndBadParametersAreNamed() throws IOException {
        assertThat(wire.get("/dial/counter/a").header("x-origin-count")).isEqualTo("1");
        assertThat(wire.get("/dial/counter/b?status=404").header("x-origin-count"))
                .isEqualTo("1");
        Response third = wire.get("/dial/counter/a?etag=x", "If-None-Match: \"x\"");
        assertThat(third.status()).isEqualTo(304);
        assertThat(third.header("x-origin-count")).isEqualTo("2");
        assertThat(third.header("x-origin-served")).isEqualTo("3");
        Response refused = wire.get("/dial/x?delay=fast");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text())
                .isEqualTo(
                        "parameter 'delay' has value 'fast', expected a time such as 250ms, 2s or 1m, 10m at most\n");
    }

    @Test
    void aBodyCutShortEndsAfterExactlyThatManyBytes() throws IOException {
        wire.send(Wire.request("GET", "/dial/c?size=100KB&close-after=70KB"));
        assertThat(wire.readHead().header("content-length")).isEqualTo("100000");
        assertThat(wire.rest()).isEqualTo(OriginContent.body(SEED, "/dial/c", 0, 70_000));
    }

    @Test
    void aResetIsSeenAsAReset() throws IOException {
        wire.send(Wire.request("GET", "/dial/c?reset-after=10KB"));
        assertThatThrownBy(() -> wire.rest())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aDeclaredLieEndsWithItsConnection() throws IOException {
        assertThatThrownBy(() -> wire.get("/dial/c?size=100&declare=200"))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("100 of 200");
        try (Wire second = new Wire(origin.address())) {
            assertThat(second.get("/dial/c?size=100&declare=40").body()).hasSize(40);
            assertThat(second.rest()).hasSize(60);
        }
    }

    @Test
    void closeNowAnswersNothingAndNoAnswerNeitherWhileOthersAreServed() throws IOException {
        assertThat(wire.send(Wire.request("GET", "/dial/c?close=now")).rest()).isEmpty();
        try (Wire silent = new Wire(origin.address());
                Wire other = new Wire(origin.address())) {
            silent.send(Wire.request("GET", "/dial/c?no-answer=true"));
            assertThat(other.get("/").status()).isEqualTo(200);
            silent.shutdownOutput();
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderHoweverMany() throws IOException, InterruptedException {
        int requests = 3_000;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            all.append(Wire.request("GET", "/dial/p?header=n:" + i));
        }
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                wire.send(all.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        for (int i = 0; i < requests; i++) {
            assertThat(wire.read().header("n")).isEqualTo(String.valueOf(i));
        }
        sender.join();
    }

    @Test
    void halfClosedConnectionsStillGetTheirAnswers() throws IOException {
        wire.send(Wire.request("GET", "/dial/a?size=300KB&delay=5ms") + Wire.request("GET", "/dial/b?size=10"));
        wire.shutdownOutput();
        assertThat(wire.read().body()).hasSize(300_000);
        assertThat(wire.read().body()).hasSize(10);
        assertThat(wire.rest()).isEmpty();
    }

    @Test
    void http10ClosesUnlessAskedToStayAndGetsNoChunks() throws IOException {
        wire.send("GET /dial/a?size=10 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(wire.read().header("connection")).isEqualTo("keep-alive");
        wire.send("GET /dial/a?size=10&chunked=true HTTP/1.0\r\n\r\n");
        assertThat(wire.readHead().headers()).doesNotContainKeys("transfer-encoding", "content-length");
        assertThat(wire.rest()).isEqualTo(OriginContent.body(SEED, "/dial/a", 0, 10));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource({
        "'NONSENSE', 400",
        "'GET / HTTP/1.1', 400",
        "'GET / HTTP/1.1|Host: a|Host: b', 400",
        "'GET / HTTP/1.1|Host: a|No Colon', 400",
        "'GET nopath HTTP/1.1|Host: a', 400",
        "'GET / HTTP/2.0|Host: a', 505",
        "'GET / HTTP/1.1|Host: a|Expect: wonders', 417",
        "'POST / HTTP/1.1|Host: a|Content-Length: -5', 400",
    })
    void malformedRequestsAreRefusedAndTheConnectionClosed(String head, int status) throws IOException {
        Response refusal = wire.send(head.replace("|", "\r\n") + "\r\n\r\n").read();
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.header("connection")).isEqualTo("close");
        assertThat(wire.rest()).isEmpty();
    }

    @Test
    void oversizedHeadsAreRefused() throws IOException {
        assertThat(wire.get("/" + "a".repeat(20_000)).status()).isEqualTo(414);
        try (Wire second = new Wire(origin.address())) {
            assertThat(second.get("/", "X-Long: " + "a".repeat(20_000)).status())
                    .isEqualTo(431);
        }
    }

    @Test
    void aBadChunkedBodyIsRefused() throws IOException {
        Response refusal = wire.send(Wire.request("PUT", "/api/echo", "Transfer-Encoding: chunked") + "zz\r\n")
                .read();
        assertThat(refusal.status()).isEqualTo(400);
    }

    @Test
    void aTakenPortIsNamedWithWhatToDo() {
        int port = origin.address().getPort();
        assertThatThrownBy(() -> OriginServer.start(CONFIG.withPort(port), transport, time))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("choose another");
    }

    @Test
    void idleConnectionsAreClosed() throws IOException {
        OriginConfig impatient = new OriginConfig("127.0.0.1", 0, SEED, 100, 16_384);
        try (OriginServer other = OriginServer.start(impatient, transport, time);
                Wire idle = new Wire(other.address())) {
            assertThat(idle.get("/dial/a?size=5&delay=300ms").body()).hasSize(5);
            assertThat(idle.rest()).isEmpty();
        }
    }

    @Test
    void theSameSeedGivesTheSameSiteAndAnotherAnother() throws IOException {
        try (OriginServer twin = OriginServer.start(CONFIG, transport, time);
                OriginServer stranger = OriginServer.start(CONFIG.withSeed(6), transport, time);
                Wire toTwin = new Wire(twin.address());
                Wire toStranger = new Wire(stranger.address())) {
            byte[] css = wire.get("/assets/site.css").body();
            assertThat(Arrays.equals(toTwin.get("/assets/site.css").body(), css))
                    .isTrue();
            assertThat(Arrays.equals(toStranger.get("/assets/site.css").body(), css))
                    .isFalse();
        }
    }
}
