package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.EdgeNodeConfig.ShieldTable;
import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A 304 means something only to whoever sent a condition (RFC 9110 §15.4.5). */
class UnaskedNotModifiedTest {

    private static final String NOT_MODIFIED = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n";

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder.resolve("main"), time);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private void originAnswers(String first, String then) {
        bed.origin.plays((asked, stage) -> stage.write(bed.origin.requests().size() == 1 ? first : then));
    }

    @Test
    void itIsAnInvalidAnswerAndNothingIsRepeated() throws Exception {
        originAnswers(NOT_MODIFIED, ScriptedOrigin.ok("second"));

        RawViewer.Response response = bed.get("/a");

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
        assertThat(response.text()).contains("answered 304 to a request without If-None-Match");
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(bed.get("/a").text()).isEqualTo("second");
    }

    @Test
    void aConditionThatTheNodeKeptForItselfIsNone() throws Exception {
        originAnswers(NOT_MODIFIED, ScriptedOrigin.ok("second"));

        assertThat(bed.get("/a", "If-None-Match: \"1\"").status()).isEqualTo(502);
        assertThat(bed.origin.requests().getFirst().field("if-none-match")).isNull();
    }

    @Test
    void whatIsStaleAndHasNoValidatorStandsIn() throws Exception {
        originAnswers(ScriptedOrigin.response("200 OK", "stored", "Cache-Control: max-age=10"), NOT_MODIFIED);
        bed.get("/a");
        time.advance(Duration.ofSeconds(20));

        RawViewer.Response stale = bed.get("/a");

        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.text()).isEqualTo("stored");
        assertThat(stale.field("age")).isEqualTo("20");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void whatMustBeValidatedDoesNotStandIn() throws Exception {
        originAnswers(
                ScriptedOrigin.response("200 OK", "stored", "Cache-Control: max-age=10, must-revalidate"),
                NOT_MODIFIED);
        bed.get("/a");
        time.advance(Duration.ofSeconds(20));

        assertThat(bed.get("/a").status()).isEqualTo(502);
    }

    @Test
    void ofATagThatIsNotStoredItIsAskedOnceMoreWithoutAConditionAndThenWhatIsStaleStandsIn() throws Exception {
        originAnswers(
                ScriptedOrigin.response("200 OK", "stored", "ETag: \"0\"", "Cache-Control: max-age=10"), NOT_MODIFIED);
        bed.get("/a");
        time.advance(Duration.ofSeconds(20));

        assertThat(bed.get("/a").text()).isEqualTo("stored");
        assertThat(bed.origin.requests()).hasSize(3);
        assertThat(bed.origin.requests().get(2).field("if-none-match")).isNull();
    }

    @Test
    void aConditionThatIsTheViewersOwnGetsIts304() throws Exception {
        bed.with(Routes.cachePolicy(0, 0, Selection.NONE)).publish();
        bed.origin.plays((asked, stage) -> stage.write(NOT_MODIFIED));

        assertThat(bed.get("/a", "If-None-Match: \"1\"").status()).isEqualTo(304);
        assertThat(bed.get("/a").status()).isEqualTo(502);
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("HEAD", "/a", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT")
                            .status())
                    .isEqualTo(304);
        }
    }

    @Test
    void aShieldSuffersAndCausesNoneOfIt() throws Exception {
        bed.withShieldRegion("us-east-1").publish();
        EdgeNode shield = bed.addNode("shield-1", new ShieldTable("us-east-1", Map.of()));
        EdgeNode edge = bed.addNode(
                "edge-1",
                new ShieldTable(
                        null,
                        Map.of(
                                "us-east-1",
                                new Shield("127.0.0.1", shield.address().getPort(), 0, 0))));
        bed.origin.plays((asked, stage) -> stage.write(NOT_MODIFIED));

        try (RawViewer viewer = new RawViewer(edge.address())) {
            RawViewer.Response response = viewer.get("/a");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).contains("answered 304 to a request without If-None-Match");
        }
        assertThat(bed.origin.requests()).hasSize(1);
    }
}
