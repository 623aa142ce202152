package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every number in Lambda@Edge's contract: the last value that passes, and the first that does not. */
class ResultBoundsTest {

    private static final int KB = 1024;
    private static final int MB = 1024 * 1024;

    /** AWS's 53.2 KB and 1.33 MB. */
    private static final int VIEWER_BASE64 = 54_476;

    private static final int ORIGIN_BASE64 = 1_394_606;
    private static final int HEAD = 20_480;

    private static final String HOST = "'headers':{'host':[{'key':'Host','value':'shop.test'}]}";
    private static final String CUSTOM = "'origin':{'custom':{'domainName':'o.test','protocol':'http','port':80}}";
    private static final String REQUEST = HOST + ',' + CUSTOM;

    /** A request line {@code GET /a HTTP/1.1}, the line of the host, and the name and separators of {@code a}. */
    private static final int REST_OF_HEAD = "GET /a HTTP/1.1\r\nHost: shop.test\r\na: \r\n".length();

    private record Limit(String what, EventType event, ResultRule rule, int largest, IntFunction<String> result) {}

    private static List<Limit> limits() {
        List<Limit> limits = new ArrayList<>();
        limits.add(generated(EventType.VIEWER_REQUEST, 40 * KB));
        limits.add(generated(EventType.ORIGIN_REQUEST, MB));
        limits.add(generated(EventType.ORIGIN_RESPONSE, MB));
        limits.add(withHeader(EventType.VIEWER_REQUEST, 40 * KB));
        limits.add(withHeader(EventType.ORIGIN_REQUEST, MB));
        limits.add(withHeader(EventType.ORIGIN_RESPONSE, MB));
        limits.add(replaced(EventType.VIEWER_REQUEST, "text", 40 * KB));
        limits.add(replaced(EventType.VIEWER_REQUEST, "base64", VIEWER_BASE64));
        limits.add(replaced(EventType.ORIGIN_REQUEST, "text", MB));
        limits.add(replaced(EventType.ORIGIN_REQUEST, "base64", ORIGIN_BASE64));
        for (EventType event : List.of(EventType.VIEWER_REQUEST, EventType.ORIGIN_REQUEST)) {
            limits.add(new Limit(
                    "uri and query",
                    event,
                    ResultRule.URI_LENGTH,
                    8_191,
                    length -> "{" + REQUEST + ",'uri':'/" + x(length - 4) + "','querystring':'b=1'}"));
            limits.add(new Limit(
                    "request line and headers",
                    event,
                    ResultRule.REQUEST_SIZE,
                    HEAD,
                    length -> "{'headers':{'host':[{'value':'shop.test'}],'a':[{'value':'" + x(length - REST_OF_HEAD)
                            + "'}]}," + CUSTOM + "}"));
        }
        for (EventType event : EventType.values()) {
            limits.add(new Limit(
                    "headers of a response",
                    event,
                    ResultRule.RESPONSE_HEADERS_SIZE,
                    HEAD,
                    length -> "{'status':200,'headers':{'a':[{'value':'" + x(length - 5) + "'}]}}"));
        }
        limits.addAll(lengthsOfOrigins());
        return limits;
    }

    private static List<Limit> lengthsOfOrigins() {
        return List.of(
                new Limit(
                        "custom domain name",
                        EventType.ORIGIN_REQUEST,
                        ResultRule.ORIGIN_DOMAIN_NAME,
                        253,
                        length -> custom("'domainName':'" + x(length) + "'")),
                new Limit(
                        "bucket",
                        EventType.ORIGIN_REQUEST,
                        ResultRule.ORIGIN_DOMAIN_NAME,
                        128,
                        length -> s3("'domainName':'" + x(length) + "'")),
                new Limit(
                        "path to a custom origin",
                        EventType.ORIGIN_REQUEST,
                        ResultRule.ORIGIN_PATH,
                        255,
                        length -> custom("'domainName':'o.test','path':'/" + x(length - 1) + "'")),
                new Limit(
                        "path in a bucket",
                        EventType.ORIGIN_REQUEST,
                        ResultRule.ORIGIN_PATH,
                        255,
                        length -> s3("'domainName':'b.s3.test','path':'/" + x(length - 1) + "'")));
    }

    private static Limit generated(EventType event, int largest) {
        return new Limit(
                "body of a response",
                event,
                ResultRule.RESPONSE_SIZE,
                largest,
                length -> "{'status':200,'body':'" + x(length) + "'}");
    }

    /** The header's line has 6 bytes. */
    private static Limit withHeader(EventType event, int largest) {
        return new Limit(
                "headers and body of a response",
                event,
                ResultRule.RESPONSE_SIZE,
                largest,
                length -> "{'status':200,'headers':{'a':[{'value':'1'}]},'body':'" + x(length - 6) + "'}");
    }

    private static Limit replaced(EventType event, String encoding, int largest) {
        return new Limit(
                encoding + " in place of a request's body",
                event,
                ResultRule.BODY_SIZE,
                largest,
                length -> "{" + REQUEST + ",'body':{'action':'replace','encoding':'" + encoding + "','data':'"
                        + x(length) + "'}}");
    }

    @TestFactory
    Stream<DynamicTest> largestPassesAndOneMoreDoesNot() {
        return limits().stream()
                .map(limit -> DynamicTest.dynamicTest(limit.event().wireName() + ": " + limit.what(), () -> {
                    accepted(limit.event(), limit.result().apply(limit.largest()));
                    assertRefused(limit.event(), limit.result().apply(limit.largest() + 1), limit.rule());
                }));
    }

    /** Every hundred and its neighbours, as text and as a number, where functions make or change responses. */
    @TestFactory
    Stream<DynamicTest> statusesFrom200To599Pass() {
        return Stream.of(EventType.VIEWER_REQUEST, EventType.ORIGIN_REQUEST, EventType.ORIGIN_RESPONSE)
                .flatMap(event -> IntStream.rangeClosed(0, 10)
                        .map(hundred -> hundred * 100)
                        .flatMap(hundred -> IntStream.of(hundred - 1, hundred, hundred + 1, hundred + 4))
                        .filter(status -> status >= 0)
                        .boxed()
                        .flatMap(status -> Stream.of("" + status, "'" + status + "'")
                                .map(shown -> DynamicTest.dynamicTest(
                                        event.wireName() + " " + shown, () -> checkStatus(event, status, shown)))));
    }

    private static void checkStatus(EventType event, int status, String shown) throws InvalidResultException {
        String json = "{'status':" + shown + "}";
        if (status >= 200 && status <= 599) {
            assertThat(((EdgeResponse) accepted(event, json)).status()).isEqualTo(status);
        } else {
            assertRefused(event, json, ResultRule.STATUS);
        }
    }

    private record Range(String member, ResultRule rule, List<Integer> passing, List<Integer> failing) {}

    private static final List<Range> RANGES = List.of(
            new Range(
                    "port",
                    ResultRule.ORIGIN_PORT,
                    List.of(80, 443, 1_024, 65_535),
                    List.of(-1, 0, 79, 81, 442, 444, 1_023, 65_536)),
            new Range("readTimeout", ResultRule.ORIGIN_TIMEOUT, List.of(1, 120), List.of(-1, 0, 121)),
            new Range("keepaliveTimeout", ResultRule.ORIGIN_TIMEOUT, List.of(1, 120), List.of(-1, 0, 121)),
            new Range("responseCompletionTimeout", ResultRule.ORIGIN_COMPLETION_TIMEOUT, List.of(0), List.of(1, 30)));

    @TestFactory
    Stream<DynamicTest> numbersOfOriginsHaveBounds() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Range range : RANGES) {
            range.passing()
                    .forEach(value -> tests.add(DynamicTest.dynamicTest(
                            range.member() + " " + value,
                            () -> accepted(EventType.ORIGIN_REQUEST, custom(member(range, value))))));
            range.failing()
                    .forEach(value -> tests.add(DynamicTest.dynamicTest(
                            range.member() + " " + value,
                            () -> assertRefused(
                                    EventType.ORIGIN_REQUEST, custom(member(range, value)), range.rule()))));
        }
        return tests.stream();
    }

    /** CloudFront's guide, "Add custom headers to origin requests", and what it hides from functions. */
    private static final List<String> NOT_AS_CUSTOM_HEADERS = List.of(
            "Accept-Encoding",
            "Cache-Control",
            "Connection",
            "Content-Length",
            "Cookie",
            "Expect",
            "Host",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "If-Unmodified-Since",
            "Keep-Alive",
            "Max-Forwards",
            "Pragma",
            "Proxy-Authenticate",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Proxy-Anything",
            "Range",
            "Request-Range",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "Via",
            "X-Accel-Redirect",
            "X-Amz-Anything",
            "X-Amzn-Auth",
            "X-Cache",
            "X-Edge-Anything",
            "X-Forwarded-Proto",
            "X-Real-IP");

    @TestFactory
    Stream<DynamicTest> denyListOfCustomHeadersHoldsForBothKindsOfOrigins() {
        return NOT_AS_CUSTOM_HEADERS.stream().flatMap(name -> {
            String members = "'domainName':'o.test','customHeaders':{'" + name + "':[{'value':'1'}]}";
            return Stream.of(custom(members), s3(members))
                    .map(json -> DynamicTest.dynamicTest(
                            json,
                            () -> assertRefused(EventType.ORIGIN_REQUEST, json, ResultRule.ORIGIN_CUSTOM_HEADERS)));
        });
    }

    @Test
    void otherCustomHeadersPass() throws InvalidResultException {
        accepted(
                EventType.ORIGIN_REQUEST,
                custom(
                        "'domainName':'o.test','customHeaders':{'X-Secret':[{'value':'1'}],'authorization':[{'value':'2'}]}"));
    }

    private static String member(Range range, int value) {
        return "'domainName':'o.test','" + range.member() + "':" + value;
    }

    @Test
    void bytesCountAndNotCharacters() {
        String umlauts = "ä".repeat(20 * KB);

        assertRefused(EventType.VIEWER_REQUEST, "{'status':200,'body':'" + umlauts + "x'}", ResultRule.RESPONSE_SIZE);
        assertRefused(
                EventType.VIEWER_REQUEST,
                "{" + HOST + ",'body':{'action':'replace','encoding':'text','data':'" + umlauts + "x'}}",
                ResultRule.BODY_SIZE);
    }

    @Test
    void base64BodiesOfResponsesCountDecoded() throws InvalidResultException {
        EdgeResponse response = (EdgeResponse) accepted(
                EventType.VIEWER_REQUEST, "{'status':200,'bodyEncoding':'base64','body':'" + x(40 * KB / 3 * 4) + "'}");

        assertThat(FunctionStage.bodyBytes(response)).hasSize(40 * KB / 3 * 3);
    }

    /** What came in too large is not the function's fault, unless it adds to that. */
    @Test
    void headsThatWereTooLargeMayStaySo() throws InvalidResultException {
        EdgeHeaders large = EdgeHeaders.empty().with("Host", "shop.test").with("a", "x".repeat(HEAD));
        EdgeEvent request = Events.of(EventType.VIEWER_REQUEST, large, EdgeHeaders.empty());
        String same = "'headers':{'host':[{'value':'shop.test'}],'a':[{'value':'" + x(HEAD) + "'}]}";

        assertThat(Events.judged(request, "{" + same + "}")).isInstanceOf(EdgeRequest.class);
        assertThatThrownBy(() -> Events.judged(request, "{" + same + ",'uri':'/longer'}"))
                .hasMessageContaining("rule request-size");
        EdgeEvent response = Events.of(EventType.VIEWER_RESPONSE, EdgeHeaders.empty(), large);
        assertThat(Events.judged(response, "{'status':200," + same + "}")).isInstanceOf(EdgeResponse.class);
    }

    private static String custom(String members) {
        return "{" + HOST + ",'origin':{'custom':{" + members + "}}}";
    }

    private static String s3(String members) {
        return "{" + HOST + ",'origin':{'s3':{" + members + "}}}";
    }

    private static String x(int length) {
        return "x".repeat(length);
    }

    private static void assertRefused(EventType event, String json, ResultRule rule) {
        assertThatThrownBy(() -> accepted(event, json))
                .isInstanceOfSatisfying(
                        InvalidResultException.class,
                        refused -> assertThat(refused.rule()).isEqualTo(rule));
    }

    private static EdgeResult accepted(EventType event, String json) throws InvalidResultException {
        return Events.judged(
                Events.of(event, EdgeHeaders.empty().with("Host", "shop.test"), EdgeHeaders.empty()), json);
    }
}
