package dev.nearside.edge.shield;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShieldsTest {

    private static final Shield IN_IRELAND = new Shield("127.0.0.1", 7301, 0, 0);
    private static final Viewer VIEWER = new Viewer("198.51.100.7", "https", "shop.test", "1.1");

    private final Shields edge = new Shields(null, Map.of("eu-west-1", IN_IRELAND), "token");
    private final Shields shield = new Shields("eu-west-1", Map.of("eu-west-1", IN_IRELAND), "token");

    @Test
    void anOriginIsAskedThroughTheShieldOfItsRegion() {
        assertThat(edge.before(origin("eu-west-1"))).isEqualTo(IN_IRELAND);
        assertThat(edge.before(origin("us-east-1"))).isNull();
        assertThat(edge.before(origin(null))).isNull();
    }

    @Test
    void aShieldAsksNoOther() {
        assertThat(shield.before(origin("eu-west-1"))).isNull();
        assertThat(new Shields("us-east-1", Map.of("eu-west-1", IN_IRELAND), "token").before(origin("eu-west-1")))
                .isNull();
    }

    @Test
    void theShieldReadsWhatTheEdgeSent() {
        RequestHead asked = new RequestHead(
                "GET",
                "/a",
                "x=1",
                Fields.of("Host", "shop.test", "X-Forwarded-For", "192.0.2.1", "X-Unselected", "1"));
        RequestHead toOrigin = new RequestHead(
                "GET",
                "/a",
                "x=1",
                Fields.of(
                        "Host",
                        "origin.test",
                        "Accept-Encoding",
                        "br,gzip",
                        "X-Forwarded-For",
                        "192.0.2.1, 198.51.100.7",
                        "X-Amz-Cf-Id",
                        "id"));

        RequestHead sent = edge.sent(toOrigin, new Forwarded(VIEWER, asked, "e1.cdn.localhost", "/a*", 7, "id-1"));
        Forwarded received = shield.received(sent);

        assertThat(sent.headers().all("host")).containsExactly("e1.cdn.localhost");
        assertThat(received)
                .isEqualTo(new Forwarded(
                        VIEWER,
                        new RequestHead(
                                "GET",
                                "/a",
                                "x=1",
                                Fields.of(
                                        "Host",
                                        "shop.test",
                                        "Accept-Encoding",
                                        "br,gzip",
                                        "X-Forwarded-For",
                                        "192.0.2.1")),
                        "e1.cdn.localhost",
                        "/a*",
                        7,
                        "id-1"));
    }

    @Test
    void whoDoesNotKnowTheTokenIsAViewerWhateverItSays() {
        RequestHead posing = new RequestHead(
                "GET",
                "/",
                "",
                Fields.of(
                        "Host",
                        "shop.test",
                        "Nearside-Token",
                        "token",
                        "NEARSIDE-VIEWER-IP",
                        "192.0.2.66",
                        "X-Other",
                        "1"));

        assertThat(shield.received(posing)).isNull();
        assertThat(Shields.ofViewer(posing).headers()).isEqualTo(Fields.of("Host", "shop.test", "X-Other", "1"));
    }

    @Test
    void nodesOfAnotherControlPlaneAreViewers() {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Host", "shop.test"));
        RequestHead sent = edge.sent(request, new Forwarded(VIEWER, request, "e1.cdn.localhost", "*", 1, "id-1"));

        assertThat(new Shields("eu-west-1", Map.of(), "another").received(sent)).isNull();
    }

    @Test
    void theEnrolmentTokenItselfIsNeverSent() {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Host", "shop.test"));
        RequestHead sent = edge.sent(request, new Forwarded(VIEWER, request, "e1.cdn.localhost", "*", 1, "id-1"));

        assertThat(sent.headers().first("nearside-token")).hasSize(64).isNotEqualTo("token");
    }

    @Test
    void aFailureComesBackAsItWas() {
        FillFailure failure = new FillFailure(
                504, "Error", "origin-timeout", "the origin sent nothing for 30 seconds; 100 % – naïve");

        ResponseHead answer = Shields.answer(failure);

        assertThat(Shields.failure(answer)).isEqualTo(failure);
        assertThat(Shields.isOfTheShield(failure)).isFalse();
        assertThat(Shields.failure(new ResponseHead(504, "", Fields.EMPTY))).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        Nearside-Failure-Kind: not a name           | Nearside-Failure-Result: Error | Nearside-Failure-Age-Millis: 1
        Nearside-Failure-Kind: origin-timeout       | Nearside-Failure-Result: 9     | Nearside-Failure-Age-Millis: 1
        Nearside-Failure-Kind: origin-timeout       | Nearside-Failure-Result: Error | Nearside-Failure-Age-Millis: -1
        Nearside-Failure-Kind: origin-timeout       | Nearside-Failure-Result: Error | Nearside-Failure-Age-Millis: 9999999999999
        Nearside-Failure-Kind: origin-timeout       | Nearside-Failure-Result: Error | X-No-Age: 1
        Nearside-Failure-Message: %zz               | Nearside-Failure-Kind: k       | Nearside-Failure-Age-Millis: 1
        """)
    void aFailureThatCannotBeReadIsOneOfItsOwn(String one, String two, String three) {
        Fields.Builder fields = Fields.builder();
        for (String field : List.of(one, two, three, "Nearside-Failure-Result: Error", "Nearside-Failure-Message: m")) {
            fields.add(field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 2));
        }

        FillFailure read = Objects.requireNonNull(Shields.failure(new ResponseHead(504, "", fields.build())));

        assertThat(read.status()).isEqualTo(502);
        assertThat(read.kind()).isEqualTo("shield-invalid-answer");
    }

    @Test
    void aFailureWithAStatusThatIsNoErrorCannotBeRead() {
        ResponseHead answer = Shields.answer(new FillFailure(200, "Error", "k", "m"));

        assertThat(Shields.failure(answer))
                .isNotNull()
                .extracting(FillFailure::kind)
                .isEqualTo("shield-invalid-answer");
    }

    @Test
    void aMessageIsNeverTooLongToBeRead() {
        FillFailure failure = new FillFailure(502, "Error", "k", "é".repeat(5_000), 7);

        FillFailure read = Objects.requireNonNull(Shields.failure(Shields.answer(failure)));

        assertThat(failure.message()).startsWith(read.message());
        assertThat(read.ageMillis()).isEqualTo(7);
    }

    @Test
    void theViewersConnectionTravels() {
        Viewer viewer = new Viewer(
                "2001:db8::7",
                "https",
                "shop.test",
                "2.0",
                54_321,
                new Viewer.Tls(
                        "TLSv1.3", "TLS_AES_128_GCM_SHA256", "0".repeat(32), "t13d1516h2_8daaf6152771_b186095e22b6"));
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Host", "shop.test"));

        RequestHead sent = edge.sent(request, new Forwarded(viewer, request, "e1.cdn.localhost", "*", 1, "a_b-c=="));
        Forwarded received = Objects.requireNonNull(shield.received(sent));

        assertThat(received.viewer()).isEqualTo(viewer);
        assertThat(received.requestId()).isEqualTo("a_b-c==");
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "99999999999", "x", ""})
    void whatCannotBeReadOfAViewerIsNotKnown(String port) {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Host", "shop.test"));
        RequestHead sent = edge.sent(request, new Forwarded(VIEWER, request, "e1.cdn.localhost", "*", 1, "id-1"));
        RequestHead spoilt = sent.withHeaders(sent.headers()
                .with("Nearside-Viewer-Port", port)
                .with("Nearside-Viewer-Tls", "no cipher here")
                .with("Nearside-Viewer-Scheme", "gopher")
                .with("Nearside-Viewer-Http", "9")
                .with("Nearside-Revision", "many")
                .with("Nearside-Request-Id", "two words"));

        Forwarded received = Objects.requireNonNull(shield.received(spoilt));

        assertThat(received.viewer()).isEqualTo(new Viewer("198.51.100.7", "http", "shop.test", "1.1"));
        assertThat(received.revision()).isEqualTo(Long.MAX_VALUE);
        assertThat(received.requestId()).isEqualTo("unknown");
    }

    private static Origin origin(@Nullable String shieldRegion) {
        return new Origin(
                "main",
                "origin.test",
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                3,
                10,
                30,
                5,
                List.of("TLSv1.2"),
                shieldRegion);
    }
}
