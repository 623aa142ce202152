package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on loopback between real sockets: what viewers get and what the origin is asked. */
class CachedProxyingTest {

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void aMissHasNoAgeButTheOneThatItCameWith() throws Exception {
        String old = "Date: Sun, 06 Nov 1994 08:49:37 GMT";
        String keep = "Cache-Control: max-age=2000000000";
        bed.origin.plays((asked, stage) -> stage.write(
                asked.line().contains("/aged")
                        ? ScriptedOrigin.response("200 OK", "x", keep, old, "Age: 10")
                        : ScriptedOrigin.response("200 OK", "x", keep, old)));
        assertThat(bed.get("/a").field("age")).isNull();
        assertThat(bed.get("/a").field("age")).hasSizeGreaterThan(6);
        assertThat(bed.get("/aged").field("age")).isNotNull();
    }

    @Test
    void secondRequestIsAHitWithCloudFrontsFields() throws Exception {
        RawViewer.Response miss = bed.get("/a");
        RawViewer.Response hit = bed.get("/a");

        assertThat(miss.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(miss.field("age")).isNull();
        assertThat(hit.status()).isEqualTo(200);
        assertThat(hit.text()).isEqualTo("hello");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.field("age")).matches("[0-9]+");
        assertThat(hit.field("x-amz-cf-pop")).isEqualTo("LHR50-C1");
        assertThat(hit.field("x-amz-cf-id")).endsWith("==").hasSize(56);
        assertThat(hit.field("via")).matches("1\\.1 [0-9a-f]{32}\\.cloudfront\\.net \\(CloudFront\\)");
        assertThat(hit.field("x-nearside-revision")).isEqualTo("1");
        assertThat(hit.field("date")).isNotNull();
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void queryStringsAreKeysOfTheirOwn() throws Exception {
        bed.get("/a?x=1");
        assertThat(bed.get("/a?x=2").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/a?x=1").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void headIsAnsweredFromAStoredGet() throws Exception {
        bed.get("/a");
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response head = viewer.request("HEAD", "/a");
            assertThat(head.field("x-cache")).isEqualTo("Hit from cloudfront");
            assertThat(head.field("content-length")).isEqualTo("5");
            assertThat(viewer.get("/a").text()).isEqualTo("hello");
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void headThatIsNotStoredGoesToTheOriginAsHead() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response head = viewer.request("HEAD", "/a");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.field("content-length")).isEqualTo("5");
        }
        assertThat(bed.origin.requests().getFirst().line()).isEqualTo("HEAD /a HTTP/1.1");
    }

    @Test
    void originIsAskedWithItsOwnHostAndTheViewersAddress() throws Exception {
        bed.get("/a", "User-Agent: me", "Cookie: k=v", "Connection: x-private, keep-alive", "X-Private: 1");
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.field("host")).isEqualTo("localhost:" + bed.origin.port());
        assertThat(asked.field("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(asked.field("via")).endsWith("(CloudFront)");
        assertThat(asked.field("x-amz-cf-id")).endsWith("==");
        assertThat(asked.field("user-agent")).isEqualTo("me");
        assertThat(asked.field("cookie")).isEqualTo("k=v");
        assertThat(asked.field("x-private")).isNull();
    }

    @Test
    void aFetchThatMayBeSharedCarriesNoConditions() throws Exception {
        bed.get("/a", "If-None-Match: \"x\"", "Range: bytes=0-");
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.field("if-none-match")).isNull();
        assertThat(asked.field("range")).isNull();
    }

    @Test
    void originConnectionsAreReused() throws Exception {
        bed.origin.plays(
                (asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "x", "Cache-Control: no-store")));
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 5; i++) {
                assertThat(viewer.get("/a").status()).isEqualTo(200);
            }
        }
        assertThat(bed.origin.connections()).isEqualTo(1);
        assertThat(bed.origin.requests()).hasSize(5);
    }

    @Test
    void manyViewersShareOneFetch() throws Exception {
        int viewers = 40;
        CountDownLatch answer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nCache-Control: max-age=60\r\n\r\nab");
            answer.await();
            stage.write("cdef");
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RawViewer.Response>> responses = new ArrayList<>();
            CountDownLatch sent = new CountDownLatch(viewers);
            for (int i = 0; i < viewers; i++) {
                responses.add(threads.submit(() -> {
                    try (RawViewer viewer = bed.viewer()) {
                        viewer.send("GET /shared HTTP/1.1\r\nHost: site.test\r\n\r\n");
                        byte[] beginning = viewer.readBytes(1);
                        sent.countDown();
                        assertThat(beginning).isEqualTo(new byte[] {'H'});
                        return viewer.readRest("H");
                    }
                }));
            }
            assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
            answer.countDown();
            int hits = 0;
            for (Future<RawViewer.Response> response : responses) {
                assertThat(response.get().text()).isEqualTo("abcdef");
                hits += response.get().field("x-cache").startsWith("Hit") ? 1 : 0;
            }
            assertThat(hits).isEqualTo(viewers - 1);
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void waitersGoAloneWhenTheFillIsUncacheable() throws Exception {
        int viewers = 8;
        CountDownLatch answer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            answer.await();
            stage.write(ScriptedOrigin.response("200 OK", asked.field("x-who"), "Cache-Control: private"));
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> asks = new ArrayList<>();
            for (int i = 0; i < viewers; i++) {
                String who = "viewer-" + i;
                asks.add(() -> who + "=" + bed.get("/private", "X-Who: " + who).text());
            }
            List<Future<String>> answers = new ArrayList<>();
            asks.forEach(ask -> answers.add(threads.submit(ask)));
            answer.countDown();
            for (Future<String> got : answers) {
                String[] whoAndBody = got.get().split("=", -1);
                assertThat(whoAndBody[1]).isEqualTo(whoAndBody[0]);
            }
        }
        assertThat(bed.origin.requests()).hasSize(viewers);
    }

    @Test
    void varyMakesVariants() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", asked.field("accept-language"), "Cache-Control: max-age=60", "Vary: Accept-Language")));
        assertThat(bed.get("/v", "Accept-Language: de").text()).isEqualTo("de");
        assertThat(bed.get("/v", "Accept-Language: fr").text()).isEqualTo("fr");
        RawViewer.Response again = bed.get("/v", "Accept-Language: de");
        assertThat(again.text()).isEqualTo("de");
        assertThat(again.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void unknownMethodsAndTheirBodiesPassThrough() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("201 Created", new String(asked.body(), StandardCharsets.US_ASCII))));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("BREW /pot HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\ntea");
            assertThat(viewer.read().text()).isEqualTo("tea");
            viewer.send("POST /pot HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(viewer.read().text()).isEqualTo("abcde");
            assertThat(viewer.request("POST", "/empty").text()).isEmpty();
        }
        assertThat(bed.origin.requests().get(2).field("content-length")).isEqualTo("0");
    }

    @Test
    void largeBodiesStreamBothWays() throws Exception {
        byte[] body = new byte[20 * 1024 * 1024];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + (i >> 12));
        }
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: " + asked.body().length + "\r\n\r\n");
            stage.write(asked.body());
        });
        try (RawViewer viewer = bed.viewer()) {
            Thread.ofVirtual().start(() -> {
                try {
                    viewer.send("PUT /big HTTP/1.1\r\nHost: site.test\r\nContent-Length: " + body.length + "\r\n\r\n");
                    viewer.send(body);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            RawViewer.Response response = viewer.read();
            assertThat(Arrays.equals(response.body(), body)).isTrue();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok(asked.line())));
        try (RawViewer viewer = bed.viewer()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                requests.append("GET /p").append(i).append(" HTTP/1.1\r\nHost: site.test\r\n\r\n");
            }
            viewer.send(requests.toString());
            for (int i = 0; i < 100; i++) {
                assertThat(viewer.read().text()).isEqualTo("GET /p" + i + " HTTP/1.1");
            }
        }
    }

    @Test
    void aHostThatNobodyHasGetsAPageThatListsTheDistributions() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
            RawViewer.Response response = viewer.read();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
            assertThat(response.text()).contains("other.test").contains("e1.cdn.localhost, site.test");
        }
    }

    @Test
    void invalidationTurnsHitsIntoMisses() throws Exception {
        bed.get("/a");
        bed.get("/b");
        bed.invalidate("/a").publish();
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/b").field("x-cache")).isEqualTo("Hit from cloudfront");
        bed.invalidate("/*").publish();
        assertThat(bed.get("/b").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/b").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void anObjectAskedForBeforeAnInvalidationIsNotServedAfterIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        bed.origin.plays((request, stage) -> {
            asked.countDown();
            answer.await();
            stage.write(ScriptedOrigin.ok("old"));
        });
        try (RawViewer early = bed.viewer()) {
            early.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            bed.invalidate("/a").publish();
            answer.countDown();
            assertThat(early.read().text()).isEqualTo("old");
        }
        bed.origin.plays((request, stage) -> stage.write(ScriptedOrigin.ok("new")));
        RawViewer.Response after = bed.get("/a");
        assertThat(after.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(after.text()).isEqualTo("new");
    }

    @Test
    void aRefusedUploadStillGetsItsWholeAnswer() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("PUT / HTTP/1.1\r\nHost: other.test\r\nContent-Length: 4000000\r\n\r\n");
            viewer.send(new byte[1_000_000]);
            RawViewer.Response response = viewer.read();
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(response.whole()).isTrue();
            assertThat(viewer.isAtEnd()).isTrue();
        }
    }

    @Test
    void anHttp10ViewerReadsABodyOfUnknownLengthUntilTheClose() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.0\r\nHost: site.test\r\n\r\n");
            RawViewer.Response response = viewer.read();
            assertThat(response.field("content-length")).isNull();
            assertThat(response.field("transfer-encoding")).isNull();
            assertThat(response.text()).isEqualTo("abcdef");
        }
    }
}
