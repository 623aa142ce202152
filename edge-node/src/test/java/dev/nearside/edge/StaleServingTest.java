package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.testing.DeadPort;
import dev.nearside.kit.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a stale response is served and when it is not (RFC 5861, RFC 9111 §4.2.4, CloudFront's error caching). */
class StaleServingTest {

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final AtomicReference<String> answer = new AtomicReference<>("");
    private DeadPort dead;
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        dead = new DeadPort();
        bed = TestBed.start(folder, time);
        bed.origin.plays((asked, stage) -> stage.write(answer.get()));
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
        dead.close();
    }

    // ---- stale-while-revalidate ----

    @Test
    void staleIsServedAtOnceAndRefreshedOnce() throws Exception {
        storeFor("max-age=10, stale-while-revalidate=30");
        time.advance(Duration.ofSeconds(20));
        CountDownLatch mayAnswer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            mayAnswer.await(20, TimeUnit.SECONDS);
            stage.write(ScriptedOrigin.response("200 OK", "new", "Cache-Control: max-age=10"));
        });

        for (int i = 0; i < 5; i++) {
            RawViewer.Response stale = bed.get("/a");
            assertThat(stale.text()).isEqualTo("stored");
            assertThat(stale.field("x-cache")).startsWith("Hit");
            assertThat(stale.field("cache-status")).contains("hit; ttl=-10");
            assertThat(stale.field("age")).isEqualTo("20");
        }
        mayAnswer.countDown();
        Waiting.until("the new one is there", () -> text("/a").equals("new"));

        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void staleIsNotServedAfterItsWindow() throws Exception {
        storeFor("max-age=10, stale-while-revalidate=30");
        time.advance(Duration.ofSeconds(40));
        answer.set(ScriptedOrigin.response("200 OK", "new", "Cache-Control: max-age=10"));

        assertThat(bed.get("/a").text()).isEqualTo("new");
    }

    @Test
    void refreshGoesOnWhenTheViewerWhoBroughtItAboutHasLeft() throws Exception {
        storeFor("max-age=10, stale-while-revalidate=30");
        time.advance(Duration.ofSeconds(20));
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            arrived.countDown();
            mayAnswer.await(20, TimeUnit.SECONDS);
            stage.write(ScriptedOrigin.response("200 OK", "new", "Cache-Control: max-age=1000"));
        });
        assertThat(bed.get("/a").text()).isEqualTo("stored");
        assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        // Past the window another viewer waits for the refresh, and leaves.
        time.advance(Duration.ofSeconds(30));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            Waiting.until("it is there", () -> bed.node().viewerConnections() == 1);
            viewer.reset();
        }
        Waiting.until("it has left", () -> bed.node().viewerConnections() == 0);
        mayAnswer.countDown();

        Waiting.until("the refresh is stored", () -> text("/a").equals("new"));
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void refreshThatBringsNothingToKeepIsNotReadToItsEnd() throws Exception {
        storeFor("max-age=10, stale-while-revalidate=30");
        time.advance(Duration.ofSeconds(20));
        CountDownLatch cut = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 4000000000\r\n\r\n");
            byte[] block = new byte[64 * 1024];
            try {
                for (int i = 0; i < 4_000_000_000L / block.length; i++) {
                    stage.write(block);
                }
            } catch (IOException _) {
                cut.countDown();
            }
        });

        assertThat(bed.get("/a").text()).isEqualTo("stored");

        assertThat(cut.await(20, TimeUnit.SECONDS)).isTrue();
    }

    // ---- stale-if-error ----

    @Test
    void staleStandsInForAnErrorAndTheErrorIsNamed() throws Exception {
        storeFor("max-age=10, stale-if-error=60");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("503 Service Unavailable", "down"));

        RawViewer.Response stale = bed.get("/a");

        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.text()).isEqualTo("stored");
        assertThat(stale.field("age")).isEqualTo("20");
        assertThat(stale.field("cache-status")).contains("fwd=stale").doesNotContain("; stored");
        time.advance(Duration.ofSeconds(50));
        assertThat(bed.get("/a").status()).isEqualTo(503);
    }

    @Test
    void staleStandsInForAnOriginThatRefusesTheConnection() throws Exception {
        storeFor("max-age=10");
        time.advance(Duration.ofSeconds(20));
        bed.withOriginPort(dead.number()).publish();

        assertThat(bed.get("/a").text()).isEqualTo("stored");
        time.advance(Duration.ofHours(25));
        assertThat(bed.get("/a").status()).isEqualTo(502);
    }

    @Test
    void staleStandsInForAnOriginThatStaysSilent() throws Exception {
        bed.withReadTimeoutSeconds(1).publish();
        storeFor("max-age=10");
        time.advance(Duration.ofSeconds(20));
        bed.origin.plays((asked, stage) -> {});

        assertThat(bed.get("/a").text()).isEqualTo("stored");
    }

    @Test
    void mustRevalidateIsNeverServedStale() throws Exception {
        bed.withReadTimeoutSeconds(1).publish();
        storeFor("max-age=10, must-revalidate, stale-while-revalidate=60, stale-if-error=60");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("503 Service Unavailable", "down"));
        assertThat(bed.get("/a").status()).isEqualTo(503);
        bed.origin.plays((asked, stage) -> {});
        assertThat(bed.get("/a").status()).isEqualTo(504);
        bed.withOriginPort(dead.number()).publish();
        assertThat(bed.get("/a").status()).isEqualTo(502);
    }

    @Test
    void oneErrorDoesNotForgetWhatIsStored() throws Exception {
        storeFor("max-age=10");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("500 Internal Server Error", "oops"));
        assertThat(bed.get("/a").status()).isEqualTo(500);
        bed.withOriginPort(dead.number()).publish();

        assertThat(bed.get("/a").text()).isEqualTo("stored");
    }

    @Test
    void functionThatMendsAnErrorIsHeard() throws Exception {
        bed.with(
                        EventType.ORIGIN_RESPONSE,
                        "exports.handler = async (e) => { const r = e.Records[0].cf.response;"
                                + " if (r.status == '503') { r.status = '200'; r.body = 'mended'; } return r; };")
                .publish();
        storeFor("max-age=10, stale-if-error=60");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("503 Service Unavailable", "down"));

        assertThat(bed.get("/a").text()).isEqualTo("mended");
    }

    @Test
    void functionThatGeneratesAnErrorBringsStaleToo() throws Exception {
        storeFor("max-age=10, stale-if-error=60");
        bed.with(
                        EventType.ORIGIN_REQUEST,
                        "exports.handler = async () => ({status: '503', statusDescription: 'x', body: 'generated'});")
                .publish();
        time.advance(Duration.ofSeconds(20));

        assertThat(bed.get("/a").text()).isEqualTo("stored");
    }

    // ---- CloudFront's rules ----

    @Test
    void cloudFrontAsksAFailingOriginAgainOnlyAfterTheErrorTtl() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED)
                .with(new ErrorResponse(500, null, 0, 30))
                .publish();
        storeFor("max-age=10");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("500 Internal Server Error", "down"));

        assertThat(bed.get("/a").text()).isEqualTo("stored");
        time.advance(Duration.ofSeconds(29));
        assertThat(bed.get("/a").field("x-cache")).startsWith("Hit");
        assertThat(bed.origin.requests()).hasSize(2);
        time.advance(Duration.ofSeconds(1));
        assertThat(bed.get("/a").text()).isEqualTo("stored");

        assertThat(bed.origin.requests()).hasSize(3);
        assertThat(bed.get("/a").field("age")).isEqualTo("50");
    }

    @Test
    void cloudFrontPassesAClientErrorThrough() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        storeFor("max-age=10");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("403 Forbidden", "no"));

        assertThat(bed.get("/a").status()).isEqualTo(403);
    }

    @Test
    void cloudFrontServesNoStaleIfThatIsForbidden() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        storeFor("max-age=10, stale-if-error=0");
        time.advance(Duration.ofSeconds(20));
        answer.set(ScriptedOrigin.response("500 Internal Server Error", "down"));

        assertThat(bed.get("/a").status()).isEqualTo(500);
    }

    @Test
    void cloudFrontsQuietTimeEndsWithTheStaleWindow() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        storeFor("max-age=10, stale-if-error=5");
        time.advance(Duration.ofSeconds(13));
        answer.set(ScriptedOrigin.response("500 Internal Server Error", "down"));
        assertThat(bed.get("/a").text()).isEqualTo("stored");
        time.advance(Duration.ofSeconds(2));

        assertThat(bed.get("/a").status()).isEqualTo(500);
    }

    // ---- only-if-cached ----

    @Test
    void onlyIfCachedNeverAsksTheOrigin() throws Exception {
        assertThat(bed.get("/a", "Cache-Control: only-if-cached").status()).isEqualTo(504);
        assertThat(bed.origin.requests()).isEmpty();
        storeFor("max-age=10");
        assertThat(bed.get("/a", "Cache-Control: only-if-cached").text()).isEqualTo("stored");
        time.advance(Duration.ofSeconds(10));
        assertThat(bed.get("/a", "Cache-Control: only-if-cached").status()).isEqualTo(504);
        assertThat(bed.get("/a", "Cache-Control: only-if-cached, max-stale=60").text())
                .isEqualTo("stored");

        assertThat(bed.origin.requests()).hasSize(1);
    }

    private void storeFor(String cacheControl) throws IOException {
        answer.set(ScriptedOrigin.response("200 OK", "stored", "ETag: \"1\"", "Cache-Control: " + cacheControl));
        bed.get("/a");
    }

    private String text(String path) {
        try {
            return bed.get(path).text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
