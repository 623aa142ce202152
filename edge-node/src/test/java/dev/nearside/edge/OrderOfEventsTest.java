package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.signing.Signer;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Distribution.GeoRestriction;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order CloudFront's edge does things, and on which events functions do not run. */
class OrderOfEventsTest {

    private static final String MUST_NOT_RUN = "exports.handler = async () => { throw new Error('must not run'); };";

    /** Counts its own runs into a field of the request. */
    private static final String COUNTS = """
            let runs = 0;
            exports.handler = async (event) => {
                const request = event.Records[0].cf.request;
                request.headers['x-runs'] = [{ key: 'X-Runs', value: ++runs + ' ' + request.uri }];
                return request;
            };""";

    private static final int LATER_REVISION = 100;

    @TempDir
    private Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder, time);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void placeAndSignatureAreCheckedBeforeViewerFunctions() throws Exception {
        Signer signer = Signer.rsa("K1");
        bed.with(signer.group())
                .with(new GeoRestriction(GeoRestriction.Type.BLACKLIST, List.of("DE")))
                .with(EventType.VIEWER_REQUEST, MUST_NOT_RUN)
                .with(EventType.VIEWER_RESPONSE, MUST_NOT_RUN)
                .publish();

        RawViewer.Response unsigned = bed.get("/a");
        assertThat(unsigned.status()).isEqualTo(403);
        assertThat(unsigned.text()).contains("<Code>MissingKey</Code>");
        RawViewer.Response blocked =
                bed.getFrom("127.64.1.1", "/a?" + signer.canned("http://site.test/a", 4_000_000_000L));
        assertThat(blocked.status()).isEqualTo(403);
        assertThat(blocked.text()).contains("block access from your country");
        assertThat(blocked.field("server")).isEqualTo("CloudFront");
    }

    @Test
    void redirectToHttpsRunsNoFunction() throws Exception {
        bed.with(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                .with(EventType.VIEWER_REQUEST, MUST_NOT_RUN)
                .with(EventType.VIEWER_RESPONSE, MUST_NOT_RUN)
                .publish();

        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("server")).isEqualTo("CloudFront");
    }

    @Test
    void customErrorPageRunsNoViewerFunction() throws Exception {
        bed.with(new ErrorResponse(404, "/404.html", 200, 10))
                .with(EventType.VIEWER_REQUEST, COUNTS)
                .with(EventType.VIEWER_RESPONSE, MUST_NOT_RUN)
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(
                asked.line().startsWith("GET /404.html ")
                        ? ScriptedOrigin.response("200 OK", asked.field("x-runs"))
                        : ScriptedOrigin.response("404 Not Found", "no")));

        RawViewer.Response page = bed.get("/missing");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).as("the function's only run").isEqualTo("1 /missing");
    }

    @Test
    void staleGoesBeforeTheCustomErrorPage() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED)
                .with(new ErrorResponse(503, "/503.html", 200, 10))
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "stored", "Cache-Control: max-age=10, stale-if-error=60", "ETag: \"1\"")));
        bed.get("/a");
        time.advance(Duration.ofSeconds(20));
        bed.origin.plays((asked, stage) -> stage.write(
                asked.line().startsWith("GET /503.html ")
                        ? ScriptedOrigin.ok("sorry")
                        : ScriptedOrigin.response("503 Service Unavailable", "down")));

        assertThat(bed.get("/a").text()).isEqualTo("stored");
        assertThat(bed.get("/b").text()).isEqualTo("sorry");
    }

    @Test
    void originRequestRunsForRevalidationsAndNotForHits() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, COUNTS).publish();
        bed.origin.plays((asked, stage) -> stage.write(
                asked.field("If-None-Match") == null
                        ? ScriptedOrigin.response("200 OK", "body", "ETag: \"1\"", "Cache-Control: max-age=10")
                        : "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=10\r\n\r\n"));
        bed.get("/a");
        bed.get("/a");
        time.advance(Duration.ofSeconds(10));

        assertThat(bed.get("/a").field("x-cache")).isEqualTo("RefreshHit from cloudfront");
        assertThat(bed.origin.requests())
                .extracting(asked -> asked.field("x-runs"))
                .containsExactly("1 /a", "2 /a");
    }

    @Test
    void originResponseRunsForErrorsAndNotForWhatOriginRequestMade() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.headers['x-seen'] = [{ key: 'X-Seen', value: response.status }];
                    return response;
                };""")
                .with(EventType.ORIGIN_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    return request.uri === '/made' ? { status: '200', body: 'made' } : request;
                };""")
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("500 Oops", "broken")));

        assertThat(bed.get("/a").field("x-seen")).isEqualTo("500");
        RawViewer.Response made = bed.get("/made");
        assertThat(made.text()).isEqualTo("made");
        assertThat(made.field("x-seen")).isNull();
    }

    /** The behavior is that of the viewer's URI, whatever a function makes of it. */
    @Test
    void behaviorIsChosenBeforeTheFunctionRewrites() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    request.uri = '/api' + request.uri;
                    return request;
                };""").publish();
        publish(changed("", List.of(httpsOnly("/api/*"))));

        assertThat(bed.get("/a").status()).isEqualTo(200);
        assertThat(bed.origin.requests().getFirst().line()).isEqualTo("GET /api/a HTTP/1.1");
        assertThat(bed.get("/api/a").status()).isEqualTo(403);
    }

    @Test
    void rootObjectTakesThePlaceOfTheRootAloneAfterTheFunction() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, COUNTS).publish();
        publish(changed("index.html", List.of()));

        bed.get("/");
        assertThat(bed.get("/index.html").field("x-cache")).isEqualTo("Hit from cloudfront");
        bed.get("/folder/");
        assertThat(bed.origin.requests())
                .extracting(ScriptedOrigin.Asked::line)
                .containsExactly("GET /index.html HTTP/1.1", "GET /folder/ HTTP/1.1");
        assertThat(bed.origin.requests().getFirst().field("x-runs")).isEqualTo("1 /");
    }

    @Test
    void whatAFunctionRewroteIsInvalidatedUnderItsNewUri() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    request.uri = '/canonical';
                    return request;
                };""").publish();
        bed.get("/a");
        bed.invalidate("/a").publish();
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
        bed.invalidate("/canonical").publish();
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
    }

    @Test
    void redirectOfTheOriginIsPassedOnAndNotFollowed() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("302 Found", "", "Location: http://site.test/elsewhere")));

        RawViewer.Response response = bed.get("/a");

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.field("location")).isEqualTo("http://site.test/elsewhere");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    /** With a minimum TTL of 0 such answers are for one viewer each, so nobody waits for another's. */
    @ParameterizedTest
    @ValueSource(strings = {"private", "no-store", "no-cache", "max-age=0"})
    void requestsForWhatIsNotKeptAreNotCollapsed(String directive) throws Exception {
        int viewers = 4;
        bed.with(Routes.cachePolicy(0, 600, Selection.NONE)).publish();
        CountDownLatch answer = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            answer.await();
            stage.write(ScriptedOrigin.response("200 OK", "mine", "Cache-Control: " + directive));
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<RawViewer.Response>> asks = IntStream.range(0, viewers)
                    .<Callable<RawViewer.Response>>mapToObj(_ -> () -> bed.get("/a"))
                    .toList();
            List<Future<RawViewer.Response>> answers =
                    asks.stream().map(threads::submit).toList();
            answer.countDown();
            for (Future<RawViewer.Response> got : answers) {
                assertThat(got.get().field("x-cache")).isEqualTo("Miss from cloudfront");
            }
        }
        assertThat(bed.origin.requests()).hasSize(viewers);
    }

    private Behavior httpsOnly(String pattern) {
        Behavior usual = published().defaultBehavior();
        return new Behavior(
                pattern,
                usual.targetOriginId(),
                ViewerProtocolPolicy.HTTPS_ONLY,
                usual.allowedMethods(),
                usual.cachedMethods(),
                usual.cachePolicyId(),
                null,
                null,
                false,
                List.of(),
                List.of());
    }

    private Distribution published() {
        return bed.resources().stream()
                .filter(Distribution.class::isInstance)
                .map(Distribution.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private Distribution changed(String rootObject, List<Behavior> behaviors) {
        Distribution usual = published();
        return new Distribution(
                usual.id(),
                usual.domainName(),
                usual.aliases(),
                true,
                rootObject,
                usual.origins(),
                usual.defaultBehavior(),
                behaviors,
                usual.originGroups(),
                usual.errorResponses(),
                usual.geoRestriction(),
                usual.logging());
    }

    /** Publishes what the bed has, with that distribution in place of its own. */
    private void publish(Distribution distribution) {
        List<Resource> resources = bed.resources().stream()
                .<Resource>map(resource -> resource instanceof Distribution ? distribution : resource)
                .toList();
        bed.controlPlane.publish(Snapshot.of("state", LATER_REVISION, resources));
        assertThat(bed.controlPlane.awaitAcknowledgement().applied()).isTrue();
    }
}
