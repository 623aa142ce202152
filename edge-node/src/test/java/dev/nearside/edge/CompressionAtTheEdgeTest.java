package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.Decoder;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudFront's compression on a node between real sockets. */
class CompressionAtTheEdgeTest {

    private static final String PAGE = "A page of this line.\n".repeat(20_000);

    /** Keeps what has a validator, and asks the origin each time whether it still holds. */
    private static final CachePolicy ALWAYS_VALIDATED = new CachePolicy(
            "validated",
            "validated",
            CachePolicy.TtlRules.CLOUDFRONT,
            0,
            0,
            60,
            Selection.NONE,
            Selection.NONE,
            Selection.NONE,
            true,
            true);

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
        bed.with(TestBed.CACHING_OPTIMIZED).withCompression().publish();
        bed.origin.plays((asked, stage) -> stage.write(page()));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private static String page() {
        return ScriptedOrigin.response(
                "200 OK",
                PAGE,
                "Content-Type: text/html; charset=utf-8",
                "Cache-Control: max-age=60",
                "Accept-Ranges: bytes",
                "ETag: \"v1\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "br, gzip"})
    void theBodyDecodesToTheOriginsAndTheSecondRequestIsAHitWithTheSameBytes(String accepted) throws Exception {
        RawViewer.Response miss = bed.get("/page", "Accept-Encoding: " + accepted);
        RawViewer.Response hit = bed.get("/page", "Accept-Encoding: " + accepted);

        String coding = accepted.startsWith("br") ? "br" : "gzip";
        assertThat(miss.field("content-encoding")).isEqualTo(coding);
        assertThat(miss.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(miss.field("transfer-encoding")).isEqualTo("chunked");
        assertThat(miss.field("content-length")).isNull();
        assertThat(miss.field("accept-ranges")).isNull();
        assertThat(miss.field("vary")).isEqualTo("Accept-Encoding");
        assertThat(miss.field("etag")).isEqualTo("W/\"v1\"");
        assertThat(decoded(miss)).isEqualTo(PAGE);
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.field("content-encoding")).isEqualTo(coding);
        assertThat(hit.field("content-length")).isEqualTo(Integer.toString(miss.body().length));
        assertThat(hit.body()).isEqualTo(miss.body());
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(miss.body().length).isLessThan(PAGE.length() / 20);
    }

    @Test
    void aConditionalRequestWithTheWeakTagIsAnsweredAtTheEdge() throws Exception {
        bed.get("/page", "Accept-Encoding: gzip");
        RawViewer.Response response = bed.get("/page", "Accept-Encoding: gzip", "If-None-Match: W/\"v1\"");

        assertThat(response.status()).isEqualTo(304);
        assertThat(response.field("etag")).isEqualTo("W/\"v1\"");
        assertThat(response.field("vary")).isEqualTo("Accept-Encoding");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void aValidatedObjectStaysCompressedWithItsWeakTag() throws Exception {
        bed.with(ALWAYS_VALIDATED).publish();
        bed.origin.plays((asked, stage) -> stage.write(
                "W/\"v1\"".equals(asked.field("if-none-match"))
                        ? "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nAccept-Ranges: bytes\r\n\r\n"
                        : page().replace("max-age=60", "max-age=0")));
        bed.get("/page", "Accept-Encoding: gzip");

        RawViewer.Response response = bed.get("/page", "Accept-Encoding: gzip");

        assertThat(response.field("x-cache")).isEqualTo("RefreshHit from cloudfront");
        assertThat(response.field("etag")).isEqualTo("W/\"v1\"");
        assertThat(response.field("accept-ranges")).isNull();
        assertThat(response.field("content-encoding")).isEqualTo("gzip");
        assertThat(decoded(response)).isEqualTo(PAGE);
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void aHeadSaysWhatAGetWould() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            RawViewer.Response miss = viewer.request("HEAD", "/page", "Accept-Encoding: br");
            RawViewer.Response get = viewer.get("/page", "Accept-Encoding: br");
            RawViewer.Response hit = viewer.request("HEAD", "/page", "Accept-Encoding: br");
            for (RawViewer.Response head : new RawViewer.Response[] {miss, hit}) {
                assertThat(head.field("content-encoding")).isEqualTo("br");
                assertThat(head.field("etag")).isEqualTo("W/\"v1\"");
            }
            assertThat(miss.field("content-length")).isNull();
            assertThat(hit.field("content-length")).isEqualTo(Integer.toString(get.body().length));
        }
    }

    @Test
    void aPartOfTheOriginIsPassedAsItIs() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "206 Partial Content",
                PAGE.substring(0, 2_000),
                "Content-Type: text/html",
                "Content-Range: bytes 0-1999/" + PAGE.length(),
                "ETag: \"v1\"",
                "Cache-Control: max-age=60")));

        RawViewer.Response response = bed.get("/page", "Accept-Encoding: gzip", "Range: bytes=0-1999");

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.field("content-encoding")).isNull();
        assertThat(response.text()).isEqualTo(PAGE.substring(0, 2_000));
    }

    @Test
    void aViewerWithoutAcceptEncodingGetsIdentityFromAnotherKey() throws Exception {
        bed.get("/page", "Accept-Encoding: gzip");
        RawViewer.Response plain = bed.get("/page");
        RawViewer.Response again = bed.get("/page");

        assertThat(plain.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(plain.field("content-encoding")).isNull();
        assertThat(plain.field("etag")).isEqualTo("\"v1\"");
        assertThat(plain.field("content-length")).isEqualTo(Integer.toString(PAGE.length()));
        assertThat(plain.text()).isEqualTo(PAGE);
        assertThat(again.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(again.text()).isEqualTo(PAGE);
    }

    @Test
    void anHttp10ViewerGetsIdentityWhateverItAccepts() throws Exception {
        bed.get("/page", "Accept-Encoding: gzip");
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /page HTTP/1.0\r\nHost: site.test\r\nAccept-Encoding: gzip\r\n\r\n");
            RawViewer.Response response = viewer.read();
            assertThat(response.field("content-encoding")).isNull();
            assertThat(response.text()).isEqualTo(PAGE);
        }
        assertThat(bed.origin.requests().getLast().field("accept-encoding")).isNull();
    }

    @Test
    void whatTheOriginCompressedIsPassedAndKeptAsItIs() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(new byte[1_000_000]);
        }
        String body = bytes.toString(StandardCharsets.ISO_8859_1);
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK",
                body,
                "Content-Type: text/html",
                "Content-Encoding: gzip",
                "ETag: \"v1\"",
                "Cache-Control: max-age=60")));

        for (String result : new String[] {"Miss", "Hit"}) {
            RawViewer.Response response = bed.get("/packed", "Accept-Encoding: br, gzip");
            assertThat(response.field("x-cache")).isEqualTo(result + " from cloudfront");
            assertThat(response.field("content-encoding")).isEqualTo("gzip");
            assertThat(response.field("etag")).isEqualTo("\"v1\"");
            assertThat(response.body()).isEqualTo(bytes.toByteArray());
        }
    }

    @Test
    void theOriginIsAskedWithTheNormalisedCodings() throws Exception {
        bed.get("/page", "Accept-Encoding: zstd, gzip;q=0.5, br, deflate");

        assertThat(bed.origin.requests().getFirst().field("accept-encoding")).isEqualTo("br,gzip");
    }

    @Test
    void withoutCompressNothingIsCompressed() throws Exception {
        try (TestBed other = TestBed.start(folder.resolve("other"))) {
            other.with(TestBed.CACHING_OPTIMIZED).publish();
            other.origin.plays((asked, stage) -> stage.write(page()));
            assertThat(other.get("/page", "Accept-Encoding: gzip").text()).isEqualTo(PAGE);
        }
    }

    @Test
    void underRfc9111RulesTheOriginsChoiceStands() throws Exception {
        bed.with(CachePolicy.RFC9111).publish();
        RawViewer.Response response = bed.get("/page", "Accept-Encoding: gzip");

        assertThat(response.field("content-encoding")).isNull();
        assertThat(response.field("vary")).isNull();
        assertThat(response.text()).isEqualTo(PAGE);
    }

    @Test
    void theOriginResponseFunctionSeesTheOriginsHeadAndTheViewersFunctionTheCompressedOne() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                  const response = event.Records[0].cf.response;
                  response.headers['x-at-origin'] = [{key: 'X-At-Origin', value: response.headers.etag[0].value}];
                  return response;
                };
                """);
        bed.with(EventType.VIEWER_RESPONSE, """
                exports.handler = async (event) => {
                  const response = event.Records[0].cf.response;
                  response.headers['x-at-viewer'] = [{key: 'X-At-Viewer', value: response.headers.etag[0].value}];
                  return response;
                };
                """).publish();

        RawViewer.Response response = bed.get("/page", "Accept-Encoding: gzip");

        assertThat(response.field("x-at-origin")).isEqualTo("\"v1\"");
        assertThat(response.field("x-at-viewer")).isEqualTo("W/\"v1\"");
        assertThat(decoded(response)).isEqualTo(PAGE);
    }

    @Test
    void aBodyCutByTheOriginIsNeitherWholeNorKept() throws Exception {
        bed.origin.plays(
                (asked, stage) -> stage.write(page().substring(0, 200_000)).close());
        RawViewer.Response cut = bed.get("/page", "Accept-Encoding: gzip");
        assertThat(cut.whole()).isFalse();

        bed.origin.plays((asked, stage) -> stage.write(page()));
        RawViewer.Response next = bed.get("/page", "Accept-Encoding: gzip");
        assertThat(next.field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(decoded(next)).isEqualTo(PAGE);
    }

    private static String decoded(RawViewer.Response response) throws IOException {
        byte[] body = response.body();
        byte[] bytes = response.field("content-encoding").equals("br")
                ? Decoder.decompress(body).getDecompressedData()
                : new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
