package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.EdgeNodeConfig.ShieldTable;
import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CloudFront's error caching where the origin gives no answer at all: the failure is kept like an error response. */
class KeptFailuresTest {

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder.resolve("main"), time);
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        bed.origin.plays((asked, stage) -> stage.reset());
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private int asked() {
        return bed.origin.requests().size();
    }

    @Test
    void nextViewersGetItWithoutAnotherAttemptForTenSeconds() throws Exception {
        assertThat(bed.get("/a").status()).isEqualTo(502);
        time.advance(Duration.ofMillis(9_999));

        RawViewer.Response kept = bed.get("/a");

        assertThat(kept.status()).isEqualTo(502);
        assertThat(kept.field("x-cache")).isEqualTo("Error from cloudfront");
        assertThat(kept.text()).contains("(9 s ago; not tried again since)");
        assertThat(asked()).isEqualTo(1);
        time.advance(Duration.ofMillis(1));
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("back")));
        assertThat(bed.get("/a").text()).isEqualTo("back");
    }

    @Test
    void headGetsItTooAndOtherTargetsDoNot() throws Exception {
        bed.get("/a");
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("HEAD", "/a").status()).isEqualTo(502);
        }
        assertThat(asked()).isEqualTo(1);
        bed.get("/b");
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void behaviorsErrorTtlOfTheStatusRules() throws Exception {
        bed.withErrorTtl(502, 30).withErrorTtl(504, 0).withReadTimeoutSeconds(1).publish();
        bed.get("/a");
        time.advance(Duration.ofSeconds(29));
        bed.get("/a");
        assertThat(asked()).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        bed.origin.plays((asked, stage) -> {});
        assertThat(bed.get("/a").status()).isEqualTo(504);
        assertThat(asked()).isEqualTo(2);

        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("back")));
        assertThat(bed.get("/a").text()).as("an error TTL of 0 keeps nothing").isEqualTo("back");
    }

    @Test
    void invalidationRemovesIt() throws Exception {
        bed.get("/a");
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("back")));
        bed.invalidate("/*").publish();

        assertThat(bed.get("/a").text()).isEqualTo("back");
    }

    @Test
    void customErrorPageAppliesToItAsWell() throws Exception {
        bed.origin.plays((asked, stage) -> {
            if (asked.line().startsWith("GET /sorry ")) {
                stage.write(ScriptedOrigin.ok("sorry"));
            } else {
                stage.reset();
            }
        });
        bed.with(new ErrorResponse(502, "/sorry", 502, 60)).publish();

        for (int i = 0; i < 2; i++) {
            RawViewer.Response response = bed.get("/a");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).isEqualTo("sorry");
            assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
        }
        assertThat(asked()).as("one for /a and one for the page").isEqualTo(2);
    }

    @Test
    void whatIsStaleGoesFirst() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", "stored", "ETag: \"1\"", "Cache-Control: max-age=10")));
        bed.get("/a");
        time.advance(Duration.ofSeconds(20));
        bed.origin.plays((asked, stage) -> stage.reset());

        assertThat(bed.get("/a").text()).isEqualTo("stored");
        assertThat(bed.get("/a").text()).isEqualTo("stored");
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void whatMayNotStandInIsStillThereToBeValidatedAfterwards() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "stored", "ETag: \"1\"", "Cache-Control: max-age=10, stale-if-error=0")));
        bed.get("/a");
        time.advance(Duration.ofSeconds(20));
        bed.origin.plays((asked, stage) -> stage.reset());
        assertThat(bed.get("/a").status()).isEqualTo(502);
        assertThat(bed.get("/a").status()).isEqualTo(502);
        assertThat(asked()).isEqualTo(2);
        time.advance(Duration.ofSeconds(10));
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"));

        assertThat(bed.get("/a").text()).isEqualTo("stored");
    }

    @Test
    void otherRulesKeepNoFailure() throws Exception {
        for (CachePolicy policy : new CachePolicy[] {CachePolicy.RFC9111, Routes.cachePolicy(0, 0, Selection.NONE)}) {
            bed.with(policy).publish();
            int before = asked();
            bed.get("/a");
            bed.get("/a");
            assertThat(asked() - before).as(policy.name()).isEqualTo(2);
        }
    }

    @Test
    void aShieldsTimeAndTheEdgesDoNotAddUp() throws Exception {
        bed.withShieldRegion("us-east-1").publish();
        EdgeNode shield = bed.addNode("shield-1", new ShieldTable("us-east-1", Map.of()), time);
        Map<String, Shield> shields =
                Map.of("us-east-1", new Shield("127.0.0.1", shield.address().getPort(), 0, 0));
        EdgeNode one = bed.addNode("edge-1", new ShieldTable(null, shields), time);
        EdgeNode other = bed.addNode("edge-2", new ShieldTable(null, shields), time);

        assertThat(get(one).status()).isEqualTo(502);
        time.advance(Duration.ofSeconds(9));
        assertThat(get(other).status()).isEqualTo(502);
        assertThat(asked()).as("the shield has kept it").isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("back")));

        assertThat(get(other).text()).isEqualTo("back");
        assertThat(get(one).text()).isEqualTo("back");
        assertThat(asked()).isEqualTo(2);
    }

    private static RawViewer.Response get(EdgeNode node) throws Exception {
        try (RawViewer viewer = new RawViewer(node.address())) {
            return viewer.get("/a");
        }
    }
}
