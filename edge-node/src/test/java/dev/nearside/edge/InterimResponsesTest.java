package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1xx responses on their way through (RFC 9110 §15.2, RFC 8297). */
class InterimResponsesTest {

    private static final String HINTS =
            "HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n";

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.origin.plays((asked, stage) -> stage.write(HINTS + ScriptedOrigin.ok("final")));
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
    }

    @Test
    void hintsArriveBeforeTheResponseIsThere() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            stage.write(HINTS).write(HINTS);
            mayAnswer.await(20, TimeUnit.SECONDS);
            stage.write(ScriptedOrigin.ok("final"));
        });
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response first = viewer.get("/a");
            assertThat(first.status()).isEqualTo(103);
            assertThat(first.field("link")).isEqualTo("</s.css>; rel=preload");
            assertThat(first.field("x-hop")).isNull();
            assertThat(viewer.read().status()).isEqualTo(103);
            mayAnswer.countDown();
            assertThat(viewer.read().text()).isEqualTo("final");
        }
    }

    @Test
    void hintsAreNeverStored() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.get("/a");
            assertThat(viewer.read().text()).isEqualTo("final");
            RawViewer.Response hit = viewer.get("/a");
            assertThat(hit.status()).isEqualTo(200);
            assertThat(hit.field("x-cache")).startsWith("Hit");
            assertThat(hit.field("link")).isNull();
        }
    }

    @Test
    void viewersOfHttp10GetNone() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response answer =
                    viewer.send("GET /a HTTP/1.0\r\nHost: site.test\r\n\r\n").read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("final");
        }
    }

    @Test
    void processingIsRelayedForUnsafeMethodsToo() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write("HTTP/1.1 102 Processing\r\n\r\n" + ScriptedOrigin.response("201 Created", "made")));
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("POST", "/a").status()).isEqualTo(102);
            assertThat(viewer.read().text()).isEqualTo("made");
        }
    }

    @Test
    void theOriginsContinueIsNotTheViewers() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 100 Continue\r\n\r\n" + ScriptedOrigin.ok("final")));

        assertThat(bed.get("/a").text()).isEqualTo("final");
    }

    @Test
    void originThatDiesAfterItsHintsIsAnError() throws Exception {
        bed.origin.plays((asked, stage) -> {
            stage.write(HINTS);
            stage.close();
        });
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.get("/a").status()).isEqualTo(103);
            assertThat(viewer.read().status()).isEqualTo(502);
        }
    }
}
