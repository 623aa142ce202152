package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CloudFrontEventCodecTest {

    @Test
    void wholeEvents() {
        RequestHead request =
                new RequestHead("GET", "/a", "x=1", Fields.of("Host", "site.test", "X-One", "1", "Cookie", "s=2; t=3"));
        assertThat(encoded(request, null)).isEqualTo("""
                {"version":"1.0","context":{"distributionDomainName":"e1.cdn.localhost","distributionId":"E1",\
                "eventType":"viewer-request","requestId":"id=="},"viewer":{"ip":"198.51.100.7"},\
                "request":{"method":"GET","uri":"/a","querystring":{"x":{"value":"1"}},\
                "headers":{"host":{"value":"site.test"},"x-one":{"value":"1"}},\
                "cookies":{"s":{"value":"2"},"t":{"value":"3"}}}}""");
        ResponseHead response =
                new ResponseHead(200, "OK", Fields.of("Content-Type", "text/plain", "Set-Cookie", "s=2; Path=/"));
        assertThat(encoded(request, response)).endsWith("""
                "response":{"statusCode":200,"statusDescription":"OK","headers":{"content-type":{"value":"text/plain"}},\
                "cookies":{"s":{"value":"2","attributes":"Path=/"}}}}""").contains("\"eventType\":\"viewer-response\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''          | {}
            a=1         | {"a":{"value":"1"}}
            a           | {"a":{"value":""}}
            a=          | {"a":{"value":""}}
            a=1&b=2     | {"a":{"value":"1"},"b":{"value":"2"}}
            a=1&a=2     | {"a":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]}}
            a=%20x&&b=c=d | {"a":{"value":"%20x"},"b":{"value":"c=d"}}
            """)
    void querystring(String query, String expected) {
        assertThat(encoded(new RequestHead("GET", "/", query, Fields.EMPTY), null))
                .contains("\"querystring\":" + expected + ",\"headers\"");
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of(Fields.EMPTY, "{}"),
                Arguments.of(Fields.of("ACCEPT", "a"), "{\"accept\":{\"value\":\"a\"}}"),
                Arguments.of(
                        Fields.of("Accept", "a", "accept", "b"),
                        "{\"accept\":{\"value\":\"a\",\"multiValue\":[{\"value\":\"a\"},{\"value\":\"b\"}]}}"),
                Arguments.of(Fields.of("Connection", "x", "X-Amz-Cf-Id", "y", "X-Edge-Z", "z"), "{}"),
                Arguments.of(Fields.of("X-Utf", "\u00c3\u00a9"), "{\"x-utf\":{\"value\":\"\u00e9\"}}"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headers(Fields fields, String expected) {
        assertThat(encoded(new RequestHead("GET", "/", "", fields), null))
                .contains("\"headers\":" + expected + ",\"cookies\":{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=1            | {"a":{"value":"1"}}
            a=1; a=2       | {"a":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]}}
            a=b=c;d        | {"a":{"value":"b=c"},"d":{"value":""}}
            """)
    void cookies(String field, String expected) {
        assertThat(encoded(new RequestHead("GET", "/", "", Fields.of("Cookie", field)), null))
                .contains("\"cookies\":" + expected);
    }

    @Test
    void cookiesOfOneNameThatAResponseSets() {
        ResponseHead response = new ResponseHead(
                200, "", Fields.of("Set-Cookie", "a=1; Path=/x", "Set-Cookie", "b=2", "set-cookie", "a=3; Secure"));
        assertThat(encoded(new RequestHead("GET", "/", "", Fields.EMPTY), response))
                .contains("""
                "cookies":{"a":{"value":"1","attributes":"Path=/x","multiValue":[{"value":"1","attributes":"Path=/x"},\
                {"value":"3","attributes":"Secure"}]},"b":{"value":"2"}}""");
    }

    private static String encoded(RequestHead request, @Nullable ResponseHead response) {
        CloudFrontEvent event = new CloudFrontEvent(
                new Routes().route().distribution(),
                response == null ? EventType.VIEWER_REQUEST : EventType.VIEWER_RESPONSE,
                "id==",
                "198.51.100.7",
                request,
                response);
        return new String(CloudFrontEventCodec.encode(event), StandardCharsets.UTF_8);
    }
}
