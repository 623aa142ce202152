package dev.nearside.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.signing.Signer;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution.GeoRestriction;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

    private static final Viewer VIEWER = new Viewer("192.0.2.1", "http", "site.test", "1.1");
    private static final Signer SIGNER = Signer.rsa("K1");
    private static final long NOW = 1_700_000_000_000L;

    @ParameterizedTest(name = "{0} of DE and FR, viewer in {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "NONE, US, -",
                "WHITELIST, DE, -",
                "WHITELIST, FR, -",
                "WHITELIST, US, geo-restricted",
                "WHITELIST, -, -",
                "BLACKLIST, DE, geo-restricted",
                "BLACKLIST, US, -",
                "BLACKLIST, -, -",
            })
    void countriesAreAllowedOrBlockedAndUnknownOnesAllowed(
            GeoRestriction.Type type, @Nullable String country, @Nullable String kind) {
        Route route =
                new Routes().with(new GeoRestriction(type, List.of("DE", "FR"))).route();

        EdgeError refusal = Admission.refusal(route, VIEWER, request(""), place(country), NOW);

        assertThat(refusal == null ? null : refusal.kind()).isEqualTo(kind);
        assertThat(refusal == null ? 403 : refusal.status()).isEqualTo(403);
    }

    @Test
    void placeComesBeforeSignature() {
        Route route = new Routes()
                .with(new GeoRestriction(GeoRestriction.Type.BLACKLIST, List.of("DE")))
                .with(SIGNER.group())
                .route();

        assertThat(kind(route, request(""), place("DE"))).isEqualTo("geo-restricted");
        assertThat(kind(route, request(""), place("FR"))).isEqualTo("signature-MissingKey");
        assertThat(kind(route, request(SIGNER.canned("http://site.test/a", NOW / 1000 + 9)), place("FR")))
                .isNull();
    }

    @Test
    void viewerIsSentToHttpsBeforeItsSignatureIsChecked() {
        Route route = new Routes()
                .with(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                .with(SIGNER.group())
                .route();

        assertThat(kind(route, request(""), null)).isNull();
        assertThat(Admission.redirectsToHttps(route, VIEWER)).isTrue();
    }

    /** CloudFront's guide, "GET requests that include a body". */
    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        cloudfront | GET    | Content-Length: 1          | get-with-body
        cloudfront | GET    | Transfer-Encoding: chunked | get-with-body
        cloudfront | GET    | -                          | -
        cloudfront | POST   | Content-Length: 1          | -
        rfc        | GET    | Content-Length: 1          | -
        cloudfront | TRACE  | -                          | method-not-allowed
        """)
    void methodsAndBodiesThatABehaviorTakes(
            String rules, String method, @Nullable String field, @Nullable String refusal) {
        Routes routes = new Routes();
        Route route = (rules.equals("rfc")
                        ? routes.with(CachePolicy.RFC9111)
                        : routes.with(Routes.cachePolicy(1, 60, Selection.NONE)))
                .route();
        Fields fields = field == null ? Fields.EMPTY : Fields.of(field.split(": ", -1));

        assertThat(kind(route, new RequestHead(method, "/a", "", fields), null)).isEqualTo(refusal);
    }

    @Test
    void whatGoesOnHasNoCredentialsAndNoForgedFields() {
        Route route = new Routes().with(SIGNER.group()).route();
        RequestHead request =
                new RequestHead("GET", "/a", "Expires=1&b=2", Fields.of("CloudFront-Viewer-Country", "XX", "A", "1"));

        assertThat(Admission.admitted(route, request))
                .isEqualTo(new RequestHead("GET", "/a", "b=2", Fields.of("A", "1")));
        assertThat(Admission.admitted(new Routes().route(), request).querystring())
                .as("a behavior that trusts no key")
                .isEqualTo("Expires=1&b=2");
    }

    @Test
    void placeIsOnlyLookedUpWhereSomebodyAsks() {
        ViewerPlaces places = ViewerPlaces.of(
                List.of(new ViewerPlaces.Entry("192.0.2.0/24", Place.city("DE", "Germany", "Berlin", 52.5, 13.4))));
        Route asking = new Routes()
                .with(Routes.cachePolicy(Selection.only("CloudFront-Viewer-Country"), Selection.NONE, Selection.NONE))
                .route();

        assertThat(Admission.place(new Routes().route(), VIEWER, places)).isNull();
        assertThat(Admission.place(asking, VIEWER, places)).isNotNull();
    }

    private static @Nullable String kind(Route route, RequestHead request, @Nullable Place place) {
        EdgeError refusal = Admission.refusal(route, VIEWER, request, place, NOW);
        return refusal == null ? null : refusal.kind();
    }

    private static RequestHead request(String query) {
        return new RequestHead("GET", "/a", query, Fields.EMPTY);
    }

    private static @Nullable Place place(@Nullable String country) {
        return country == null ? null : Place.city(country, "", "", 0, 0);
    }
}
