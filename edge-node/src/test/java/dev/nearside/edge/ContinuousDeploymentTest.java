package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleWeight;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.Stickiness;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A staging distribution behind its primary on a whole node. */
class ContinuousDeploymentTest {

    private static final String STAGE = "aws-cf-cd-stage: on";
    private static final ContinuousDeploymentPolicy BY_HEADER =
            new ContinuousDeploymentPolicy("cd", true, "E2", new SingleHeader("aws-cf-cd-stage", "on"), null);
    private static final ContinuousDeploymentPolicy ALWAYS_STICKY =
            new ContinuousDeploymentPolicy("cd", true, "E2", null, new SingleWeight(1, new Stickiness(300, 600, 7)));
    private static final ContinuousDeploymentPolicy NEVER_STICKY =
            new ContinuousDeploymentPolicy("cd", true, "E2", null, new SingleWeight(0, new Stickiness(300, 600, 7)));

    private final ManualTime time = new ManualTime(1_700_000_000_000L);

    @TempDir
    private Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder.resolve("main"), time).with(TestBed.CACHING_OPTIMIZED);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", asked.line().contains("/next") ? "next" : "now", "Cache-Control: max-age=60")));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private String trace(RawViewer.Response response) throws Exception {
        // Once a second request on the connection is answered, the trace of the first is there.
        return bed.node()
                .traces()
                .find(response.field("x-amz-cf-id"))
                .orElseThrow()
                .toString();
    }

    private RawViewer.Response getAndEnd(String path, String... fields) throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response response = viewer.get(path, fields);
            viewer.send("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n").read();
            return response;
        }
    }

    @Test
    void fieldLeadsToTheStagingDistributionAndEverythingSaysSo() throws Exception {
        bed.with(BY_HEADER, "/next").publish();

        RawViewer.Response plain = getAndEnd("/a");
        RawViewer.Response staged = getAndEnd("/a", STAGE);

        assertThat(plain.text()).isEqualTo("now");
        assertThat(plain.field("x-nearside-distribution")).isEqualTo("E1; primary=E1");
        assertThat(staged.text()).isEqualTo("next");
        assertThat(staged.field("x-nearside-distribution")).isEqualTo("E2; primary=E1");
        assertThat(staged.field("set-cookie")).isNull();
        assertThat(trace(plain)).contains("\"distribution\":\"E1\"", "\"primaryDistribution\":\"E1\"");
        assertThat(trace(staged)).contains("\"distribution\":\"E2\"", "\"primaryDistribution\":\"E1\"");
    }

    @Test
    void cachesAreSeparate() throws Exception {
        bed.with(BY_HEADER, "/next").publish();
        bed.get("/a");
        bed.get("/a", STAGE);

        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
        RawViewer.Response staged = bed.get("/a", STAGE);
        assertThat(staged.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(staged.text()).isEqualTo("next");
        assertThat(bed.origin.requests())
                .extracting(ScriptedOrigin.Asked::line)
                .containsExactly("GET /a HTTP/1.1", "GET /next/a HTTP/1.1");
    }

    @Test
    void stagingDistributionAnswersThroughItsPrimaryOnly() throws Exception {
        bed.with(BY_HEADER, "/next").publish();
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response direct = viewer.send("GET / HTTP/1.1\r\nHost: e2.cdn.localhost\r\n" + STAGE + "\r\n\r\n")
                    .read();

            assertThat(direct.status()).isEqualTo(403);
            assertThat(direct.text())
                    .contains("No enabled distribution answers on the host", "<li>e1.cdn.localhost")
                    .doesNotContain("<li>e2.cdn.localhost");
        }
    }

    @Test
    void withoutAPolicyNothingIsAdded() throws Exception {
        bed.publish();

        RawViewer.Response response = getAndEnd("/a", STAGE);

        assertThat(response.field("x-nearside-distribution")).isNull();
        assertThat(trace(response)).doesNotContain("primaryDistribution");
    }

    @Test
    void errorPagesComeFromTheDistributionThatServes() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.line().contains("/e.html")
                        ? ScriptedOrigin.response("200 OK", asked.line().contains("/next") ? "sorry next" : "sorry now")
                        : ScriptedOrigin.response("404 Not Found", "missing")));
        bed.with(new ErrorResponse(404, "/e.html", 404, 10))
                .with(BY_HEADER, "/next")
                .publish();

        assertThat(bed.get("/a", STAGE).text()).isEqualTo("sorry next");
        assertThat(bed.get("/a").text()).isEqualTo("sorry now");
    }

    @Test
    void sessionStaysWhereItBeganAndItsCookieStaysAtTheNode() throws Exception {
        CachePolicy keyWithCookies = new CachePolicy(
                "cookies",
                "cookies",
                CachePolicy.TtlRules.CLOUDFRONT,
                1,
                60,
                60,
                Selection.NONE,
                Selection.ALL,
                Selection.NONE,
                false,
                false);
        bed.with(keyWithCookies).with(ALWAYS_STICKY, "/next").publish();
        RawViewer.Response first = bed.get("/a");
        String cookie = first.field("set-cookie").split(";", 2)[0];
        bed.with(NEVER_STICKY, "/next").publish();

        time.advance(Duration.ofSeconds(1));
        RawViewer.Response second = bed.get("/a", "Cookie: " + cookie);
        RawViewer.Response stranger = bed.get("/a");

        assertThat(first.text()).isEqualTo("next");
        assertThat(second.text()).isEqualTo("next");
        assertThat(second.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(second.field("set-cookie"))
                .startsWith("nearside-cd-session=")
                .isNotEqualTo(first.field("set-cookie"));
        assertThat(stranger.text()).isEqualTo("now");
        time.advance(Duration.ofMinutes(5));
        assertThat(bed.get("/b", "Cookie: " + cookie).text()).isEqualTo("now");
        assertThat(bed.origin.requests()).allMatch(asked -> asked.field("cookie") == null);
    }

    @Test
    void shieldsServeStagingDistributionsToo() throws Exception {
        bed.withShieldRegion("us-east-1").with(BY_HEADER, "/next").publish();
        EdgeNode shield = bed.addNode("shield-1", new EdgeNodeConfig.ShieldTable("us-east-1", Map.of()));
        EdgeNode edge = bed.addNode(
                "edge-1",
                new EdgeNodeConfig.ShieldTable(
                        null,
                        Map.of(
                                "us-east-1",
                                new Shield("127.0.0.1", shield.address().getPort(), 0, 0))));
        try (RawViewer viewer = new RawViewer(edge.address())) {
            RawViewer.Response staged = viewer.get("/a", STAGE);
            viewer.get("/b");

            assertThat(staged.text()).isEqualTo("next");
            assertThat(edge.traces()
                            .find(staged.field("x-amz-cf-id"))
                            .orElseThrow()
                            .toString())
                    .contains("Miss at the shield us-east-1");
        }
    }

    @Test
    void promotionUnderTrafficMixesNothingAndFailsNothing() throws Exception {
        bed.origin.plays((asked, stage) -> {
            String version = asked.line().contains("/next") ? "next" : "now";
            stage.write(ScriptedOrigin.response(
                    "200 OK", version.repeat(2_000), "Cache-Control: no-store", "X-Version: " + version));
        });
        bed.with(BY_HEADER, "/next").publish();
        AtomicBoolean going = new AtomicBoolean(true);
        CountDownLatch underWay = new CountDownLatch(4);
        List<Future<List<String>>> viewers = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                int number = i;
                viewers.add(pool.submit(() -> versionsSeen(number, going, underWay)));
            }
            underWay.await();
            bed.promote().publish();
            going.set(false);
        }
        for (Future<List<String>> viewer : viewers) {
            List<String> versions = viewer.get();
            assertThat(versions).endsWith("next");
            assertThat(versions.subList(versions.indexOf("next"), versions.size()))
                    .containsOnly("next");
        }
        assertThat(viewers.get(1).get()).startsWith("now");
    }

    /**
     * Asks until told to stop, and once more then; each response must be of one version whole. Each path is asked for
     * once, because a promotion leaves what the primary distribution has in its cache. Viewer 0 is for staging.
     */
    private List<String> versionsSeen(int number, AtomicBoolean going, CountDownLatch underWay) throws Exception {
        List<String> versions = new ArrayList<>();
        try (RawViewer viewer = bed.viewer()) {
            boolean last;
            do {
                last = !going.get();
                String path = "/" + number + "/" + versions.size();
                RawViewer.Response response = number == 0 ? viewer.get(path, STAGE) : viewer.get(path);
                String version = response.field("x-version");
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.text()).isEqualTo(version.repeat(2_000));
                versions.add(version);
                if (versions.size() == 5) {
                    underWay.countDown();
                }
            } while (!last);
        }
        return versions;
    }
}
