package dev.nearside.kit.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which names CloudFront keeps to itself in which place, whole lists. */
class HeaderNamesTest {

    private static final String BASE =
            "connection expect keep-alive trailer upgrade x-amz-cf-* x-cache x-edge-*" + " x-forwarded-proto x-real-ip";

    private static final String FUNCTIONS = BASE + " nearside-* proxy-authenticate proxy-authorization proxy-connection"
            + " x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing"
            + " x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count"
            + " x-amzn-header-order x-amzn-lambda-integration-tag x-amzn-requestid";

    private static final String OF_ORIGINS = "accept-encoding cache-control content-length cookie host if-match"
            + " if-modified-since if-none-match if-range if-unmodified-since max-forwards pragma proxy-* range"
            + " request-range te transfer-encoding via x-amz-*";

    private static final String REQUEST_POLICIES =
            BASE + " content-length cookie http2-settings max-forwards proxy-*" + " request-range te transfer-encoding";

    private static Stream<Arguments> lists() {
        return Stream.of(
                Arguments.of("shared by all", HeaderNames.OF_CONNECTION_AND_CLOUDFRONT, BASE),
                Arguments.of("functions", HeaderNames.HIDDEN_FROM_FUNCTIONS, FUNCTIONS),
                Arguments.of(
                        "origins of functions", HeaderNames.NOT_FOR_ORIGINS_OF_FUNCTIONS, FUNCTIONS + " " + OF_ORIGINS),
                Arguments.of(
                        "response headers policies",
                        HeaderNames.NOT_FOR_RESPONSE_POLICIES,
                        FUNCTIONS + " content-encoding content-length host transfer-encoding via warning"),
                Arguments.of(
                        "cache policies",
                        HeaderNames.NOT_FOR_CACHE_POLICIES,
                        REQUEST_POLICIES + " cloudfront-viewer-address cloudfront-viewer-asn"
                                + " cloudfront-viewer-ja3-fingerprint cloudfront-viewer-ja4-fingerprint"
                                + " cloudfront-viewer-tls"),
                Arguments.of(
                        "origin request policies",
                        HeaderNames.NOT_FOR_ORIGIN_REQUEST_POLICIES,
                        REQUEST_POLICIES + " accept-encoding authorization"),
                Arguments.of("custom headers of origins", HeaderNames.NOT_FOR_CUSTOM_HEADERS, BASE + " " + OF_ORIGINS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void listHoldsWhatCloudFrontDocuments(String place, HeaderNames names, String documented) {
        assertThat(names.toString())
                .isEqualTo(Arrays.stream(documented.split(" ", -1))
                        .sorted()
                        .toList()
                        .toString());
        for (String name : documented.split(" ", -1)) {
            String instance = name.replace("*", "Anything");
            assertThat(names.include(instance)).as(instance).isTrue();
            assertThat(names.include(instance.toUpperCase(Locale.ROOT)))
                    .as(instance)
                    .isTrue();
        }
        assertThat(names.include("X-Mine")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "X-Edge-, true",
        "x-edge-a, true",
        "X-Edge, false",
        "Expect, true",
        "Expect-CT, false",
        "X-Amz-Date, false",
        "'', false"
    })
    void beginningsAndNamesAreToldApart(String name, boolean included) {
        assertThat(HeaderNames.OF_CONNECTION_AND_CLOUDFRONT.include(name)).isEqualTo(included);
    }

    @Test
    void addingChangesNothingThatWasThere() {
        HeaderNames more = HeaderNames.NONE.plus("A").plusBeginnings("B-");

        assertThat(more.include("a")).isTrue();
        assertThat(more.include("b-1")).isTrue();
        assertThat(HeaderNames.NONE.include("a")).isFalse();
    }
}
