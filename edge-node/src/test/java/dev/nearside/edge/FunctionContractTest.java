package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lambda@Edge's contract on a whole node: what events hold, what answers do, and how a broken rule is told. */
class FunctionContractTest {

    private static final String AS_IT_IS = """
            exports.handler = async (event) => {
                const { request, response } = event.Records[0].cf;
                return response || request;
            };""";

    @TempDir
    private Path folder;

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
    void eventsHoldWhatAwsSaysAndNothingElse() throws Exception {
        for (EventType event : EventType.values()) {
            bed.with(event, AS_IT_IS, event.isRequest());
        }
        bed.publish();
        JsonNode trace = trace("/a", "X-Twice: 1", "x-twice: 2", "X-Edge-Forged: 1");

        assertThat(trace.get("functions")).hasSize(4);
        List<String> types = new ArrayList<>();
        for (JsonNode run : trace.get("functions")) {
            JsonNode cf = run.at("/eventIn/Records/0/cf");
            EventType type = EventType.of(run.get("eventType").asText());
            types.add(type.wireName());
            assertThat(names(cf.get("config")))
                    .containsExactly("distributionDomainName", "distributionId", "eventType", "requestId");
            assertThat(cf.at("/config/eventType").asText()).isEqualTo(type.wireName());
            assertThat(names(cf.get("request"))).containsExactlyElementsOf(membersOfTheRequest(type));
            assertThat(cf.at("/request/querystring").asText("absent")).isEmpty();
            assertThat(cf.at("/request/headers/x-twice").toString())
                    .isEqualTo("[{\"key\":\"X-Twice\",\"value\":\"1\"},{\"key\":\"x-twice\",\"value\":\"2\"}]");
            assertThat(cf.at("/request/headers").has("x-edge-forged")).isFalse();
            assertThat(cf.has("response")).isEqualTo(!type.isRequest());
            if (!type.isRequest()) {
                assertThat(names(cf.get("response"))).containsExactly("headers", "status", "statusDescription");
                assertThat(cf.at("/response/status").isTextual()).isTrue();
                assertThat(cf.at("/response/statusDescription").asText()).isEqualTo("OK");
            }
        }
        assertThat(types).containsExactly("viewer-request", "origin-request", "origin-response", "viewer-response");
        JsonNode origin = trace.at("/functions/1/eventIn/Records/0/cf/request/origin");
        assertThat(names(origin)).containsExactly("custom");
        assertThat(names(origin.get("custom")))
                .containsExactly(
                        "customHeaders",
                        "domainName",
                        "keepaliveTimeout",
                        "path",
                        "port",
                        "protocol",
                        "readTimeout",
                        "sslProtocols");
        assertThat(trace.at("/functions/0/eventIn/Records/0/cf/request/body").toString())
                .isEqualTo("""
                        {"action":"read-only","data":"","encoding":"base64","inputTruncated":false}""");
    }

    private static List<String> membersOfTheRequest(EventType type) {
        return switch (type) {
            case VIEWER_REQUEST -> List.of("body", "clientIp", "headers", "method", "querystring", "uri");
            case ORIGIN_REQUEST -> List.of("body", "clientIp", "headers", "method", "origin", "querystring", "uri");
            case ORIGIN_RESPONSE -> List.of("clientIp", "headers", "method", "origin", "querystring", "uri");
            case VIEWER_RESPONSE -> List.of("clientIp", "headers", "method", "querystring", "uri");
        };
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            VIEWER_REQUEST  | r.headers.host = [{ value: 'x.test' }]; return r;        | the function's result changes the header 'host' with the value 'x.test', which is read-only in viewer-request events, expected 'site.test' (rule header-read-only)
            ORIGIN_REQUEST  | r.origin.custom.port = 81; return r;                     | origin.custom.port is 81, expected 80, 443 or 1024 to 65535 (rule origin-port)
            ORIGIN_RESPONSE | s.headers['x-cache'] = [{ value: '1' }]; return s;       | the function's result contains the disallowed header 'x-cache', expected none of those that CloudFront keeps to itself (rule header-disallowed)
            VIEWER_RESPONSE | s.status = '404'; return s;                              | the response's status was changed from 200 to 404, which viewer-response events may not, expected it unchanged (rule status-read-only)
            VIEWER_RESPONSE | s.headers.authorization = 'Bearer secret'; return s;     | headers['authorization'] is ***, expected an array of {key, value} objects (rule header-array)
            """)
    void brokenRuleIsToldOnThePageAndInTheTrace(EventType event, String code, String sentence) throws Exception {
        bed.with(event, """
                exports.handler = async (event) => {
                    const { request: r, response: s } = event.Records[0].cf;
                    %s
                };""".formatted(code)).publish();
        RawViewer.Response response = bed.get("/a");

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("LambdaValidationError from cloudfront");
        assertThat(response.field("server")).isEqualTo("CloudFront");
        assertThat(response.field("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.text())
                .contains("<title>ERROR: 502 Bad Gateway</title>", "<h1>502 Bad Gateway</h1>")
                .contains("<p>" + sentence + "</p>")
                .contains("Generated by cloudfront (CloudFront)\nRequest ID: " + response.field("x-amz-cf-id"));
        JsonNode run = traceOf(response).at("/functions/0");
        assertThat(run.get("outcome").asText()).isEqualTo("invalid-result");
        assertThat(run.get("error").asText()).isEqualTo(sentence);
    }

    @Test
    void responseEventsChangeNothingOfTheRequest() throws Exception {
        String rewrites = """
                exports.handler = async (event) => {
                    const { request, response } = event.Records[0].cf;
                    request.uri = '/elsewhere';
                    request.querystring = 'x=1';
                    request.origin = { custom: { domainName: 'nowhere.test' } };
                    response.uri = '/elsewhere';
                    return response;
                };""";
        bed.with(EventType.ORIGIN_RESPONSE, rewrites)
                .with(EventType.VIEWER_RESPONSE, rewrites)
                .publish();

        assertThat(bed.get("/a").text()).isEqualTo("hello");
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void viewerRequestHasNoSayInTheOrigin() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    request.origin = { custom: { domainName: 'nowhere.test', port: 81 } };
                    return request;
                };""").publish();

        assertThat(bed.get("/a").text()).isEqualTo("hello");
    }

    @Test
    void viewerResponseHasNoSayInThePhrase() throws Exception {
        bed.with(EventType.VIEWER_RESPONSE, changes("response.statusDescription = 'Mine'"))
                .publish();

        assertStatusLine("HTTP/1.1 200 OK");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            response.status = 404                                                       | HTTP/1.1 404 Not Found
            response.status = '404'; response.statusDescription = 'Gone Away'           | HTTP/1.1 404 Gone Away
            response.statusDescription = 'Fine'                                         | HTTP/1.1 200 Fine
            """)
    void originResponseWritesTheStatusLine(String change, String line) throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, changes(change)).publish();

        assertStatusLine(line);
    }

    private void assertStatusLine(String line) throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(new String(viewer.readBytes(line.length() + 2), StandardCharsets.ISO_8859_1))
                    .isEqualTo(line + "\r\n");
        }
    }

    /** The origin's body would otherwise be read as the next response. */
    @Test
    void originsBodyEndsUnder204() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, changes("response.status = 204")).publish();
        try (RawViewer viewer = bed.viewer()) {
            for (int i = 0; i < 2; i++) {
                RawViewer.Response response = viewer.get("/a");
                assertThat(response.status()).isEqualTo(204);
                assertThat(response.text()).isEmpty();
                assertThat(response.field("content-length")).isNull();
            }
        }
    }

    @Test
    void emptyBodyEmptiesAndNoneKeeps() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, changes("if (request.uri === '/empty') response.body = ''"))
                .publish();

        assertThat(bed.get("/empty").text()).isEmpty();
        assertThat(bed.get("/a").text()).isEqualTo("hello");
    }

    @Test
    void questionMarkInAPathBeginsNoQuery() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, changes("request.uri = '/b?c=1'")).publish();
        bed.get("/a");

        assertThat(bed.origin.requests().getFirst().line()).isEqualTo("GET /b%3Fc=1 HTTP/1.1");
    }

    @Test
    void hostThatAFunctionTakesAwayIsTheOrigins() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, changes("delete request.headers.host"))
                .publish();
        bed.get("/a");

        assertThat(bed.origin.requests().getFirst().field("host")).isEqualTo("localhost:" + bed.origin.port());
    }

    /** CloudFront resolves the configured origin before it runs the function, which might have chosen another. */
    @Test
    void originRequestDoesNotRunWhereTheConfiguredNameLeadsNowhere() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, "exports.handler = async () => ({ status: '200', body: 'made' });")
                .withSecureOrigin("nowhere.invalid", 443, "TLSv1.2")
                .publish();
        RawViewer.Response response = bed.get("/a");

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("the name 'nowhere.invalid' does not resolve");
        assertThat(traceOf(response).get("functions")).isEmpty();
    }

    private static String changes(String statement) {
        return """
                exports.handler = async (event) => {
                    const { request, response } = event.Records[0].cf;
                    %s;
                    return response || request;
                };""".formatted(statement);
    }

    private JsonNode trace(String path, String... fields) throws Exception {
        return traceOf(bed.get(path, fields));
    }

    private JsonNode traceOf(RawViewer.Response response) {
        String id = response.field("x-amz-cf-id");
        Waiting.until("the trace is there", () -> bed.node().traces().find(id).isPresent());
        return bed.node().traces().find(id).orElseThrow();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
