package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventCodecTest {

    private static final String HEADERS = """
            {"host":[{"key":"Host","value":"shop.test"}],\
            "x-twice":[{"key":"X-Twice","value":"1"},{"key":"x-twice","value":"2"}]}""";

    private static final String CUSTOM = """
            {"custom":{"customHeaders":{"x-secret":[{"key":"X-Secret","value":"s"}]},\
            "domainName":"origin.test","keepaliveTimeout":5,"path":"/site","port":8443,"protocol":"https",\
            "readTimeout":30,"sslProtocols":["TLSv1.2","TLSv1.1"]}}""";

    private static final String RESPONSE = """
            {"headers":{"etag":[{"key":"ETag","value":"\\"x\\""}]},"status":"200","statusDescription":"OK"}""";

    @Test
    void viewerRequest() {
        assertThat(encoded(Events.of(EventType.VIEWER_REQUEST))).isEqualTo(event("viewer-request", request("", "")));
    }

    @Test
    void originRequestHasTheOrigin() {
        assertThat(encoded(Events.of(EventType.ORIGIN_REQUEST)))
                .isEqualTo(event("origin-request", request("", "\"origin\":" + CUSTOM + ",")));
    }

    @Test
    void originResponseHasRequestAndResponse() {
        assertThat(encoded(Events.of(EventType.ORIGIN_RESPONSE)))
                .isEqualTo(event(
                        "origin-response", request("", "\"origin\":" + CUSTOM + ",") + ",\"response\":" + RESPONSE));
    }

    @Test
    void viewerResponseHasRequestAndResponse() {
        assertThat(encoded(Events.of(EventType.VIEWER_RESPONSE)))
                .isEqualTo(event("viewer-response", request("", "") + ",\"response\":" + RESPONSE));
    }

    @Test
    void bodyComesWithIncludeBody() {
        EdgeRequest shown = Events.of(EventType.VIEWER_REQUEST).request();
        EdgeRequest withBody = new EdgeRequest(
                shown.clientIp(),
                shown.method(),
                shown.uri(),
                shown.querystring(),
                shown.headers(),
                new EdgeRequest.Body(true, "read-only", "base64", "YQ=="),
                null);

        assertThat(encoded(Events.with(EventType.VIEWER_REQUEST, withBody, null)))
                .isEqualTo(event("viewer-request", request("""
                        "body":{"action":"read-only","data":"YQ==","encoding":"base64","inputTruncated":true},\
                        """, "")));
    }

    @Test
    void s3OriginsHaveTheirOwnMembers() {
        EdgeRequest request = Events.of(EventType.ORIGIN_REQUEST).request().withOrigin(Events.S3_ORIGIN);

        assertThat(encoded(Events.with(EventType.ORIGIN_REQUEST, request, null)))
                .contains("""
                "origin":{"s3":{"authMethod":"none","customHeaders":{},"domainName":"bucket.s3.test","path":"",\
                "readTimeout":30,"region":""}},""");
    }

    @Test
    void headerWithoutAKeyHasNone() {
        EdgeHeaders headers = new EdgeHeaders(Map.of("x", List.of(new EdgeHeaders.Field(null, "ä"))));

        assertThat(encoded(Events.of(EventType.VIEWER_REQUEST, headers, EdgeHeaders.empty())))
                .contains("\"headers\":{\"x\":[{\"value\":\"ä\"}]}");
    }

    private static String event(String type, String rest) {
        return "{\"Records\":[{\"cf\":{\"config\":{\"distributionDomainName\":\"e1.cdn.localhost\","
                + "\"distributionId\":\"E1\",\"eventType\":\"" + type + "\",\"requestId\":\"id==\"},"
                + "\"request\":" + rest + "}}]}";
    }

    private static String request(String body, String origin) {
        return "{" + body + "\"clientIp\":\"198.51.100.7\",\"headers\":" + HEADERS + ",\"method\":\"GET\"," + origin
                + "\"querystring\":\"b=1\",\"uri\":\"/a\"}";
    }

    private static String encoded(EdgeEvent event) {
        return new String(EventCodec.encode(event), StandardCharsets.UTF_8);
    }
}
