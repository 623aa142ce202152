package dev.nearside.edge.functions.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToRequest;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToResponse;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers make of heads. */
class CloudFrontAnswersTest {

    private static final RequestHead REQUEST = new RequestHead(
            "GET",
            "/a",
            "b&c=%20",
            Fields.of(
                    "Host",
                    "site.test",
                    "X-Case",
                    "1",
                    "x-case",
                    "2",
                    "Connection",
                    "close",
                    "Cookie",
                    "a=1;b=2",
                    "X-Bytes",
                    "\u00ff\u00fe"));

    private static final ResponseHead RESPONSE = new ResponseHead(
            200,
            "Fine",
            Fields.of(
                    "Content-Length",
                    "5",
                    "Content-Type",
                    "text/plain",
                    "Set-Cookie",
                    "a=1; Path=/",
                    "Set-Cookie",
                    "b=2",
                    "Set-Cookie",
                    "a=3",
                    "Content-Digest",
                    "x"));

    @Test
    void requestThatWasLeftAloneIsTheSameByteForByte() throws Exception {
        String event = new String(
                CloudFrontEventCodec.encode(new CloudFrontEvent(
                        new dev.nearside.edge.testbed.Routes().route().distribution(),
                        dev.nearside.function.EventType.VIEWER_REQUEST,
                        "id",
                        "::1",
                        REQUEST,
                        null)),
                StandardCharsets.UTF_8);
        String request = event.substring(event.indexOf("\"request\":") + 10, event.length() - 1);
        RequestHead after = applied(request);
        assertThat(after.uri()).isEqualTo(REQUEST.uri());
        assertThat(after.querystring()).isEqualTo(REQUEST.querystring());
        REQUEST.headers()
                .forEach((name, _) -> assertThat(after.headers().all(name))
                        .as(name)
                        .isEqualTo(REQUEST.headers().all(name)));
        assertThat(after.headers().size()).isEqualTo(REQUEST.headers().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"uri":"/é"}                                              | /\u00c3\u00a9?
            {"uri":"/b?c=d"}                                          | /b%3Fc=d?
            {"querystring":{}}                                        | /a?
            {"querystring":{"c":{"value":"%20"},"b":{"value":""}}}    | /a?b&c=%20
            {"querystring":{"b":{"value":"x"},"c":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]}}} | /a?b=x&c=1&c=2
            {"querystring":"as-text"}                                 | /a?as-text
            """)
    void targets(String json, String target) throws Exception {
        RequestHead after = applied(json);
        assertThat(after.uri() + '?' + after.querystring()).isEqualTo(target);
    }

    @Test
    void headersAndCookiesThatAFunctionChose() throws Exception {
        RequestHead after = applied("""
                {"headers":{"x-case":{"value":"3"},"x-new":{"value":"é"}},
                 "cookies":{"c":{"value":"1","multiValue":[{"value":"1"},{"value":"2"}]},"d":{"value":"3"}}}""");
        assertThat(after.headers().all("x-case")).containsExactly("3");
        assertThat(after.headers().all("x-new")).containsExactly("\u00c3\u00a9");
        assertThat(after.headers().all("cookie")).containsExactly("c=1; c=2; d=3");
        assertThat(after.headers().all("connection")).containsExactly("close");
        assertThat(after.headers().has("host")).isFalse();
        assertThat(applied("{}").headers().has("cookie")).isFalse();
    }

    @Test
    void responseKeepsItsLengthUnlessItsBodyIsReplaced() throws Exception {
        ResponseHead kept = changed("{\"headers\":{\"content-length\":{\"value\":\"9\"}}}");
        assertThat(kept.headers().all("content-length")).containsExactly("5");
        assertThat(kept.reason()).isEqualTo("Fine");
        ResponseHead replaced = changed("""
                {"statusCode":404,"statusDescription":"Gone","body":"né",
                 "headers":{"content-digest":{"value":"x"},"content-type":{"value":"text/html"}}}""");
        assertThat(replaced.status()).isEqualTo(404);
        assertThat(replaced.reason()).isEqualTo("Gone");
        assertThat(replaced.headers().all("content-length")).containsExactly("3");
        assertThat(replaced.headers().all("content-type")).containsExactly("text/html");
        assertThat(replaced.headers().has("content-digest")).isFalse();
    }

    @Test
    void cookiesOfResponses() throws Exception {
        assertThat(changed("""
                        {"cookies":{"b":{"value":"2"},"a":{"value":"1","multiValue":[
                          {"value":"1","attributes":"Path=/"},{"value":"3"}]}}}""").headers().all("set-cookie")).containsExactly("a=1; Path=/", "b=2", "a=3");
        assertThat(changed("{\"cookies\":{\"n\":{\"value\":\"1\",\"attributes\":\"Secure; Max-Age=5\"}}}")
                        .headers()
                        .all("set-cookie"))
                .containsExactly("n=1; Secure; Max-Age=5");
        assertThat(changed("{}").headers().has("set-cookie")).isFalse();
    }

    @Test
    void generatedResponses() throws Exception {
        ToResponse answer =
                (ToResponse) CloudFrontAnswerReader.read(REQUEST, null, """
                {"statusCode":302,"headers":{"location":{"value":"/b"},"content-length":{"value":"7"}},
                 "cookies":{"a":{"value":"1"}},"body":{"encoding":"base64","data":"YWI="}}""".getBytes(StandardCharsets.UTF_8));
        ResponseHead head = CloudFrontAnswers.generated(answer);
        assertThat(head.status()).isEqualTo(302);
        assertThat(head.headers()).isEqualTo(Fields.of("location", "/b", "Set-Cookie", "a=1", "Content-Length", "2"));
        assertThat(answer.body()).isEqualTo("ab".getBytes(StandardCharsets.UTF_8));
    }

    private static RequestHead applied(String json) throws InvalidAnswerException {
        return CloudFrontAnswers.applied(
                REQUEST, (ToRequest) CloudFrontAnswerReader.read(REQUEST, null, json.getBytes(StandardCharsets.UTF_8)));
    }

    private static ResponseHead changed(String json) throws InvalidAnswerException {
        return CloudFrontAnswers.applied(RESPONSE, (ToResponse)
                CloudFrontAnswerReader.read(REQUEST, RESPONSE, json.getBytes(StandardCharsets.UTF_8)));
    }
}
