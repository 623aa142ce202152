package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.testing.DeadPort;
import dev.nearside.kit.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CloudFront's origin groups: when the second origin is asked, and when it is not. */
class OriginGroupsTest {

    private static final int ORIGIN_SHARE = 3;

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final ScriptedOrigin second = new ScriptedOrigin();
    private DeadPort dead;
    private TestBed bed;

    OriginGroupsTest() throws IOException {}

    @BeforeEach
    void startNode() throws Exception {
        dead = new DeadPort();
        EdgeNodeConfig.Limits limits = new EdgeNodeConfig.Limits(0, 0, 0, 0, 0, ORIGIN_SHARE, 0, 0);
        bed = TestBed.start(folder, NodeSettings.DEFAULTS.with(limits).with(time));
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("503 Service Unavailable", "primary")));
        second.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("second")));
    }

    @AfterEach
    void stopNode() throws Exception {
        Waiting.until("no byte is in flight", () -> bed.node().cache().bytesInFlight() == 0);
        bed.close();
        dead.close();
        second.close();
    }

    @Test
    void secondIsAskedUponAListedStatus() throws Exception {
        bed.withOriginGroup(second.port(), 503).publish();

        assertThat(bed.get("/a").text()).isEqualTo("second");
        assertThat(second.requests().getFirst().field("host")).isEqualTo("localhost:" + second.port());
        assertThat(bed.get("/a").field("x-cache")).startsWith("Hit");
        bed.get("/b");
        assertThat(bed.origin.requests()).as("the primary is tried each time").hasSize(2);
    }

    @Test
    void otherStatusesAreAnswersLikeAnyOther() throws Exception {
        bed.withOriginGroup(second.port(), 500, 404).publish();

        assertThat(bed.get("/a").text()).isEqualTo("primary");
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void secondsFailureIsTheAnswer() throws Exception {
        bed.withOriginGroup(second.port(), 503).publish();
        second.plays((asked, stage) -> stage.write(ScriptedOrigin.response("503 Service Unavailable", "second too")));

        assertThat(bed.get("/a").text()).isEqualTo("second too");
    }

    @Test
    void refusedConnectionCountsAs503() throws Exception {
        bed.withOriginPort(dead.number()).withOriginGroup(second.port(), 503).publish();
        assertThat(bed.get("/a").text()).isEqualTo("second");
        bed.withOriginGroup(second.port(), 500, 502, 504).publish();
        assertThat(bed.get("/b").status()).isEqualTo(502);
    }

    @Test
    void silenceCountsAs504() throws Exception {
        bed.withReadTimeoutSeconds(1).withOriginGroup(second.port(), 504).publish();
        bed.origin.plays((asked, stage) -> {});

        assertThat(bed.get("/a").text()).isEqualTo("second");
        bed.withOriginGroup(second.port(), 503).publish();
        assertThat(bed.get("/b").status()).isEqualTo(504);
    }

    @Test
    void whatMayHaveChangedSomethingIsNotRepeated() throws Exception {
        bed.withOriginGroup(second.port(), 503).publish();
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.request("POST", "/a", "Content-Length: 0").text()).isEqualTo("primary");
            assertThat(viewer.request("HEAD", "/a").status()).isEqualTo(200);
        }
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void aRequestWhoseBodyIsGoneIsNotRepeated() throws Exception {
        bed.withOriginGroup(second.port(), 503).publish();
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("OPTIONS /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 4\r\n\r\nbody");
            assertThat(viewer.read().text()).isEqualTo("primary");
        }
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void originRequestFunctionRunsForEachAttempt() throws Exception {
        bed.withOriginGroup(second.port(), 503)
                .with(
                        EventType.ORIGIN_REQUEST,
                        "exports.handler = async (e) => { const r = e.Records[0].cf.request;"
                                + " r.headers['x-port'] = [{key: 'X-Port', value: String(r.origin.custom.port)}];"
                                + " return r; };")
                .publish();

        assertThat(bed.get("/a").text()).isEqualTo("second");
        assertThat(bed.origin.requests().getFirst().field("x-port")).isEqualTo(Integer.toString(bed.origin.port()));
        assertThat(second.requests().getFirst().field("x-port")).isEqualTo(Integer.toString(second.port()));
    }

    @Test
    void originThatBreaksOffWhileItsFunctionRunsIsGivenUpOnce() throws Exception {
        bed.withOriginGroup(second.port(), 503)
                .with(
                        EventType.ORIGIN_RESPONSE,
                        "exports.handler = async (e) => { await new Promise(r => setTimeout(r, 300));"
                                + " return e.Records[0].cf.response; };")
                .publish();
        bed.origin.plays((asked, stage) -> {
            stage.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun");
            stage.reset();
        });

        for (int i = 0; i < 3; i++) {
            RawViewer.Response answer = bed.get("/" + i);
            boolean broken = answer.status() == 502 || !answer.whole();
            assertThat(broken || answer.text().equals("second")).isTrue();
        }
    }

    @Test
    void staleIsServedOnlyWhenBothHaveFailed() throws Exception {
        bed.withOriginGroup(second.port(), 503).publish();
        second.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("200 OK", "stored", "Cache-Control: max-age=10, stale-if-error=60")));
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));
        second.plays((asked, stage) -> stage.write(ScriptedOrigin.response("500 Internal Server Error", "")));

        assertThat(bed.get("/a").text()).isEqualTo("stored");
        assertThat(second.requests()).hasSize(2);
        second.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("new")));
        assertThat(bed.get("/a").text()).isEqualTo("new");
    }

    @Test
    void sharesOfBothOriginsAreGivenBack() throws Exception {
        bed.withOriginGroup(second.port(), 503).publish();
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i <= ORIGIN_SHARE; i++) {
                assertThat(viewer.get("/" + i).text()).isEqualTo("second");
            }
        }
    }
}
