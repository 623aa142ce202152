package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of stale responses when the origin answers that they still hold, or sends others (RFC 9111 §4.3). */
class RevalidationTest {

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder, time);
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
    }

    @Test
    void confirmedResponseGetsTheFieldsAndTheLifetimeOfThe304() throws Exception {
        bed.origin.plays(
                (asked, stage) -> stage.write(
                        asked.field("If-None-Match") == null
                                ? ScriptedOrigin.response(
                                        "200 OK",
                                        "old",
                                        "ETag: \"1\"",
                                        "Cache-Control: max-age=10",
                                        "X-Kept: 1",
                                        "X-New: a")
                                : "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=100\r\nX-New: b\r\n\r\n"));
        RawViewer.Response refreshed;
        RawViewer.Response hit;
        try (RawViewer viewer = bed.viewer()) {
            viewer.get("/a");
            time.advance(Duration.ofSeconds(11));
            refreshed = viewer.get("/a");
            time.advance(Duration.ofSeconds(99));
            hit = viewer.get("/a");
            time.advance(Duration.ofSeconds(1));
            assertThat(viewer.get("/a").field("x-cache")).startsWith("RefreshHit");
        }

        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(refreshed.text()).isEqualTo("old");
        assertThat(refreshed.field("x-cache")).isEqualTo("RefreshHit from cloudfront");
        assertThat(refreshed.field("cache-status")).contains("fwd=stale").contains("fwd-status=304");
        assertThat(refreshed.field("age")).isEqualTo("0");
        assertThat(all(refreshed, "x-new")).containsExactly("b");
        assertThat(all(refreshed, "etag")).hasSize(1);
        assertThat(all(refreshed, "date")).hasSize(1);
        assertThat(all(refreshed, "cache-control")).containsExactly("max-age=100");
        assertThat(refreshed.field("x-kept")).isEqualTo("1");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.field("age")).isEqualTo("99");
        assertThat(all(hit, "x-new")).containsExactly("b");
        assertThat(bed.origin.requests()).hasSize(3);
        assertThat(bed.origin.connections())
                .as("the 304 leaves the connection fit for use")
                .isEqualTo(1);
    }

    @Test
    void theDateOfALastChangeValidatesToo() throws Exception {
        String changed = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-Modified-Since") == null
                        ? ScriptedOrigin.response("200 OK", "x", changed, "Cache-Control: max-age=10")
                        : "HTTP/1.1 304 Not Modified\r\n\r\n"));
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        assertThat(bed.get("/a").field("x-cache")).startsWith("RefreshHit");
        assertThat(bed.origin.requests().get(1).field("if-modified-since")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(bed.origin.requests().get(1).field("if-none-match")).isNull();
        assertThat(bed.get("/a").field("x-cache")).startsWith("Hit");
    }

    @Test
    void anotherResponseTakesThePlaceOfTheStoredOne() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response(
                                "200 OK", "old", "ETag: \"1\"", "Cache-Control: max-age=10", "X-Old: 1")
                        : ScriptedOrigin.response("200 OK", "newer", "ETag: \"2\"", "Cache-Control: max-age=10")));
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        RawViewer.Response replaced = bed.get("/a");

        assertThat(replaced.text()).isEqualTo("newer");
        assertThat(replaced.field("x-cache")).startsWith("Miss");
        assertThat(replaced.field("x-old")).isNull();
        assertThat(bed.get("/a").text()).isEqualTo("newer");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void aNotModifiedForAnotherTagIsNotBelieved() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") != null
                        ? "HTTP/1.1 304 Not Modified\r\nETag: \"other\"\r\n\r\n"
                        : ScriptedOrigin.response(
                                "200 OK",
                                "answer " + bed.origin.requests().size(),
                                "ETag: \"1\"",
                                "Cache-Control: max-age=10")));
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        assertThat(bed.get("/a").text()).isEqualTo("answer 3");
        assertThat(bed.get("/a").text()).isEqualTo("answer 3");
        assertThat(bed.origin.requests()).hasSize(3);
    }

    @Test
    void viewersWaitForOneRevalidation() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            if (asked.field("If-None-Match") == null) {
                stage.write(ScriptedOrigin.response("200 OK", "old", "ETag: \"1\"", "Cache-Control: max-age=10"));
            } else {
                mayAnswer.await(20, TimeUnit.SECONDS);
                stage.write("HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=10\r\n\r\n");
            }
        });
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        List<Future<RawViewer.Response>> answers = new ArrayList<>();
        try (ExecutorService viewers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                answers.add(viewers.submit(() -> bed.get("/a")));
            }
            Waiting.until("all viewers are there", () -> bed.node().viewerConnections() == 8);
            mayAnswer.countDown();
            for (Future<RawViewer.Response> answer : answers) {
                assertThat(answer.get().text()).isEqualTo("old");
            }
        }
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void noCacheIsValidatedEachTimeAndServedFromTheStore() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response("200 OK", "body", "ETag: \"1\"", "Cache-Control: no-cache")
                        : "HTTP/1.1 304 Not Modified\r\n\r\n"));
        bed.get("/a");

        assertThat(bed.get("/a").field("x-cache")).startsWith("RefreshHit");
        assertThat(bed.get("/a").text()).isEqualTo("body");
        assertThat(bed.origin.requests()).hasSize(3);
    }

    @Test
    void viewersNoCacheValidatesWhatIsFresh() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response("200 OK", "body", "ETag: \"1\"", "Cache-Control: max-age=100")
                        : "HTTP/1.1 304 Not Modified\r\n\r\n"));
        bed.get("/a");

        RawViewer.Response forced = bed.get("/a", "Cache-Control: no-cache");

        assertThat(forced.field("x-cache")).startsWith("RefreshHit");
        assertThat(forced.field("cache-status")).contains("fwd=request");
        assertThat(bed.get("/a").field("x-cache")).startsWith("Hit");
    }

    @Test
    void a304ThatForbidsStoringEndsTheStoring() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response("200 OK", "body", "ETag: \"1\"", "Cache-Control: max-age=10")
                        : "HTTP/1.1 304 Not Modified\r\nCache-Control: no-store\r\n\r\n"));
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        assertThat(bed.get("/a").text()).isEqualTo("body");
        bed.get("/a");

        assertThat(bed.origin.requests().get(2).field("if-none-match")).isNull();
    }

    @Test
    void functionOnOriginResponseSeesThe304AndAddsToWhatIsStored() throws Exception {
        bed.with(
                        EventType.ORIGIN_RESPONSE,
                        "exports.handler = async (e) => { const r = e.Records[0].cf.response;"
                                + " r.headers['x-seen'] = [{key: 'X-Seen', value: String(r.status)}]; return r; };")
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response("200 OK", "body", "ETag: \"1\"", "Cache-Control: max-age=10")
                        : "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=10\r\n\r\n"));
        assertThat(bed.get("/a").field("x-seen")).isEqualTo("200");
        time.advance(Duration.ofSeconds(10));

        RawViewer.Response refreshed = bed.get("/a");

        assertThat(refreshed.field("x-cache")).startsWith("RefreshHit");
        assertThat(all(refreshed, "x-seen")).containsExactly("304");
        assertThat(refreshed.text()).isEqualTo("body");
        assertThat(all(bed.get("/a"), "x-seen")).containsExactly("304");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void functionThatMakesA304AWholeResponseReplacesWhatIsStored() throws Exception {
        bed.with(
                        EventType.ORIGIN_RESPONSE,
                        "exports.handler = async (e) => { const r = e.Records[0].cf.response;"
                                + " if (r.status == '304') { r.status = '200'; r.body = 'made'; } return r; };")
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response("200 OK", "body", "ETag: \"1\"", "Cache-Control: max-age=10")
                        : "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=10\r\n\r\n"));
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        assertThat(bed.get("/a").text()).isEqualTo("made");
        assertThat(bed.get("/a").text()).isEqualTo("made");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void aViewerWhoLeavesDuringARevalidationHarmsNobody() throws Exception {
        CountDownLatch asked2 = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            if (asked.field("If-None-Match") == null) {
                stage.write(ScriptedOrigin.response("200 OK", "old", "ETag: \"1\"", "Cache-Control: max-age=10"));
            } else if (asked2.getCount() > 0) {
                asked2.countDown();
            } else {
                stage.write("HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=10\r\n\r\n");
            }
        });
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(asked2.await(20, TimeUnit.SECONDS)).isTrue();
            viewer.reset();
        }
        Waiting.until("the viewer is gone", () -> bed.node().viewerConnections() == 0);

        assertThat(bed.get("/a").text()).isEqualTo("old");
    }

    @Test
    void responseThatWasPurgedDuringItsRevalidationIsNotServedAgain() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            if (asked.field("If-None-Match") == null) {
                stage.write(ScriptedOrigin.response("200 OK", "x", "ETag: \"1\"", "Cache-Control: max-age=10"));
            } else {
                arrived.countDown();
                mayAnswer.await(20, TimeUnit.SECONDS);
                stage.write("HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=10\r\n\r\n");
            }
        });
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            bed.invalidate("/a").publish();
            mayAnswer.countDown();
            assertThat(viewer.read().status()).isEqualTo(200);
        }

        bed.get("/a");

        assertThat(bed.origin.requests()).hasSize(3);
        assertThat(bed.origin.requests().get(2).field("if-none-match")).isNull();
    }

    private static List<String> all(RawViewer.Response response, String name) {
        return response.fields().stream()
                .filter(field -> field.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(field -> field.substring(name.length() + 1).strip())
                .toList();
    }
}
