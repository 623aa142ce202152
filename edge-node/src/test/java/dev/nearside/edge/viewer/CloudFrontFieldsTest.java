package dev.nearside.edge.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudFrontFieldsTest {

    private static final List<CloudFrontHeader> ALL = Arrays.asList(CloudFrontHeader.values());
    private static final Viewer VIEWER = new Viewer(
            "198.51.100.7",
            "https",
            "site.test",
            "2.0",
            51_000,
            new Viewer.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", "ja3-hash", "ja4-text"));
    private static final RequestHead REQUEST = new RequestHead(
            "GET", "/", "", Fields.of("Host", "site.test", "User-Agent", "curl/8.5.0", "Accept", "*/*"));
    private static final Place DENVER = new Place(
            "US",
            "United States",
            "CO",
            "Colorado",
            "Denver",
            39.7392,
            -104.9903,
            "America/Denver",
            "80202",
            "751",
            64_500L);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        CloudFront-Forwarded-Proto            | https
        CloudFront-Viewer-Address             | 198.51.100.7:51000
        CloudFront-Viewer-Http-Version        | 2.0
        CloudFront-Viewer-TLS                 | TLSv1.3:TLS_AES_128_GCM_SHA256:fullHandshake
        CloudFront-Viewer-Header-Order        | Host:User-Agent:Accept
        CloudFront-Viewer-Header-Count        | 3
        CloudFront-Viewer-Country             | US
        CloudFront-Viewer-Country-Name        | United States
        CloudFront-Viewer-Country-Region      | CO
        CloudFront-Viewer-Country-Region-Name | Colorado
        CloudFront-Viewer-City                | Denver
        CloudFront-Viewer-Latitude            | 39.73920
        CloudFront-Viewer-Longitude           | -104.99030
        CloudFront-Viewer-Time-Zone           | America/Denver
        CloudFront-Viewer-Postal-Code         | 80202
        CloudFront-Viewer-Metro-Code          | 751
        CloudFront-Viewer-ASN                 | 64500
        CloudFront-Viewer-JA3-Fingerprint     | ja3-hash
        CloudFront-Viewer-JA4-Fingerprint     | ja4-text
        CloudFront-Is-Desktop-Viewer          | true
        CloudFront-Is-Mobile-Viewer           | false
        CloudFront-Is-Tablet-Viewer           | false
        CloudFront-Is-SmartTV-Viewer          | false
        CloudFront-Is-Android-Viewer          | false
        CloudFront-Is-IOS-Viewer              | false
        """)
    void eachFieldSaysWhatItsNameSays(String name, String value) {
        assertThat(CloudFrontFields.of(ALL, VIEWER, REQUEST, DENVER).all(name)).containsExactly(value);
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        Fields fields = CloudFrontFields.of(ALL, new Viewer("192.0.2.1", "http", "h", "1.1"), REQUEST, null);

        assertThat(fields.has("CloudFront-Viewer-TLS")).isFalse();
        assertThat(fields.has("CloudFront-Viewer-JA3-Fingerprint")).isFalse();
        assertThat(fields.has("CloudFront-Viewer-JA4-Fingerprint")).isFalse();
        assertThat(fields.has("CloudFront-Viewer-ASN")).isFalse();
        assertThat(fields.has("CloudFront-Viewer-Address")).isFalse();
        assertThat(fields.has("CloudFront-Viewer-Country")).isFalse();
        assertThat(fields.first("CloudFront-Is-Desktop-Viewer")).isEqualTo("true");
    }

    @Test
    void handshakeThatCouldNotBeReadHasNoFingerprint() {
        Viewer viewer = new Viewer("192.0.2.1", "https", "h", "1.1", 0, new Viewer.Tls("TLSv1.3", "S"));
        Fields fields = CloudFrontFields.of(ALL, viewer, REQUEST, null);

        assertThat(fields.first("CloudFront-Viewer-TLS")).isEqualTo("TLSv1.3:S:fullHandshake");
        assertThat(fields.has("CloudFront-Viewer-JA3-Fingerprint")).isFalse();
        assertThat(fields.has("CloudFront-Viewer-JA4-Fingerprint")).isFalse();
    }

    @Test
    void namesBeyondAsciiArePercentEncoded() {
        Place saoPaulo = Place.city("BR", "Brazil", "São Paulo", -23.55, -46.63);
        assertThat(CloudFrontFields.of(ALL, VIEWER, REQUEST, saoPaulo).first("CloudFront-Viewer-City"))
                .isEqualTo("S%C3%A3o Paulo");
    }

    @Test
    void nothingIsMadeWhereNobodyAsks() {
        assertThat(CloudFrontFields.of(List.of(), VIEWER, REQUEST, DENVER)).isSameAs(Fields.EMPTY);
        assertThat(CloudFrontFields.added(REQUEST, Fields.EMPTY)).isSameAs(REQUEST);
        assertThat(CloudFrontFields.withoutForged(REQUEST)).isSameAs(REQUEST);
    }

    @Test
    void viewersCannotMakeThemUp() {
        RequestHead forged = REQUEST.withHeaders(
                REQUEST.headers().plus("cloudfront-viewer-country", "XX").plus("CloudFront-Anything", "1"));
        assertThat(CloudFrontFields.withoutForged(forged)).isEqualTo(REQUEST);
    }

    @ParameterizedTest(name = "key {0}, viewer headers {1} {2}, CloudFront headers {3}: {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "Accept, NONE, -, -, ''",
                "cloudfront-viewer-country, NONE, -, -, VIEWER_COUNTRY",
                "CloudFront-Viewer-Address, NONE, -, -, ''",
                "CloudFront-Viewer-TLS, NONE, -, -, ''",
                "-, WHITELIST, CloudFront-Is-Mobile-Viewer, -, IS_MOBILE_VIEWER",
                "-, WHITELIST, CloudFront-Viewer-Address, -, VIEWER_ADDRESS",
                "-, ALL, -, -, ''",
                "-, ALL_EXCEPT, Host, -, ''",
                "-, ALL, -, CloudFront-Viewer-City, VIEWER_CITY",
                "CloudFront-Viewer-Country, ALL, -, CloudFront-Viewer-City, VIEWER_CITY VIEWER_COUNTRY",
                "CloudFront-Viewer-JA3-Fingerprint, ALL, -, CloudFront-Viewer-ASN, VIEWER_ASN",
                "CloudFront-Viewer-ASN, WHITELIST, CloudFront-Viewer-JA4-Fingerprint, -, VIEWER_JA4_FINGERPRINT",
                "-, ALL, -, CloudFront-Viewer-JA3-Fingerprint, VIEWER_JA3_FINGERPRINT",
            })
    void policiesAskByName(
            @Nullable String key,
            Selection.Mode mode,
            @Nullable String item,
            @Nullable String cloudFront,
            String asked) {
        OriginRequestPolicy forwarded = new OriginRequestPolicy(
                "o",
                "o",
                new Selection(mode, item == null ? List.of() : List.of(item)),
                cloudFront == null ? Selection.NONE : Selection.only(cloudFront),
                Selection.NONE,
                Selection.NONE);
        List<String> names =
                CloudFrontHeader.askedFor(policy(key == null ? Selection.NONE : Selection.only(key)), forwarded)
                        .stream()
                        .map(Enum::name)
                        .toList();
        assertThat(String.join(" ", names)).isEqualTo(asked);
    }

    private static CachePolicy policy(Selection headers) {
        return new CachePolicy(
                "p",
                "p",
                CachePolicy.TtlRules.CLOUDFRONT,
                0,
                0,
                1,
                headers,
                Selection.NONE,
                Selection.NONE,
                false,
                false);
    }
}
