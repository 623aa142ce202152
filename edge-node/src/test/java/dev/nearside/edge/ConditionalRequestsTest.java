package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Preconditions of viewers, judged by what is stored or by what comes (RFC 9110 §13, RFC 9111 §4.3.2). */
class ConditionalRequestsTest {

    private static final String CHANGED = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder, time);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK",
                "content",
                "ETag: \"1\"",
                CHANGED,
                "Cache-Control: max-age=60",
                "Content-Type: text/plain",
                "Content-Location: /a.txt")));
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        If-None-Match: "1"                               | 304
        If-None-Match: W/"1"                             | 304
        If-None-Match: "0", "1"                          | 304
        If-None-Match: *                                 | 304
        If-None-Match: "2"                               | 200
        If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | 304
        If-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT | 304
        If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT | 200
        If-Modified-Since: yesterday                     | 200
        """)
    void sameAnswerOnHitAndOnMiss(String precondition, int status) throws Exception {
        RawViewer.Response miss = bed.get("/a", precondition);
        Waiting.until("the whole is stored", () -> bed.node().cache().store().entries() == 1);
        RawViewer.Response hit = bed.get("/a", precondition);

        assertThat(miss.status()).isEqualTo(status);
        assertThat(miss.field("x-cache")).startsWith("Miss");
        assertThat(hit.status()).isEqualTo(status);
        assertThat(hit.field("x-cache")).startsWith("Hit");
        assertThat(bed.get("/a").text()).isEqualTo("content");
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(bed.origin.requests().getFirst().field("if-none-match")).isNull();
        assertThat(bed.origin.requests().getFirst().field("if-modified-since")).isNull();
    }

    @Test
    void a304DescribesTheRepresentationAndHasNoContent() throws Exception {
        bed.get("/a");
        time.advance(Duration.ofSeconds(7));
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response answer = viewer.get("/a", "If-None-Match: \"1\"");
            assertThat(answer.field("etag")).isEqualTo("\"1\"");
            assertThat(answer.field("cache-control")).isEqualTo("max-age=60");
            assertThat(answer.field("content-location")).isEqualTo("/a.txt");
            assertThat(answer.field("age")).isEqualTo("7");
            assertThat(answer.field("date")).isNotNull();
            assertThat(answer.field("content-type")).isNull();
            assertThat(answer.field("content-length")).isNull();
            assertThat(answer.field("transfer-encoding")).isNull();
            assertThat(viewer.get("/a").text())
                    .as("the connection goes on in step")
                    .isEqualTo("content");
        }
    }

    @Test
    void tagGoesBeforeDate() throws Exception {
        bed.get("/a");
        assertThat(bed.get("/a", "If-None-Match: \"2\"", "If-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void preconditionGoesBeforeRange() throws Exception {
        bed.get("/a");
        assertThat(bed.get("/a", "If-None-Match: \"1\"", "Range: bytes=0-1").status())
                .isEqualTo(304);
    }

    @Test
    void headIsConditionalToo() throws Exception {
        bed.get("/a");
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("HEAD", "/a", "If-None-Match: \"1\"").status())
                    .isEqualTo(304);
            assertThat(viewer.request("HEAD", "/a").field("content-length")).isEqualTo("7");
            assertThat(viewer.get("/a").text()).isEqualTo("content");
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void staleIsValidatedWithItsOwnTagAndJudgedByTheViewersAfterwards() throws Exception {
        bed.get("/a");
        time.advance(Duration.ofSeconds(60));
        bed.origin.plays((asked, stage) ->
                stage.write("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=60\r\n\r\n"));

        RawViewer.Response other = bed.get("/a", "If-None-Match: \"old\"");
        assertThat(bed.origin.requests().get(1).field("if-none-match")).isEqualTo("\"1\"");
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.text()).isEqualTo("content");
        assertThat(bed.get("/a", "If-None-Match: \"1\"").status()).isEqualTo(304);
    }

    @Test
    void preconditionsOfChangesAreTheOriginsToJudge() throws Exception {
        bed.get("/a");
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("412 Precondition Failed", "")));

        assertThat(bed.get("/a", "If-Match: \"2\"").status()).isEqualTo(412);
        assertThat(bed.origin.requests().get(1).field("if-match")).isEqualTo("\"2\"");
        assertThat(bed.get("/a").text()).isEqualTo("content");
    }

    @Test
    void headThatTellsOfAnotherVersionEndsTheStoredOne() throws Exception {
        bed.get("/a");
        bed.origin.plays((asked, stage) ->
                stage.write("HTTP/1.1 200 OK\r\nETag: \"2\"\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\n\r\n"
                        + (asked.line().startsWith("HEAD") ? "" : "newer")));
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("HEAD", "/a", "Cache-Control: no-cache").field("etag"))
                    .isEqualTo("\"2\"");
        }

        assertThat(bed.get("/a").text()).isEqualTo("newer");
    }

    @Test
    void onlyA200BecomesA304() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("404 Not Found", "none", "ETag: \"1\"", "Cache-Control: max-age=60")));

        assertThat(bed.get("/a", "If-None-Match: \"1\"").status()).isEqualTo(404);
        assertThat(bed.get("/a", "If-None-Match: \"1\"").status()).isEqualTo(404);
    }
}
