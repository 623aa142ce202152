package dev.nearside.edge.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

    private static List<String> readOnly(EventType type) {
        return switch (type) {
            case VIEWER_REQUEST ->
                List.of("CDN-Loop", "CloudFront-Viewer-Country", "Content-Length", "Host", "Transfer-Encoding", "Via");
            case ORIGIN_REQUEST ->
                List.of(
                        "Accept-Encoding",
                        "CDN-Loop",
                        "Content-Length",
                        "If-Modified-Since",
                        "If-None-Match",
                        "If-Range",
                        "If-Unmodified-Since",
                        "Transfer-Encoding",
                        "Via");
            case ORIGIN_RESPONSE -> List.of("Transfer-Encoding", "Via");
            case VIEWER_RESPONSE ->
                List.of("Warning", "Via", "Content-Encoding", "Content-Length", "Transfer-Encoding");
        };
    }

    private static Stream<Arguments> readOnlyHeaders() {
        List<Arguments> rows = new ArrayList<>();
        for (EventType type : EventType.values()) {
            for (String header : readOnly(type)) {
                for (String change : List.of("adds", "changes", "deletes")) {
                    rows.add(Arguments.of(type, header, change));
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0} {2} {1}")
    @MethodSource("readOnlyHeaders")
    void readOnlyHeadersStayAsTheyAre(EventType type, String header, String change) {
        EdgeHeaders without = EdgeHeaders.empty().with("X-Mine", "1");
        EdgeHeaders with = without.with(header, "1");
        EdgeHeaders before = change.equals("adds") ? without : with;
        EdgeHeaders after = change.equals("deletes") ? without : with.with(header, change.equals("adds") ? "1" : "2");

        assertThatThrownBy(() -> HeaderRules.check(type, before, after))
                .isInstanceOf(InvalidResultException.class)
                .hasMessageContaining(change)
                .hasMessageContaining("'" + header.toLowerCase(Locale.ROOT) + "'")
                .hasMessageContaining("read-only in " + type.wireName());
        assertThatCode(() -> HeaderRules.check(type, with, with)).doesNotThrowAnyException();
        assertThatCode(() -> HeaderRules.check(type, without, without.with("X-Other", "2")))
                .doesNotThrowAnyException();
    }

    private static Stream<Arguments> disallowedHeaders() {
        return DisallowedHeaders.NAMES.stream()
                .flatMap(header -> Stream.of(EventType.values()).map(type -> Arguments.of(type, header)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("disallowedHeaders")
    void disallowedHeadersAreRefusedAndHidden(EventType type, String header) {
        EdgeHeaders after = EdgeHeaders.empty().with(header, "1");

        assertThat(HeaderRules.isDisallowed(header)).isTrue();
        assertThatThrownBy(() -> HeaderRules.check(type, EdgeHeaders.empty(), after))
                .hasMessageContaining("disallowed header '" + header.toLowerCase(Locale.ROOT) + "'");
        assertThatThrownBy(() -> HeaderRules.check(type, null, after)).isInstanceOf(InvalidResultException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Cookie", "Authorization", "X-Amz-Date", "X-Amzn-Trace-Id", "X-Edgy", "X-Cached"})
    void otherHeadersAreShown(String header) {
        assertThat(HeaderRules.isDisallowed(header)).isFalse();
    }

    @Test
    void emptyListOfAReadOnlyHeaderDeletesIt() {
        EdgeHeaders before = EdgeHeaders.empty().with("Via", "1.1 a");
        EdgeHeaders after = new EdgeHeaders(java.util.Map.of("via", List.of()));

        assertThatThrownBy(() -> HeaderRules.check(EventType.ORIGIN_RESPONSE, before, after))
                .hasMessageContaining("deletes the header 'via'");
    }

    @Test
    void generatedResponsesMayCountTheirBytesButNotFrameThem() {
        EdgeHeaders counted = EdgeHeaders.empty().with("Content-Length", "5").with("Content-Encoding", "gzip");

        assertThatCode(() -> HeaderRules.check(EventType.VIEWER_REQUEST, null, counted))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        HeaderRules.check(EventType.VIEWER_REQUEST, null, counted.with("Transfer-Encoding", "chunked")))
                .hasMessageContaining("transfer-encoding");
    }

    @Test
    void valuesOfReadOnlyHeadersStayInTheirLines() {
        EdgeHeaders one = EdgeHeaders.empty().with("Via", "1.1 a, 1.1 b");
        EdgeHeaders two = EdgeHeaders.empty().plus("Via", "1.1 a").plus("Via", "1.1 b");
        EdgeHeaders otherCase = EdgeHeaders.empty().with("VIA", "1.1 a, 1.1 b");

        assertThatThrownBy(() -> HeaderRules.check(EventType.ORIGIN_RESPONSE, one, two))
                .hasMessageContaining("changes the header 'via'");
        assertThatCode(() -> HeaderRules.check(EventType.ORIGIN_RESPONSE, one, otherCase))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.test", "a.test:8080", "[::1]:80", "a_b.s3.test", "xn--bcher-kva.test"})
    void originRequestMayWriteAnyHost(String host) {
        EdgeHeaders before = EdgeHeaders.empty().with("Host", "shop.test");

        assertThatCode(() -> HeaderRules.check(EventType.ORIGIN_REQUEST, before, before.with("Host", host)))
                .doesNotThrowAnyException();
        assertThatCode(() -> HeaderRules.check(EventType.ORIGIN_REQUEST, before, before.without("Host")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "http://a.test", "user@a.test", "a.test:x", "a.test/", "a.test, b.test"})
    void whatIsNoHostIsRefused(String host) {
        EdgeHeaders before = EdgeHeaders.empty().with("Host", "shop.test");

        assertThatThrownBy(() -> HeaderRules.check(EventType.ORIGIN_REQUEST, before, before.with("Host", host)))
                .hasMessageContaining("the header 'host' with the value '" + host + "'");
    }

    @Test
    void oddHostThatAFunctionLeavesAloneIsNotItsFault() {
        EdgeHeaders odd = EdgeHeaders.empty().plus("Host", "a.test").plus("Host", "b.test");

        assertThatCode(() -> HeaderRules.check(EventType.ORIGIN_REQUEST, odd, odd.with("X-Mine", "1")))
                .doesNotThrowAnyException();
    }
}
