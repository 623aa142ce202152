package dev.nearside.edge;

import static dev.nearside.kit.snapshot.Selection.ALL;
import static dev.nearside.kit.snapshot.Selection.NONE;
import static dev.nearside.kit.snapshot.Selection.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.signing.Signer;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.Routes;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.GeoRestriction;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Header;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CloudFront's rules at the edge through a whole node: signatures, places, fields about viewers, policies. */
class EdgeRulesTest {

    private static final long FAR_AHEAD = 4_000_000_000L;
    private static final String GERMAN = "127.64.1.1";
    private static final String FRENCH = "127.64.2.1";

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK",
                asked.line() + " " + asked.fields(),
                "Cache-Control: max-age=60",
                "X-Powered-By: origin",
                "Vary: User-Agent")));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void signedUrlsShareOneObjectAndTheirParametersGoNowhere() throws Exception {
        Signer signer = Signer.rsa("K1");
        bed.with(signer.group()).with(EventType.VIEWER_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            request.headers['x-seen'] = [{ key: 'X-Seen', value: 'query ' + request.querystring }];
                            return request;
                        };
                        """).publish();

        RawViewer.Response refused = bed.get("/a?own=1");
        RawViewer.Response first = bed.get("/a?own=1&" + signer.canned("http://site.test/a?own=1", FAR_AHEAD));
        RawViewer.Response second = bed.get("/a?own=1&" + signer.canned("http://site.test/a?own=1", FAR_AHEAD + 1));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.field("content-type")).isEqualTo("text/xml");
        assertThat(refused.text()).contains("<Code>MissingKey</Code>");
        assertThat(first.text()).startsWith("GET /a?own=1 HTTP/1.1").contains("X-Seen: query own=1");
        assertThat(second.field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void traceTellsWhyASignatureWasRefusedAndHidesIt() throws Exception {
        Signer signer = Signer.rsa("K1");
        bed.with(signer.group()).publish();

        String id;
        try (RawViewer viewer = bed.viewer()) {
            id = viewer.get("/a?" + signer.canned("http://site.test/b", FAR_AHEAD))
                    .field("x-amz-cf-id");
            // The exchange before is over once the next one on its connection is answered.
            viewer.get("/a");
        }

        assertThat(bed.node().traces().find(id)).hasValueSatisfying(trace -> {
            assertThat(trace.path("error").path("kind").asText()).isEqualTo("signature-AccessDenied");
            assertThat(trace.path("error").path("message").asText()).contains("http://site.test/a");
            assertThat(trace.path("viewer").path("query").asText()).contains("&Signature=***&Key-Pair-Id=K1");
        });
    }

    @Test
    void viewersOfABlockedCountryGet403() throws Exception {
        bed.with(new GeoRestriction(GeoRestriction.Type.BLACKLIST, List.of("DE")))
                .publish();

        assertThat(bed.getFrom(GERMAN, "/a").status()).isEqualTo(403);
        assertThat(bed.getFrom(FRENCH, "/a").status()).isEqualTo(200);
        assertThat(bed.get("/a").status()).as("from nowhere known").isEqualTo(200);
    }

    @Test
    void fieldsAboutTheViewerMakeTheKeyAndReachOriginAndFunctions() throws Exception {
        bed.with(Routes.cachePolicy(only("CloudFront-Viewer-Country"), NONE, NONE))
                .with(EventType.VIEWER_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            if (Object.keys(request.headers).some((name) => name.startsWith('cloudfront-'))) {
                                throw new Error('seen too early');
                            }
                            return request;
                        };
                        """)
                .with(EventType.ORIGIN_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            request.uri = '/' + request.headers['cloudfront-viewer-country'][0].value;
                            return request;
                        };
                        """)
                .with(EventType.ORIGIN_RESPONSE, """
                        exports.handler = async (event) => {
                            const { request, response } = event.Records[0].cf;
                            response.headers['x-country'] = request.headers['cloudfront-viewer-country'];
                            response.headers['x-country'][0].key = 'X-Country';
                            return response;
                        };
                        """)
                .with(EventType.VIEWER_RESPONSE, """
                        exports.handler = async (event) => {
                            const { request, response } = event.Records[0].cf;
                            if (Object.keys(request.headers).some((name) => name.startsWith('cloudfront-'))) {
                                throw new Error('seen by a viewer event');
                            }
                            return response;
                        };
                        """)
                .publish();

        RawViewer.Response german = bed.getFrom(GERMAN, "/a", "CloudFront-Viewer-Country: FR");
        assertThat(german.text()).startsWith("GET /DE ").contains("CloudFront-Viewer-Country: DE");
        assertThat(german.field("x-country")).isEqualTo("DE");
        assertThat(bed.getFrom(FRENCH, "/a").text()).startsWith("GET /FR ");
        assertThat(bed.getFrom(GERMAN, "/a").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.getFrom(FRENCH, "/a").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void functionThatMakesUpTheCountryIsRefused() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            request.headers['cloudfront-viewer-country'] = [{ value: 'FR' }];
                            return request;
                        };
                        """).publish();
        assertThat(bed.get("/a").status()).isEqualTo(502);
    }

    @Test
    void responseHeadersPolicyWorksBeforeTheViewerResponseFunctionAndIsNotStored() throws Exception {
        bed.with(new ResponseHeadersPolicy(
                        "r",
                        "r",
                        new Cors(false, List.of("https://shop.test"), List.of("GET"), List.of(), List.of(), null, true),
                        List.of(new Header("X-Frame-Options", "DENY", true)),
                        List.of("X-Powered-By"),
                        0.0))
                .with(EventType.VIEWER_RESPONSE, """
                        exports.handler = async (event) => {
                            const response = event.Records[0].cf.response;
                            response.headers['x-saw'] = [{ value: response.headers['x-frame-options'][0].value
                                + ('x-powered-by' in response.headers) }];
                            return response;
                        };
                        """)
                .publish();

        RawViewer.Response miss = bed.get("/a", "Origin: https://shop.test");
        RawViewer.Response hit = bed.get("/a", "Origin: https://other.test", "Pragma: server-timing");

        for (RawViewer.Response response : List.of(miss, hit)) {
            assertThat(response.field("x-frame-options")).isEqualTo("DENY");
            assertThat(response.field("x-powered-by")).isNull();
            assertThat(response.field("x-saw")).isEqualTo("DENYfalse");
        }
        assertThat(miss.field("access-control-allow-origin")).isEqualTo("https://shop.test");
        assertThat(miss.field("vary")).contains("Origin");
        assertThat(miss.field("server-timing")).isNull();
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.field("access-control-allow-origin")).isNull();
        assertThat(hit.field("server-timing"))
                .startsWith("cdn-cache-hit,cdn-pop;desc=\"LHR50-C1\",cdn-rid;desc=\"" + hit.field("x-amz-cf-id"));
    }

    @Test
    void responseHeadersPolicyCoversErrorsOfTheOriginAndNotPagesOfTheNode() throws Exception {
        bed.with(new ResponseHeadersPolicy("r", "r", null, List.of(new Header("X-Policy", "1", true)), List.of(), null))
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response("404 Not Found", "no")));
        assertThat(bed.get("/missing").field("x-policy")).isEqualTo("1");

        bed.with(new GeoRestriction(GeoRestriction.Type.WHITELIST, List.of("FR")))
                .publish();
        assertThat(bed.getFrom(GERMAN, "/missing").field("x-policy")).isNull();
    }

    /** RFC 9110 §14.4, §14.6: a policy that removes what tells which part it is would make parts unreadable. */
    @Test
    void responseHeadersPolicyLeavesPartsReadable() throws Exception {
        bed.with(new ResponseHeadersPolicy(
                        "r",
                        "r",
                        null,
                        List.of(new Header("Content-Type", "text/x-policy", true)),
                        List.of("Content-Type", "Content-Range", "ETag"),
                        null))
                .publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "0123456789", "Cache-Control: max-age=60", "Content-Type: text/plain", "ETag: \"1\"")));
        assertThat(bed.get("/a").field("content-type")).isEqualTo("text/x-policy");

        RawViewer.Response one = bed.get("/a", "Range: bytes=2-3");
        assertThat(one.status()).isEqualTo(206);
        assertThat(one.field("content-range")).isEqualTo("bytes 2-3/10");
        assertThat(one.field("content-type")).isEqualTo("text/x-policy");
        assertThat(one.field("etag")).isNull();
        RawViewer.Response two = bed.get("/a", "Range: bytes=0-0,8-9");
        assertThat(two.status()).isEqualTo(206);
        assertThat(two.field("content-type")).startsWith("multipart/byteranges; boundary=");
        assertThat(bed.get("/a", "Range: bytes=99-").field("content-range")).isEqualTo("bytes */10");
    }

    @Test
    void varyNamesOnlyWhatTheOriginSaw() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        assertThat(bed.get("/a").field("vary")).isNull();
    }

    @Test
    void varyMakesNoVariantsUnderCloudFrontsPolicies() throws Exception {
        bed.with(Routes.cachePolicy(only("Accept"), NONE, NONE)).publish();
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "for everybody", "Cache-Control: max-age=60", "Vary: Accept-Encoding, Cookie")));

        bed.get("/a", "Cookie: a=1");
        assertThat(bed.get("/a", "Cookie: a=2").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void invalidationEndsAllVariantsOfTheKey() throws Exception {
        bed.with(Routes.cachePolicy(only("Accept"), ALL, NONE)).publish();
        for (String field : List.of("Accept: a", "Accept: b", "Cookie: a=1")) {
            bed.get("/a", field);
            assertThat(bed.get("/a", field).field("x-cache")).as(field).isEqualTo("Hit from cloudfront");
        }
        bed.invalidate("/a").publish();

        for (String field : List.of("Accept: a", "Accept: b", "Cookie: a=1")) {
            assertThat(bed.get("/a", field).field("x-cache")).as(field).isEqualTo("Miss from cloudfront");
        }
    }
}
