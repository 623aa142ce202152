package dev.nearside.edge.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nearside.edge.access.AccessFacts.Answer;
import dev.nearside.edge.access.AccessFacts.Moments;
import dev.nearside.edge.access.AccessFacts.Source;
import dev.nearside.edge.access.AccessFacts.Transfer;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The 33 fields of CloudFront's standard log, as its guide defines each. */
class AccessRowTest {

    private static String field(AccessFacts facts, String name) {
        return AccessRow.of(facts, "LHR50-C1", true).get(AccessRow.FIELDS.indexOf(name));
    }

    @Test
    void fieldsStandInTheOrderOfTheGuide() {
        assertThat(String.join(" ", AccessRow.FIELDS))
                .isEqualTo("date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status"
                        + " cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id"
                        + " x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher"
                        + " x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port"
                        + " time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len"
                        + " sc-range-start sc-range-end");
        assertThat(AccessRow.of(ExampleFacts.facts(), "LHR50-C1", true)).hasSize(33);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            date                        | 2023-11-14
            time                        | 22:13:20
            x-edge-location             | LHR50-C1
            sc-bytes                    | 392
            c-ip                        | 198.51.100.7
            cs-method                   | GET
            cs(Host)                    | e1.cdn.localhost
            cs-uri-stem                 | /a%2520b
            sc-status                   | 200
            cs(Referer)                 | http://from.test/
            cs(User-Agent)              | Probe/1%20(x)
            cs-uri-query                | x=1&y=%222%22
            cs(Cookie)                  | a=1;%20b=2
            x-edge-result-type          | Miss
            x-edge-request-id           | id==
            x-host-header               | shop.test:8080
            cs-protocol                 | http
            cs-bytes                    | 157
            time-taken                  | 1.235
            x-forwarded-for             | 203.0.113.9,%20203.0.113.10
            ssl-protocol                | -
            ssl-cipher                  | -
            x-edge-response-result-type | Miss
            cs-protocol-version         | HTTP/1.1
            fle-status                  | -
            fle-encrypted-fields        | -
            c-port                      | 40123
            time-to-first-byte          | 0.001
            x-edge-detailed-result-type | Miss
            sc-content-type             | text/html;%20charset=utf-8
            sc-content-len              | 78
            sc-range-start              | -
            sc-range-end                | -
            """)
    void fieldOfAPlainMiss(String name, String value) {
        assertThat(field(ExampleFacts.facts(), name)).isEqualTo(value);
    }

    static Stream<Arguments> others() {
        Viewer secure = new Viewer(
                "2001:db8::1",
                "https",
                "shop.test",
                "2.0",
                0,
                new Viewer.Tls("TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "", ""));
        AccessFacts bare = ExampleFacts.with(secure, new RequestHead("GET", "/", "", Fields.EMPTY));
        AccessFacts unanswered =
                ExampleFacts.with(new Answer(0, "", null, Source.PLAIN, null, -1), new Transfer(10, 0, true, false));
        AccessFacts part = ExampleFacts.with(ExampleFacts.answered(206, Fields.of("Content-Range", "bytes 5-9/100")));
        return Stream.of(
                arguments(bare, "c-ip", "2001:db8::1"),
                arguments(bare, "cs-protocol", "https"),
                arguments(bare, "ssl-protocol", "TLSv1.2"),
                arguments(bare, "ssl-cipher", "ECDHE-RSA-AES128-GCM-SHA256"),
                arguments(bare, "cs-protocol-version", "HTTP/2.0"),
                arguments(bare, "c-port", "-"),
                arguments(bare, "cs(Referer)", "-"),
                arguments(bare, "cs(User-Agent)", "-"),
                arguments(bare, "cs-uri-query", "-"),
                arguments(bare, "cs(Cookie)", "-"),
                arguments(bare, "x-forwarded-for", "-"),
                arguments(unanswered, "sc-status", "000"),
                arguments(unanswered, "sc-content-type", "-"),
                arguments(unanswered, "sc-content-len", "-"),
                arguments(ExampleFacts.with(new Moments(0, 7_000, -1, -1, -1)), "time-to-first-byte", "0.007"),
                arguments(part, "sc-range-start", "5"),
                arguments(part, "sc-range-end", "9"),
                arguments(part, "sc-content-len", "-"));
    }

    @ParameterizedTest(name = "{1} is {2}")
    @MethodSource("others")
    void fieldOfOtherExchanges(AccessFacts facts, String name, String value) {
        assertThat(field(facts, name)).isEqualTo(value);
    }

    @Test
    void cookiesAreShownOnlyIfTheyAreIncluded() {
        List<String> row = AccessRow.of(ExampleFacts.facts(), "LHR50-C1", false);

        assertThat(row.get(AccessRow.FIELDS.indexOf("cs(Cookie)"))).isEqualTo("-");
        assertThat(row).noneMatch(value -> value.contains("a=1"));
    }
}
