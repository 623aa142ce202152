package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What unsafe methods do to what is stored (RFC 9111 §4.4) and what a POST may store (RFC 9110 §9.3.3). */
class InvalidationByMethodsTest {

    @TempDir
    Path folder;

    private TestBed bed;
    private volatile String answerToUnsafe = ScriptedOrigin.response("200 OK", "changed");

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.origin.plays((asked, stage) ->
                stage.write(asked.line().startsWith("GET") ? ScriptedOrigin.ok("content") : answerToUnsafe));
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH"})
    void unsafeMethodEndsWhatIsStored(String method) throws Exception {
        bed.get("/a");
        bed.get("/b");
        ask(method, "/a");

        assertThat(isHit("/a")).isFalse();
        assertThat(isHit("/b")).isTrue();
    }

    @Test
    void safeMethodsAndFailuresEndNothing() throws Exception {
        bed.get("/a");
        ask("OPTIONS", "/a");
        assertThat(isHit("/a")).isTrue();
        answerToUnsafe = ScriptedOrigin.response("500 Internal Server Error", "");
        ask("POST", "/a");
        assertThat(isHit("/a")).isTrue();
        answerToUnsafe = ScriptedOrigin.response("303 See Other", "");
        ask("POST", "/a");
        assertThat(isHit("/a")).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        Location: /b                            | false
        Content-Location: /b                    | false
        Location: http://site.test/b            | false
        Location: https://SITE.test/b           | false
        Location: b                             | false
        Location: http://other.test/b           | true
        Content-Location: //other.test/b        | true
        Location: http://site.test:81/b         | true
        Location: :// no URI                    | true
        X-Location: /b                          | true
        """)
    void whatTheAnswerNamesAtTheSameHostEndsToo(String field, boolean stays) throws Exception {
        bed.get("/b");
        answerToUnsafe = ScriptedOrigin.response("201 Created", "", field);
        ask("POST", "/a");

        assertThat(isHit("/b")).isEqualTo(stays);
    }

    @Test
    void allVariantsEnd() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("200 OK", "x", "Cache-Control: max-age=60", "Vary: Accept-Language")));
        bed.get("/a", "Accept-Language: de");
        bed.get("/a", "Accept-Language: en");
        ask("DELETE", "/a");

        assertThat(bed.get("/a", "Accept-Language: de").field("x-cache")).startsWith("Miss");
        assertThat(bed.get("/a", "Accept-Language: en").field("x-cache")).startsWith("Miss");
    }

    @ParameterizedTest(name = "asked for with {0}")
    @ValueSource(strings = {"Accept: text/plain", "Cache-Control: no-cache", "Range: bytes=0-2"})
    void whatIsUnderWayDuringAChangeIsNotStored(String field) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            if (asked.line().startsWith("POST")) {
                stage.write(answerToUnsafe);
            } else if (arrived.getCount() > 0) {
                arrived.countDown();
                mayAnswer.await(20, TimeUnit.SECONDS);
                stage.write(ScriptedOrigin.ok("old"));
            } else {
                stage.write(ScriptedOrigin.ok("new"));
            }
        });
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n" + field + "\r\n\r\n");
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            ask("POST", "/a");
            mayAnswer.countDown();
            assertThat(viewer.read().text()).isEqualTo("old");
        }

        assertThat(bed.get("/a").text()).isEqualTo("new");
        assertThat(bed.get("/a").text()).isEqualTo("new");
    }

    @Test
    void postThatSaysWhatItIsAnswersTheNextGet() throws Exception {
        answerToUnsafe =
                ScriptedOrigin.response("200 OK", "posted", "Content-Location: /a", "Cache-Control: max-age=60");
        bed.get("/a");
        ask("POST", "/a");

        RawViewer.Response hit = bed.get("/a");

        assertThat(hit.text()).isEqualTo("posted");
        assertThat(hit.field("x-cache")).startsWith("Hit");
    }

    @Test
    void postIsNeverAnsweredFromTheStoreAndNeverJoined() throws Exception {
        bed.get("/a");

        assertThat(ask("POST", "/a").text()).isEqualTo("changed");
        assertThat(ask("POST", "/a").text()).isEqualTo("changed");
        assertThat(bed.origin.requests()).hasSize(3);
    }

    @Test
    void cloudFrontKeepsWhatItHas() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        bed.get("/a");
        ask("POST", "/a");

        assertThat(isHit("/a")).isTrue();
    }

    private boolean isHit(String path) throws IOException {
        return bed.get(path).field("x-cache").startsWith("Hit");
    }

    private RawViewer.Response ask(String method, String path) throws IOException {
        try (RawViewer viewer = bed.viewer()) {
            return viewer.request(method, path);
        }
    }
}
