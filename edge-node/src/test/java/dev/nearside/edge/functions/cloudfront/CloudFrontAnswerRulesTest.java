package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.functions.DisallowedHeaders;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every header on every event, added, changed and deleted; and the other rules for answers. */
class CloudFrontAnswerRulesTest {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Distribution DISTRIBUTION = new Routes().route().distribution();

    /** Read-only on one event at least, and some that are on none. */
    private static final List<String> SHOWN = List.of(
            "CDN-Loop",
            "Content-Length",
            "Host",
            "Transfer-Encoding",
            "Via",
            "Warning",
            "Content-Encoding",
            "Accept-Encoding",
            "If-None-Match",
            "CloudFront-Viewer-Country",
            "Authorization",
            "X-Own");

    private static boolean isReadOnly(EventType eventType, String header) {
        return switch (eventType) {
            case VIEWER_REQUEST ->
                List.of("CDN-Loop", "Content-Length", "Host", "Transfer-Encoding", "Via")
                        .contains(header);
            default -> List.of("Via", "Warning").contains(header);
        };
    }

    private static Stream<Arguments> headersOnEvents() {
        List<Arguments> rows = new ArrayList<>();
        for (EventType eventType : List.of(EventType.VIEWER_REQUEST, EventType.VIEWER_RESPONSE)) {
            for (String change : List.of("adds", "changes", "deletes", "keeps")) {
                for (String header : SHOWN) {
                    String fault = isReadOnly(eventType, header) && !change.equals("keeps")
                            ? "the function's result " + change + " the header '" + header.toLowerCase(Locale.ROOT)
                                    + "', which is read-only in " + eventType.wireName() + " events"
                            : null;
                    rows.add(Arguments.of(eventType, change, header, fault));
                }
            }
            for (String header : DisallowedHeaders.NAMES) {
                rows.add(Arguments.of(
                        eventType,
                        "adds",
                        header,
                        "the function's result contains the disallowed header '" + header.toLowerCase(Locale.ROOT)
                                + "'"));
                // It is not shown, so leaving it out is not deleting it.
                rows.add(Arguments.of(eventType, "keeps", header, null));
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("headersOnEvents")
    void readOnlyAndDisallowedHeaders(EventType eventType, String change, String header, @Nullable String fault)
            throws Exception {
        Fields before = change.equals("adds") ? Fields.EMPTY : Fields.of(header, "before");
        CloudFrontEvent event = eventType == EventType.VIEWER_REQUEST
                ? event(new RequestHead("GET", "/", "", before), null)
                : event(new RequestHead("GET", "/", "", Fields.EMPTY), new ResponseHead(200, "", before));
        ObjectNode whole = (ObjectNode) MAPPER.readTree(CloudFrontEventCodec.encode(event));
        ObjectNode answer = (ObjectNode) whole.get(eventType == EventType.VIEWER_REQUEST ? "request" : "response");
        ObjectNode headers = (ObjectNode) answer.get("headers");
        String name = header.toLowerCase(Locale.ROOT);
        switch (change) {
            case "deletes" -> headers.remove(name);
            case "keeps" -> {}
            default -> headers.putObject(name).put("value", "after");
        }
        if (fault == null) {
            assertThatCode(() -> check(event, answer)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> check(event, answer)).hasMessage(fault);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            {"uri":"/b"}                                        | -
            {"method":"GET","uri":"/b","querystring":"a=1"}     | -
            {"querystring":{"a":{"value":"1"}}}                 | -
            {"cookies":{"a":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]}}} | -
            {"headers":{"x":{"value":"é"}}}                     | -
            null                                                | returned null, expected the request or a response object
            "text"                                              | expected the request or a response object
            ["secret"]                                          | returned an array, expected the request or a response object
            {"headers":["secret"]}                              | headers is an array, expected an object
            {"headers":{"authorization":"secret"}}              | headers['authorization'] is ***, expected an object
            {"headers":{"x-api-key":{"multiValue":[{"value":["secret"]}]}}} | headers['x-api-key'].multiValue is ***, expected
            {"cookies":["secret"]}                              | cookies is an array, expected an object
            {"cookies":{"session":"secret"}}                    | cookies['session'] is ***, expected an object
            {"cookies":{"session":{"multiValue":"secret"}}}     | cookies['session'].multiValue is ***, expected
            {"uri":{"cookies":"secret"}}                        | uri is an object, expected a string
            {"uri":"/a\\u0007b"}                                | uri is '/a\\u0007b', expected no spaces
            {"uri":1}                                           | uri is 1, expected a string
            {"uri":"b"}                                         | expected it to start with /
            {"uri":"/a b"}                                      | uri is '/a b', expected no spaces
            {"uri":"/a#b"}                                      | expected no spaces, control characters or #
            {"querystring":"a b"}                               | querystring is 'a b'
            {"querystring":{"a":"1"}}                           | querystring['a'] is "1", expected an object with a string as value
            {"querystring":[]}                                  | querystring is an array, expected an object
            {"method":"POST"}                                   | method was changed from 'GET' to 'POST'
            {"headers":{"x":"1"}}                               | headers['x'] is "1", expected an object with a string as value
            {"headers":{"x":{"value":1}}}                       | expected an object with a string as value
            {"headers":{"x":{"multiValue":[]}}}                 | headers['x'].multiValue is []
            {"headers":{"x":{"multiValue":[{"value":2}]}}}      | headers['x'].multiValue is
            {"headers":{"X-Case":{"value":"1"}}}                | headers has the name 'X-Case', expected lower case
            {"headers":{"a b":{"value":"1"}}}                   | holds a character that header names may not
            {"headers":{"x":{"value":"a\\nb"}}}                 | headers['x'] has a control character
            {"headers":{"cookie":{"value":"a=1"}}}              | headers has 'cookie', expected it in cookies
            {"cookies":{"a;b":{"value":"1"}}}                   | which holds a character that cookie names may not
            {"cookies":{"a":{"value":"1;2"}}}                   | the cookie 'a' has a semicolon
            {"statusCode":200}                                  | -
            {"statusCode":302,"headers":{"location":{"value":"/"}}} | -
            {"statusCode":599,"body":"x","cookies":{"a":{"value":"1","attributes":"Path=/"}}} | -
            {"statusCode":200,"body":{"encoding":"base64","data":"YQ=="}} | -
            {"statusCode":200,"body":{"encoding":"text","data":"YQ"}} | -
            {"statusCode":199}                                  | statusCode is 199, expected 200 to 599
            {"statusCode":600}                                  | statusCode is 600, expected 200 to 599
            {"statusCode":"200"}                                | statusCode is "200", expected a number
            {"statusCode":200.5}                                | statusCode is 200.5, expected a number
            {"statusCode":204,"body":"x"}                       | has status 204 and a body
            {"statusCode":204}                                  | -
            {"statusCode":200,"body":1}                         | body is 1, expected a string or
            {"statusCode":200,"body":{"encoding":"hex","data":""}} | expected a string or {encoding
            {"statusCode":200,"body":{"encoding":"base64","data":"%"}} | body.data is not valid base64
            {"statusCode":200,"statusDescription":"a\\nb"}      | statusDescription has a control character
            {"statusCode":200,"headers":{"via":{"value":"x"}}}  | adds the header 'via'
            {"statusCode":200,"headers":{"content-length":{"value":"9"}}} | -
            {"statusCode":200,"headers":{"set-cookie":{"value":"a=1"}}} | headers has 'set-cookie', expected it in cookies
            {"statusCode":200,"cookies":{"a":{"value":"1","attributes":"a\\nb"}}} | has a control character
            """)
    void answersToRequests(String json, @Nullable String fault) throws Exception {
        compare(event(new RequestHead("GET", "/a", "", Fields.EMPTY), null), json, fault);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            {}                                  | -
            {"statusCode":404}                  | -
            {"statusCode":200,"body":"other"}   | -
            {"statusCode":304}                  | -
            {"uri":"/"}                         | -
            null                                | returned null, expected the response object
            {"statusCode":"404"}                | statusCode is "404", expected a number
            {"statusCode":100}                  | statusCode is 100
            {"headers":{"warning":{"value":"x"}}} | adds the header 'warning'
            """)
    void answersToResponses(String json, @Nullable String fault) throws Exception {
        compare(
                event(new RequestHead("GET", "/a", "", Fields.EMPTY), new ResponseHead(200, "OK", Fields.EMPTY)),
                json,
                fault);
    }

    @Test
    void oddCookiesThatAFunctionLeavesAloneAreNotItsFault() throws Exception {
        RequestHead request = new RequestHead("GET", "/a", "", Fields.of("Cookie", "a b=1; a,b=2; =3; d e"));
        CloudFrontEvent viewerRequest = event(request, null);
        JsonNode requestAsSent =
                MAPPER.readTree(CloudFrontEventCodec.encode(viewerRequest)).path("request");
        assertThatCode(() -> check(viewerRequest, requestAsSent)).doesNotThrowAnyException();
        CloudFrontEvent viewerResponse = event(
                request,
                new ResponseHead(200, "OK", Fields.of("Set-Cookie", "a b=1; Path=/", "Set-Cookie", "=3\u0001")));
        JsonNode responseAsSent =
                MAPPER.readTree(CloudFrontEventCodec.encode(viewerResponse)).path("response");
        assertThatCode(() -> check(viewerResponse, responseAsSent)).doesNotThrowAnyException();

        ((ObjectNode) requestAsSent.path("cookies").path("a b")).put("value", "changed");
        assertThatThrownBy(() -> check(viewerRequest, requestAsSent))
                .hasMessageContaining("a character that cookie names may not");
        ((ObjectNode) responseAsSent.path("cookies").path("a b")).put("attributes", "Path=/b");
        assertThatThrownBy(() -> check(viewerResponse, responseAsSent))
                .hasMessageContaining("a character that cookie names may not");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "{} {}"})
    void whatIsNoJson(String json) {
        assertThatThrownBy(() -> CloudFrontAnswerReader.read(
                        new RequestHead("GET", "/", "", Fields.EMPTY), null, json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidAnswerException.class);
    }

    @Test
    void generatedResponsesHaveFortyKilobytesAtMost() {
        CloudFrontEvent event = event(new RequestHead("GET", "/", "", Fields.EMPTY), null);
        ObjectNode answer = MAPPER.createObjectNode().put("statusCode", 200);
        answer.put("body", "x".repeat(40 * 1024));
        assertThatCode(() -> check(event, answer)).doesNotThrowAnyException();
        answer.put("body", "x".repeat(40 * 1024 + 1));
        assertThatThrownBy(() -> check(event, answer)).hasMessageContaining("has 40961 bytes");
        answer.put("body", "x".repeat(40 * 1024));
        answer.putObject("headers").putObject("x").put("value", "y");
        assertThatThrownBy(() -> check(event, answer)).hasMessageContaining("headers included");
    }

    @Test
    void uriAndQueryHaveLessThanEightKilobytes() {
        CloudFrontEvent event = event(new RequestHead("GET", "/", "", Fields.EMPTY), null);
        ObjectNode answer =
                MAPPER.createObjectNode().put("uri", "/" + "x".repeat(4_095)).put("querystring", "y".repeat(4_095));
        assertThatCode(() -> check(event, answer)).doesNotThrowAnyException();
        answer.put("querystring", "y".repeat(4_096));
        assertThatThrownBy(() -> check(event, answer)).hasMessageContaining("have 8192 characters together");
    }

    private static void compare(CloudFrontEvent event, String json, @Nullable String fault) throws Exception {
        JsonNode answer = MAPPER.readTree(json);
        if (fault == null) {
            check(event, answer);
            assertThat(answer.isObject()).isTrue();
        } else {
            assertThatThrownBy(() -> check(event, answer)).hasMessageContaining(fault);
        }
    }

    private static void check(CloudFrontEvent event, JsonNode answer) throws InvalidAnswerException {
        CloudFrontAnswerRules.check(
                event,
                CloudFrontAnswerReader.read(
                        event.request(), event.response(), answer.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static CloudFrontEvent event(RequestHead request, @Nullable ResponseHead response) {
        return new CloudFrontEvent(
                DISTRIBUTION,
                response == null ? EventType.VIEWER_REQUEST : EventType.VIEWER_RESPONSE,
                "id",
                "198.51.100.7",
                request,
                response);
    }
}
