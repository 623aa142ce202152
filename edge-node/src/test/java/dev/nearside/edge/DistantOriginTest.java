package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose origin is a few milliseconds away over the emulated link, where bytes come in other pieces. */
class DistantOriginTest {

    private static final String PASS_ON = "exports.handler = async (event) => event.Records[0].cf.response;";

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder, NodeSettings.DEFAULTS.with(new EdgeNodeConfig.OriginLink(6, 0)));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, 1_500, 4_674, 14_600, 40_000, 300_000})
    void aBodyKeepsItsBeginningWhileTheOriginResponseFunctionRuns(int bytes) throws Exception {
        String body = "0123456789".repeat(bytes / 10 + 1).substring(0, bytes);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok(body)));
        bed.with(EventType.ORIGIN_RESPONSE, PASS_ON).publish();

        RawViewer.Response miss = bed.get("/a");
        RawViewer.Response hit = bed.get("/a");

        assertThat(miss.text()).isEqualTo(body);
        assertThat(hit.text()).isEqualTo(body);
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void connectionsAreReusedOverTheLinkToo() throws Exception {
        bed.origin.plays(
                (asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "x", "Cache-Control: no-store")));
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 5; i++) {
                assertThat(viewer.get("/" + i).text()).isEqualTo("x");
            }
        }
        assertThat(bed.origin.connections()).isEqualTo(1);
    }

    @Test
    void aPostOverTheLinkArrivesWhole() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", Integer.toString(asked.body().length))));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 200000\r\n\r\n");
            viewer.send("z".repeat(200_000));
            assertThat(viewer.read().text()).isEqualTo("200000");
        }
    }

    @Test
    void aMissHasAnAgeOnlyIfTheOriginSaysSo() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "x", "Cache-Control: max-age=600", "Date: Mon, 23 Nov 2026 00:00:00 GMT")));
        assertThat(bed.get("/old-date").field("age")).isNull();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", "x", "Cache-Control: max-age=600", "Age: 100")));
        assertThat(bed.get("/from-a-cache").field("age")).isEqualTo("100");
    }
}
