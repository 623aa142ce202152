package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.watch.Acknowledgement;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudFront Functions on the viewer events of a real node. */
class CloudFrontFunctionsOnEventsTest {

    private static final String V1 = CloudFrontFunction.RUNTIME_1_0;
    private static final String V2 = CloudFrontFunction.RUNTIME_2_0;

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void bothEventsOfOneBehavior() throws Exception {
        bed.withCloudFront(EventType.VIEWER_REQUEST, V1, """
                function handler(event) {
                    var request = event.request;
                    request.uri = '/canonical';
                    request.querystring.lang = { value: 'en' };
                    request.headers['x-added'] = { value: 'by the function' };
                    request.cookies.seen = { value: '1' };
                    return request;
                }""")
                .withCloudFront(EventType.VIEWER_RESPONSE, V2, """
                        async function handler(event) {
                            const response = event.response;
                            response.headers['x-asked'] = { value: event.request.uri };
                            response.cookies.mark = { value: 'm', attributes: 'Path=/' };
                            return response;
                        }""")
                .publish();
        RawViewer.Response miss = bed.get("/a?x=1");
        assertThat(miss.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(miss.field("x-asked")).isEqualTo("/canonical");
        assertThat(miss.field("set-cookie")).isEqualTo("mark=m; Path=/");
        assertThat(bed.get("/b?x=1").field("x-cache")).isEqualTo("Hit from cloudfront");
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.line()).isEqualTo("GET /canonical?x=1&lang=en HTTP/1.1");
        assertThat(asked.field("x-added")).isEqualTo("by the function");
        assertThat(asked.field("cookie")).isEqualTo("seen=1");
    }

    @Test
    void generatedResponseSkipsEverythingElse() throws Exception {
        bed.withCloudFront(EventType.VIEWER_REQUEST, V2, """
                function handler(event) {
                    return { statusCode: 404, statusDescription: 'Gone', headers: { 'x-own': { value: '1' } },
                        cookies: { c: { value: '2' } }, body: { encoding: 'text', data: 'made at the edge' } };
                }""")
                .withCloudFront(EventType.VIEWER_RESPONSE, V2, "function handler(event) { throw 'must not run'; }")
                .publish();
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).isEqualTo("made at the edge");
        assertThat(response.field("x-own")).isEqualTo("1");
        assertThat(response.field("set-cookie")).isEqualTo("c=2");
        assertThat(response.field("x-cache")).isEqualTo("FunctionGeneratedResponse from cloudfront");
        assertThat(bed.origin.requests()).isEmpty();
    }

    @Test
    void viewerResponseMayChangeStatusAndBodyOfMissesAndHits() throws Exception {
        bed.withCloudFront(EventType.VIEWER_RESPONSE, V2, """
                function handler(event) {
                    const response = event.response;
                    response.statusCode = 203;
                    response.body = 'instead of ' + response.headers['content-length'].value + ' bytes';
                    return response;
                }""").publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", "x".repeat(100_000), "Cache-Control: max-age=60")));
        for (String result : new String[] {"Miss", "Hit"}) {
            RawViewer.Response response = bed.get("/a");
            assertThat(response.field("x-cache")).isEqualTo(result + " from cloudfront");
            assertThat(response.status()).isEqualTo(203);
            assertThat(response.text()).isEqualTo("instead of 100000 bytes");
        }
    }

    @Test
    void viewerResponseMayTakeTheBodyAway() throws Exception {
        bed.withCloudFront(
                        EventType.VIEWER_RESPONSE,
                        V2,
                        "function handler(event) { event.response.statusCode = 204; return event.response; }")
                .publish();
        try (RawViewer viewer = bed.viewer()) {
            assertThat(viewer.get("/a").status()).isEqualTo(204);
            assertThat(viewer.get("/a").status()).isEqualTo(204);
        }
    }

    @Test
    void viewerResponseDoesNotRunOnErrorsOfTheOrigin() throws Exception {
        bed.withCloudFront(EventType.VIEWER_RESPONSE, V2, "function handler(event) { throw 'must not run'; }")
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("404 Not Found", "none")));
        assertThat(bed.get("/a").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            function handler(event) { throw new Error('broken'); }              | 503 | FunctionExecutionError
            function handler(event) { while (true) {} }                         | 503 | FunctionThrottledError
            function handler(event) {                                           | 503 | FunctionThrottledError
            function handler(event) { return 1; }                               | 502 | FunctionValidationError
            function handler(e) { e.request.headers.via = {value: 'x'}; return e.request; } | 502 | FunctionValidationError
            function handler(e) { delete e.request.headers.host; return e.request; } | 502 | FunctionValidationError
            """)
    void failuresAnswerAsCloudFrontDoes(String code, int status, String result) throws Exception {
        bed.withCloudFront(EventType.VIEWER_REQUEST, V2, code).publish();
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.field("x-cache")).isEqualTo(result + " from cloudfront");
        assertThat(bed.origin.requests()).isEmpty();
    }

    @Test
    void failureOnViewerResponseAnswersInsteadOfTheOrigin() throws Exception {
        bed.withCloudFront(EventType.VIEWER_RESPONSE, V2, "function handler(event) { throw new Error('broken'); }")
                .publish();
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("FunctionExecutionError from cloudfront");
    }

    @Test
    void seesWhatCloudFrontKnowsOfTheViewerAndCannotForgeIt() throws Exception {
        bed.with(new OriginRequestPolicy(
                        "orp",
                        "device",
                        Selection.NONE,
                        Selection.only("CloudFront-Is-Mobile-Viewer"),
                        Selection.NONE,
                        Selection.NONE))
                .withCloudFront(EventType.VIEWER_REQUEST, V2, """
                        function handler(event) {
                            const headers = event.request.headers;
                            headers['x-seen'] = headers['cloudfront-is-mobile-viewer'];
                            headers['cloudfront-viewer-city'] = { value: 'Forged' };
                            return event.request;
                        }""")
                .publish();
        bed.get("/a", "User-Agent: Mozilla/5.0 (iPhone) Mobile", "CloudFront-Is-Mobile-Viewer: maybe");
        ScriptedOrigin.Asked asked = bed.origin.requests().getFirst();
        assertThat(asked.field("x-seen")).isEqualTo("true");
        assertThat(asked.field("cloudfront-is-mobile-viewer")).isEqualTo("true");
        assertThat(asked.field("cloudfront-viewer-city")).isNull();
    }

    @Test
    void requestGoesToTheOriginThatAFunctionChose() throws Exception {
        try (ScriptedOrigin other = new ScriptedOrigin()) {
            other.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("from the other origin")));
            bed.withCloudFront(EventType.VIEWER_REQUEST, V2, """
                    import cf from 'cloudfront';
                    function handler(event) {
                        cf.updateRequestOrigin({ originPath: '/tree', hostHeader: 'other.test',
                            customHeaders: { 'x-secret': '42' }, customOriginConfig: { port: %d, protocol: 'http' } });
                        return event.request;
                    }""".formatted(other.port()))
                    .publish();
            assertThat(bed.get("/a").text()).isEqualTo("from the other origin");
            ScriptedOrigin.Asked asked = other.requests().getFirst();
            assertThat(asked.line()).isEqualTo("GET /tree/a HTTP/1.1");
            assertThat(asked.field("host")).isEqualTo("other.test");
            assertThat(asked.field("x-secret")).isEqualTo("42");
            assertThat(bed.origin.requests()).isEmpty();
        }
    }

    @Test
    void originsOfTheDistributionAreChosenByIdAndTriedInTurn() throws Exception {
        try (ScriptedOrigin second = new ScriptedOrigin()) {
            second.plays((asked, stage) -> stage.write(ScriptedOrigin.response("404 Not Found", "not here")));
            bed.withOriginGroup(second.port(), 500)
                    .withCloudFront(EventType.VIEWER_REQUEST, V2, """
                            import cf from 'cloudfront';
                            function handler(event) {
                                if (event.request.uri === '/second') {
                                    cf.selectRequestOriginById('second');
                                } else {
                                    cf.createRequestOriginGroup({ originIds: [{ originId: 'second' }, { originId: 'main' }],
                                        failoverCriteria: { statusCodes: [404] } });
                                }
                                return event.request;
                            }""")
                    .publish();
            assertThat(bed.get("/second").status()).isEqualTo(404);
            assertThat(bed.origin.requests()).isEmpty();
            assertThat(bed.get("/group").status()).isEqualTo(200);
            assertThat(second.requests()).hasSize(2);
            assertThat(bed.origin.requests()).hasSize(1);
        }
    }

    @Test
    void newContentOfAStoreIsReadAtOnce() throws Exception {
        for (String target : new String[] {"/one", "/two"}) {
            bed.with(new KeyValueStore(
                            "arn:aws:cloudfront::000000000000:key-value-store/s", "links", 1, 2, Map.of("a", target)))
                    .withCloudFront(EventType.VIEWER_REQUEST, V2, """
                            import cf from 'cloudfront';
                            async function handler(event) {
                                event.request.uri = await cf.kvs().get(event.request.uri.slice(1));
                                return event.request;
                            }""")
                    .publish();
            bed.get("/a");
            assertThat(bed.origin.requests().getLast().line()).isEqualTo("GET " + target + " HTTP/1.1");
        }
        assertThat(bed.get("/b").field("x-cache")).isEqualTo("FunctionExecutionError from cloudfront");
    }

    @Test
    void traceTellsTheRunsWithTheirUtilisationAndMasksCookies() throws Exception {
        bed.withCloudFront(EventType.VIEWER_REQUEST, V2, """
                import cf from 'cloudfront';
                function handler(event) {
                    console.log('hello');
                    cf.updateRequestOrigin({ originPath: '' });
                    return event.request;
                }""").publish();
        String id = bed.get("/a", "Cookie: session=secret").field("x-amz-cf-id");
        Waiting.until("the trace is there", () -> bed.node().traces().find(id).isPresent());
        JsonNode trace = bed.node().traces().find(id).orElseThrow();
        JsonNode run = trace.path("functions").path(0);
        assertThat(run.path("eventType").asText()).isEqualTo("viewer-request");
        assertThat(run.path("function").asText()).endsWith(":function/viewer-request");
        assertThat(run.path("outcome").asText()).isEqualTo("returned");
        assertThat(run.path("computeUtilization").asInt()).isBetween(1, 50);
        assertThat(run.path("log").path(0).asText()).isEqualTo("hello");
        assertThat(run.path("eventIn").path("version").asText()).isEqualTo("1.0");
        assertThat(run.path("eventOut").path("uri").asText()).isEqualTo("/a");
        assertThat(run.path("originChange").has("updateRequestOrigin")).isTrue();
        assertThat(trace.toString()).doesNotContain("secret");
    }

    @Test
    void bothKindsOnViewerEventsAreRejected() {
        bed.withCloudFront(EventType.VIEWER_REQUEST, V2, "function handler(event) { return event.request; }")
                .with(EventType.VIEWER_RESPONSE, "exports.handler = async () => null;");
        Acknowledgement acknowledgement = bed.publish();
        assertThat(acknowledgement.applied()).isFalse();
        assertThat(acknowledgement.reason()).contains("expected one kind only");
    }

    @Test
    void lambdaMayHaveTheOriginEvents() throws Exception {
        bed.withCloudFront(EventType.VIEWER_REQUEST, V1, """
                function handler(event) { event.request.headers['x-one'] = { value: '1' }; return event.request; }""")
                .with(EventType.ORIGIN_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            request.headers['x-two'] = [{ key: 'X-Two', value: request.headers['x-one'][0].value + '2' }];
                            return request;
                        };""")
                .publish();
        bed.get("/a");
        assertThat(bed.origin.requests().getFirst().field("x-two")).isEqualTo("12");
    }
}
