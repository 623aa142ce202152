package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JavaScript handlers on the four events of a real node: what they change, and what their failures come to. */
class FunctionsOnEventsTest {

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
    void viewerRequestRewritesWhatIsLookedUpAndAsked() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    request.uri = '/canonical';
                    request.querystring = 'lang=en';
                    request.headers['x-added'] = [{ key: 'X-Added', value: 'by the function' }];
                    return request;
                };""").publish();
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/b").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(bed.origin.requests().getFirst().line()).isEqualTo("GET /canonical?lang=en HTTP/1.1");
        assertThat(bed.origin.requests().getFirst().field("x-added")).isEqualTo("by the function");
    }

    @Test
    void viewerRequestAnswersByItself() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = (event, context, callback) => callback(null, {
                    status: '302',
                    statusDescription: 'Found',
                    headers: { location: [{ key: 'Location', value: '/elsewhere' }] },
                    body: 'moved'
                });""")
                .with(EventType.VIEWER_RESPONSE, "exports.handler = async () => { throw new Error('must not run'); };")
                .publish();
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(302);
        assertThat(response.field("location")).isEqualTo("/elsewhere");
        assertThat(response.text()).isEqualTo("moved");
        assertThat(response.field("x-cache")).isEqualTo("LambdaGeneratedResponse from cloudfront");
        assertThat(bed.origin.requests()).isEmpty();
    }

    @Test
    void originRequestRunsOnMissesOnlyAndChangesTheOrigin() throws Exception {
        try (ScriptedOrigin other = new ScriptedOrigin()) {
            other.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("from the other origin")));
            bed.with(EventType.ORIGIN_REQUEST, """
                    exports.handler = async (event) => {
                        const request = event.Records[0].cf.request;
                        request.origin.custom.port = %d;
                        request.origin.custom.path = '/tree';
                        request.origin.custom.customHeaders['x-secret'] = [{ key: 'X-Secret', value: '42' }];
                        request.headers.host = [{ key: 'Host', value: 'other.test' }];
                        return request;
                    };""".formatted(other.port())).publish();
            assertThat(bed.get("/a").text()).isEqualTo("from the other origin");
            assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
            assertThat(other.requests()).hasSize(1);
            assertThat(other.requests().getFirst().line()).isEqualTo("GET /tree/a HTTP/1.1");
            assertThat(other.requests().getFirst().field("host")).isEqualTo("other.test");
            assertThat(other.requests().getFirst().field("x-secret")).isEqualTo("42");
            assertThat(bed.origin.requests()).isEmpty();
        }
    }

    @Test
    void originRequestAnswersByItselfAndTheAnswerIsCached() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, """
                let count = 0;
                exports.handler = async () => ({
                    status: '200',
                    headers: { 'cache-control': [{ value: 'max-age=60' }], 'x-count': [{ value: String(++count) }] },
                    bodyEncoding: 'base64',
                    body: Buffer.from('made at the edge').toString('base64')
                });""").publish();
        RawViewer.Response first = bed.get("/a");
        assertThat(first.text()).isEqualTo("made at the edge");
        assertThat(first.field("x-cache")).isEqualTo("LambdaGeneratedResponse from cloudfront");
        RawViewer.Response second = bed.get("/a");
        assertThat(second.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(second.field("x-count")).isEqualTo("1");
        assertThat(second.text()).isEqualTo("made at the edge");
    }

    @Test
    void originResponseChangesStatusFieldsAndBodyOnceForAllHits() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                    const { request, response } = event.Records[0].cf;
                    response.status = '203';
                    response.headers['x-asked'] = [{ key: 'X-Asked', value: request.uri }];
                    delete response.headers['x-gone'];
                    return response;
                };""").publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", "origin", "Cache-Control: max-age=60", "X-Gone: 1")));
        for (String result : new String[] {"Miss", "Hit"}) {
            RawViewer.Response response = bed.get("/a");
            assertThat(response.field("x-cache")).isEqualTo(result + " from cloudfront");
            assertThat(response.status()).isEqualTo(203);
            assertThat(response.field("x-asked")).isEqualTo("/a");
            assertThat(response.field("x-gone")).isNull();
            assertThat(response.text()).isEqualTo("origin");
        }
    }

    @Test
    void originResponseMayReplaceTheBody() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.body = 'instead';
                    return response;
                };""").publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("x".repeat(100_000))));
        assertThat(bed.get("/a").text()).isEqualTo("instead");
        RawViewer.Response hit = bed.get("/a");
        assertThat(hit.text()).isEqualTo("instead");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void viewerResponseRunsOnHitsToo() throws Exception {
        bed.with(EventType.VIEWER_RESPONSE, """
                let count = 0;
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.headers['x-viewer-response'] = [{ key: 'X-Viewer-Response', value: 'ran' }];
                    return response;
                };""").publish();
        assertThat(bed.get("/a").field("x-viewer-response")).isEqualTo("ran");
        RawViewer.Response hit = bed.get("/a");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.field("x-viewer-response")).isEqualTo("ran");
        assertThat(hit.text()).isEqualTo("hello");
    }

    @Test
    void viewerResponseDoesNotRunOnOriginErrors() throws Exception {
        bed.with(EventType.VIEWER_RESPONSE, "exports.handler = async () => { throw new Error('must not run'); };")
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("500 Oops", "broken")));
        assertThat(bed.get("/a").text()).isEqualTo("broken");
    }

    @Test
    void functionsSeeTheBodyOnlyIfAskedTo() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    const { inputTruncated, encoding, action } = request.body;
                    request.headers['x-seen'] = [{ key: 'X-Seen', value:
                        [inputTruncated, encoding, action, Buffer.from(request.body.data, 'base64').length].join() }];
                    return request;
                };""", true).publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", asked.body().length + " " + asked.field("x-seen"))));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(viewer.read().text()).isEqualTo("3 false,base64,read-only,3");
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 100000\r\n\r\n");
            viewer.send("y".repeat(100_000));
            assertThat(viewer.read().text()).isEqualTo("100000 true,base64,read-only,40960");
        }
    }

    @Test
    void functionsMayReplaceTheBody() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    request.body = { action: 'replace', encoding: 'text', data: 'täglich' };
                    return request;
                };""").publish();
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("200 OK", Base64.getEncoder().encodeToString(asked.body()))));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(Base64.getDecoder().decode(viewer.read().text()))
                    .isEqualTo("täglich".getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            throws               | exports.handler = async () => { throw new TypeError('oops'); };             | 503 | LambdaExecutionError | TypeError
            calls back an error  | exports.handler = (e, c, cb) => cb(new Error('no'));                       | 503 | LambdaExecutionError | no
            no such file         | module.exports = require('./missing');                                     | 503 | LambdaExecutionError | missing
            no such handler      | exports.other = 1;                                                         | 503 | LambdaExecutionError | handler
            syntax error         | exports.handler = async ( => {};                                           | 503 | LambdaExecutionError | SyntaxError
            endless loop         | exports.handler = async () => { for (;;) {} };                             | 503 | LambdaLimitExceeded  | timed out
            never settles        | exports.handler = () => new Promise(() => {});                             | 50. | Lambda               | .
            eats memory          | exports.handler = async () => { const a = []; for (;;) a.push(new Array(1e5).fill(7)); }; | 503 | Lambda | .
            returns nothing      | exports.handler = async () => {};                                          | 502 | LambdaValidationError | null
            returns a number     | exports.handler = async () => 42;                                          | 502 | LambdaValidationError | 42
            bad header shape     | exports.handler = async () => ({status: '200', headers: {'x-a': 'b'}});    | 502 | LambdaValidationError | x-a
            adds x-cache         | exports.handler = async () => ({status: '200', headers: {'x-cache': [{value: 'b'}]}}); | 502 | LambdaValidationError | x-cache
            changes the host     | exports.handler = async (e) => { const r = e.Records[0].cf.request; r.headers.host = [{value: 'x'}]; return r; }; | 502 | LambdaValidationError | host
            status out of range  | exports.handler = async () => ({status: '99'});                            | 502 | LambdaValidationError | 99
            too large            | exports.handler = async () => ({status: '200', body: 'x'.repeat(50000)});  | 502 | LambdaValidationError | 40960
            """)
    void aFailureAnswersAsCloudFrontWouldAndTheNodeGoesOn(
            String name, String source, String status, String result, String reason) throws Exception {
        bed.with(EventType.VIEWER_REQUEST, source).publish();
        RawViewer.Response response = bed.get("/a");
        assertThat(Integer.toString(response.status())).matches(status);
        assertThat(response.field("x-cache")).startsWith(result);
        assertThat(response.text()).containsPattern(reason).contains("Request ID: " + response.field("x-amz-cf-id"));

        bed.with(EventType.VIEWER_REQUEST, "exports.handler = async (e) => e.Records[0].cf.request;")
                .publish();
        assertThat(bed.get("/a").text()).isEqualTo("hello");
    }

    @Test
    void aTraceHoldsEveryHooksInputAndOutputWithCredentialsMasked() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => {
                    console.log('seen', event.Records[0].cf.request.uri);
                    return event.Records[0].cf.request;
                };""").publish();
        RawViewer.Response response;
        try (RawViewer viewer = bed.viewer()) {
            response = viewer.get("/a", "Authorization: Bearer secret-token", "Cookie: sid=secret-cookie");
            // A connection serves one exchange at a time, so the first has ended when the second answers.
            viewer.get("/a");
        }
        JsonNode trace = bed.node().traces().find(response.field("x-amz-cf-id")).orElseThrow();
        assertThat(trace.at("/functions/0/eventType").asText()).isEqualTo("viewer-request");
        assertThat(trace.at("/functions/0/outcome").asText()).isEqualTo("returned");
        assertThat(trace.at("/functions/0/log/0").asText()).contains("seen /a");
        assertThat(trace.at("/functions/0/eventIn/Records/0/cf/config/requestId")
                        .asText())
                .isEqualTo(response.field("x-amz-cf-id"));
        assertThat(trace.at("/functions/0/eventOut/uri").asText()).isEqualTo("/a");
        assertThat(trace.toString()).doesNotContain("secret-token").doesNotContain("secret-cookie");
        assertThat(trace.findValuesAsText("name")).contains("route", "cache-lookup", "origin-connect", "origin-wait");
    }
}
