package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What functions return, read and judged as the node does it. */
class ResultsTest {

    private static final String HOST = "'headers':{'host':[{'key':'Host','value':'shop.test'}]}";

    @Test
    void requestGoesOnAsChanged() throws InvalidResultException {
        EdgeRequest request = (EdgeRequest) accepted(
                EventType.VIEWER_REQUEST,
                "{'uri':'/b','querystring':'c=2','headers':{'host':[{'value':'shop.test'}],"
                        + "'X-New':[{'key':'x-new','value':1},{'value':true}]}}");

        assertThat(request.uri()).isEqualTo("/b");
        assertThat(request.querystring()).isEqualTo("c=2");
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.clientIp()).isEqualTo("198.51.100.7");
        assertThat(request.headers().fields().get("x-new"))
                .containsExactly(new EdgeHeaders.Field("x-new", "1"), new EdgeHeaders.Field(null, "true"));
        assertThat(FunctionStage.bodyBytes(request)).isNull();
    }

    @Test
    void namesThatDifferInCaseAreOneHeader() throws InvalidResultException {
        EdgeResponse response = (EdgeResponse) accepted(
                EventType.VIEWER_REQUEST, "{'status':200,'headers':{'A':[{'value':'1'}],'a':[{'value':'2'}]}}");

        assertThat(response.headers().fields().get("a"))
                .extracting(EdgeHeaders.Field::value)
                .containsExactly("1", "2");
    }

    @ParameterizedTest(name = "{0} answers {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        VIEWER_REQUEST  | null                                  | returned null, expected the request or a response
        VIEWER_REQUEST  | 'text'                                | expected the request or a response
        VIEWER_REQUEST  | [{'headers':{'cookie':'secret'}}]     | returned an array, expected the request or a response
        VIEWER_RESPONSE | 5                                     | expected the response object
        VIEWER_REQUEST  | {} {}                                 | not JSON
        VIEWER_REQUEST  | {'uri':                               | not JSON
        VIEWER_REQUEST  | {'uri':5}                             | uri is 5, expected a string
        VIEWER_REQUEST  | {'uri':'b'}                           | expected it to start with /
        VIEWER_REQUEST  | {'uri':'/b c'}                        | expected no spaces
        VIEWER_REQUEST  | {'uri':'/b#c'}                        | expected no spaces
        VIEWER_REQUEST  | {'uri':'/b\\r\\nX: y'}                | control characters
        VIEWER_REQUEST  | {'querystring':'a b'}                 | querystring is 'a b'
        VIEWER_REQUEST  | {'querystring':['a']}                 | querystring is ["a"], expected a string
        VIEWER_REQUEST  | {'method':'POST'}                     | changed from 'GET' to 'POST'
        VIEWER_REQUEST  | {'clientIp':'::1'}                    | clientIp was changed
        VIEWER_REQUEST  | {'headers':[]}                        | headers is an array, expected an object
        VIEWER_REQUEST  | {'headers':null}                      | headers is null
        VIEWER_REQUEST  | {'headers':{'a b':[]}}                | holds a character that header names may not
        VIEWER_REQUEST  | {'headers':{'':[]}}                   | holds a character that header names may not
        VIEWER_REQUEST  | {'headers':{'a':'x'}}                 | headers['a'] is "x", expected an array
        VIEWER_REQUEST  | {'headers':{'a':['x']}}               | expected an object with a string as value
        VIEWER_REQUEST  | {'headers':{'a':[{'key':'a'}]}}       | expected an object with a string as value
        VIEWER_REQUEST  | {'headers':{'a':[{'value':null}]}}    | expected an object with a string as value
        VIEWER_REQUEST  | {'headers':{'a':[{'value':{}}]}}      | expected an object with a string as value
        VIEWER_REQUEST  | {'headers':{'a':[{'value':'x\\r\\ny'}]}} | control character
        VIEWER_REQUEST  | {'headers':{'a':[{'key':'b','value':'x'}]}} | has the key 'b'
        VIEWER_REQUEST  | {'body':'x'}                          | request.body is "x", expected an object
        VIEWER_RESPONSE | {}                                    | has no status
        VIEWER_REQUEST  | {'status':'20'}                       | expected 200 to 599
        VIEWER_REQUEST  | {'status':'2000'}                     | expected 200 to 599
        VIEWER_REQUEST  | {'status':199}                        | expected 200 to 599
        VIEWER_REQUEST  | {'status':600}                        | expected 200 to 599
        VIEWER_REQUEST  | {'status':'ok'}                       | expected 200 to 599
        VIEWER_REQUEST  | {'status':null}                       | expected 200 to 599
        VIEWER_REQUEST  | {'status':200.5}                      | expected 200 to 599
        VIEWER_REQUEST  | {'status':200,'body':5}               | body is 5, expected a string
        VIEWER_REQUEST  | {'status':200,'bodyEncoding':'hex'}   | bodyEncoding is 'hex'
        VIEWER_REQUEST  | {'status':200,'body':'!','bodyEncoding':'base64'} | expected valid base64
        VIEWER_REQUEST  | {'status':204,'body':'x'}             | status 204 and a body
        VIEWER_REQUEST  | {'status':200,'statusDescription':'a\\r\\nX: y'} | statusDescription has a control character
        ORIGIN_RESPONSE | {'status':204,'body':'x'}             | status 204 and a body
        ORIGIN_RESPONSE | {'status':99}                         | expected 200 to 599
        VIEWER_RESPONSE | {'status':201}                        | changed from 200 to 201
        VIEWER_RESPONSE | {'status':200,'body':''}              | has the body '', which viewer-response events may not set
        """)
    void malformedResultsAreRefusedByName(EventType type, String json, String message) {
        assertThatThrownBy(() -> accepted(type, json))
                .isInstanceOf(InvalidResultException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"'200', 200", "'\"200\"', 200", "'599', 599", "'\"404\"', 404"})
    void statusMayBeNumberOrText(String status, int expected) throws InvalidResultException {
        EdgeResponse response = (EdgeResponse) accepted(EventType.ORIGIN_RESPONSE, "{'status':" + status + "}");

        assertThat(response.status()).isEqualTo(expected);
        assertThat(FunctionStage.bodyBytes(response)).isNull();
    }

    @ParameterizedTest(name = "origin member {0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'domainName':''                       | expected 1 to 253 characters
        'domainName':'o.test:80'              | expected a name without a port
        'domainName':'o test'                 | expected no spaces
        'path':'a'                            | origin.path is 'a'
        'path':'/a/'                          | origin.path is '/a/'
        'path':'/a\\r\\nb'                    | control characters
        'port':81                             | expected 80, 443 or 1024 to 65535
        'port':1023                           | expected 80, 443 or 1024 to 65535
        'port':65536                          | expected 80, 443 or 1024 to 65535
        'port':'80'                           | port is "80", expected a whole number
        'port':1024.5                         | port is 1024.5, expected a whole number
        'protocol':'ftp'                      | expected http or https
        'readTimeout':0                       | readTimeout is 0, expected 1 to 120
        'readTimeout':121                     | readTimeout is 121, expected 1 to 120
        'keepaliveTimeout':0                  | keepaliveTimeout is 0, expected 1 to 120
        'keepaliveTimeout':121                | keepaliveTimeout is 121, expected 1 to 120
        'sslProtocols':['TLSv1.3']            | sslProtocols has 'TLSv1.3'
        'sslProtocols':'TLSv1.2'              | expected an array of strings
        'sslProtocols':[2]                    | expected an array of strings
        'customHeaders':{'x-edge-a':[{'value':'1'}]} | disallowed header 'x-edge-a'
        'customHeaders':{'Content-Length':[{'value':'1'}]} | disallowed header 'content-length'
        'customHeaders':{'transfer-encoding':[{'value':'chunked'}]} | disallowed header 'transfer-encoding'
        'customHeaders':{'Host':[{'value':'1'}]}     | disallowed header 'host'
        'customHeaders':{'Cookie':[{'value':'1'}]}   | disallowed header 'cookie'
        """)
    void customOriginsAreChecked(String member, String message) {
        assertThatThrownBy(() -> accepted(
                        EventType.ORIGIN_REQUEST,
                        "{" + HOST + ",'origin':{'custom':{'domainName':'o.test'," + member + "}}}"))
                .isInstanceOf(InvalidResultException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "s3 {0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'authMethod':'magic'                                   | authMethod is 'magic'
        'authMethod':'origin-access-identity'                  | expected a region
        'readTimeout':0                                        | s3.readTimeout is 0, expected 1 to 120 seconds
        """)
    void s3OriginsAreChecked(String members, String message) {
        String json = "{" + HOST + ",'origin':{'s3':{'domainName':'b.s3.test'," + members + "}}}";

        assertThatThrownBy(() -> accepted(EventType.ORIGIN_REQUEST, json)).hasMessageContaining(message);
    }

    @Test
    void originRequestNeedsExactlyOneOrigin() {
        assertThatThrownBy(() -> accepted(EventType.ORIGIN_REQUEST, "{" + HOST + "}"))
                .hasMessageContaining("has no origin");
        assertThatThrownBy(() -> accepted(EventType.ORIGIN_REQUEST, "{" + HOST + ",'origin':{}}"))
                .hasMessageContaining("neither custom nor s3");
        assertThatThrownBy(() -> accepted(EventType.ORIGIN_REQUEST, "{" + HOST + ",'origin':{'custom':{},'s3':{}}}"))
                .hasMessageContaining("both custom and s3");
        assertThatThrownBy(() -> accepted(EventType.ORIGIN_REQUEST, "{" + HOST + ",'origin':{'s3':5}}"))
                .hasMessageContaining("request.origin.s3 is 5");
    }

    @Test
    void spacesAndTabsAroundAValueAreNoPartOfIt() throws InvalidResultException {
        EdgeResponse response = (EdgeResponse)
                accepted(EventType.VIEWER_REQUEST, "{'status':200,'headers':{'a':[{'value':' \\t b\u00a0 '}]}}");

        assertThat(response.headers().first("a")).isEqualTo("b\u00a0");
    }

    @ParameterizedTest(name = "region ''{1}'' with {0}")
    @CsvSource({"none, ''", "none, us-east-1", "origin-access-identity, us-east-1"})
    void regionsMayBeThere(String authMethod, String region) throws InvalidResultException {
        EdgeRequest request = (EdgeRequest) accepted(
                EventType.ORIGIN_REQUEST,
                "{" + HOST + ",'origin':{'s3':{'domainName':'b.s3.test','authMethod':'" + authMethod + "','region':'"
                        + region + "'}}}");

        assertThat(request.origin())
                .isEqualTo(new EdgeOrigin.S3("b.s3.test", "", EdgeHeaders.empty(), authMethod, region, 30));
    }

    /** The distribution's own configuration may hold what a function may not add. */
    @Test
    void customHeadersOfTheDistributionAreNotTheFunctionsFault() throws InvalidResultException {
        EdgeEvent event = Events.of(
                EventType.ORIGIN_REQUEST,
                EdgeHeaders.empty().with("Host", "shop.test").with("X-Secret", "viewers"),
                EdgeHeaders.empty());
        String headers = "'headers':{'host':[{'value':'shop.test'}],'x-secret':[{'value':'viewers'}]}";
        String customHeaders = "'customHeaders':{'x-secret':[{'value':'s'}]%s}";

        assertThat(Events.judged(
                        event,
                        "{" + headers + ",'origin':{'custom':{'domainName':'o.test'," + customHeaders.formatted("")
                                + "}}}"))
                .isInstanceOf(EdgeRequest.class);
        assertThatThrownBy(() -> Events.judged(
                        event,
                        "{" + headers + ",'origin':{'custom':{'domainName':'o.test',"
                                + customHeaders.formatted(",'pragma':[{'value':'1'}]") + "}}}"))
                .hasMessageContaining("disallowed header 'pragma'");
    }

    @Test
    void originsThatStayAsTheDistributionHasThemAreNotTheFunctionsFault() throws InvalidResultException {
        String bucket = "b".repeat(200) + ".s3.test";
        EdgeOrigin s3 = new EdgeOrigin.S3(bucket, "/a[1]", EdgeHeaders.empty(), "none", "", 30);
        EdgeOrigin custom = new EdgeOrigin.Custom(
                "o.test", "/a[1]", EdgeHeaders.empty(), 88, "https", 180, 300, List.of("TLSv1.3"));

        for (EdgeOrigin origin : List.of(s3, custom)) {
            EdgeEvent event = originRequest(origin);
            EdgeRequest request = event.request();
            ResultRules.check(event, request);
            EdgeOrigin other = origin instanceof EdgeOrigin.Custom ? withPath(custom, "/b[1]") : withPath(s3, "/b[1]");
            assertThatThrownBy(
                            () -> ResultRules.check(event, originRequest(other).request()))
                    .hasMessageContaining("origin.path is '/b[1]'");
        }
        assertThatThrownBy(() -> ResultRules.check(
                        originRequest(custom),
                        originRequest(new EdgeOrigin.S3(bucket, "/a[1]", EdgeHeaders.empty(), "none", "", 30))
                                .request()))
                .as("another kind of origin is the function's choice")
                .hasMessageContaining("expected 1 to 128 characters");
    }

    private static EdgeEvent originRequest(EdgeOrigin origin) {
        EdgeHeaders headers = EdgeHeaders.empty().with("Host", "shop.test");
        return Events.with(
                EventType.ORIGIN_REQUEST,
                new EdgeRequest("198.51.100.7", "GET", "/a", "", headers, null, origin),
                null);
    }

    private static EdgeOrigin withPath(EdgeOrigin origin, String path) {
        return switch (origin) {
            case EdgeOrigin.S3 s3 ->
                new EdgeOrigin.S3(
                        s3.domainName(),
                        path,
                        s3.customHeaders(),
                        s3.authMethod(),
                        s3.region(),
                        s3.readTimeoutSeconds());
            case EdgeOrigin.Custom custom ->
                new EdgeOrigin.Custom(
                        custom.domainName(),
                        path,
                        custom.customHeaders(),
                        custom.port(),
                        custom.protocol(),
                        custom.readTimeoutSeconds(),
                        custom.keepaliveTimeoutSeconds(),
                        custom.sslProtocols());
        };
    }

    @Test
    void emptyBodyIsNotAbsent() throws InvalidResultException {
        EdgeResponse emptied = (EdgeResponse) accepted(EventType.ORIGIN_RESPONSE, "{'status':200,'body':''}");

        assertThat(FunctionStage.bodyBytes(emptied)).isEmpty();
    }

    private static EdgeResult accepted(EventType type, String json) throws InvalidResultException {
        return Events.judged(Events.of(type, EdgeHeaders.empty().with("Host", "shop.test"), EdgeHeaders.empty()), json);
    }
}
