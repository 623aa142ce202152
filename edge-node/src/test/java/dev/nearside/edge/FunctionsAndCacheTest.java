package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of functions' work the cache keeps, under which key and for how long; and origins of the other kind. */
class FunctionsAndCacheTest {

    @TempDir
    private Path folder;

    private ScriptedOrigin bucket;
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bucket = new ScriptedOrigin();
        NodeSettings usual = NodeSettings.DEFAULTS;
        bed = TestBed.start(
                folder,
                new NodeSettings(
                        usual.limits(),
                        usual.originLink(),
                        usual.controlPlaneLink(),
                        usual.time(),
                        usual.viewerTls(),
                        usual.originCa(),
                        usual.breakers(),
                        Map.of("bucket.s3.test", URI.create("http://127.0.0.1:" + bucket.port()))));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
        bucket.close();
    }

    @Test
    void whatOriginRequestAskedForIsKeptUnderTheKeyOfTheRequest() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, function("request.uri = '/changed' + request.uri; return request;"))
                .publish();

        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.get("/changed/a").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.origin.requests())
                .extracting(ScriptedOrigin.Asked::line)
                .containsExactly("GET /changed/a HTTP/1.1", "GET /changed/changed/a HTTP/1.1");
    }

    @Test
    void whatOriginRequestMakesIsKeptByItsOwnHeaders() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, counting("""
                return { status: '200', body: '' + runs, headers: { 'cache-control': [{
                    value: request.uri === '/kept' ? 'max-age=60' : 'no-store' }] } };""")).publish();

        assertThat(bed.get("/kept").text()).isEqualTo("1");
        assertThat(bed.get("/kept").text()).isEqualTo("1");
        assertThat(bed.get("/not").text()).isEqualTo("2");
        assertThat(bed.get("/not").text()).isEqualTo("3");
        assertThat(bed.origin.requests()).isEmpty();
    }

    @Test
    void originResponseSaysHowLongItIsKept() throws Exception {
        bed.with(
                        EventType.ORIGIN_RESPONSE,
                        function("response.headers['cache-control'] = [{ value: 'no-store' }]; return response;"))
                .publish();

        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
        assertThat(bed.get("/a").field("x-cache")).isEqualTo("Miss from cloudfront");
    }

    @Test
    void statusThatOriginResponseMendedIsKept() throws Exception {
        bed.with(
                        EventType.ORIGIN_RESPONSE,
                        function("response.status = 200; response.body = 'mended'; return response;"))
                .with(EventType.VIEWER_RESPONSE, counting("""
                        response.headers['x-runs'] = [{ value: '' + runs }];
                        return response;"""))
                .publish();
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("404 Not Found", "no", "Cache-Control: max-age=60")));

        RawViewer.Response miss = bed.get("/a");
        assertThat(miss.status()).isEqualTo(200);
        assertThat(miss.text()).isEqualTo("mended");
        assertThat(miss.field("x-runs")).isEqualTo("1");
        RawViewer.Response hit = bed.get("/a");
        assertThat(hit.field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(hit.text()).isEqualTo("mended");
        assertThat(hit.field("x-runs")).as("made for each viewer and not kept").isEqualTo("2");
        assertThat(bed.origin.requests()).hasSize(1);
    }

    @Test
    void whatViewerRequestMakesIsNotKept() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, counting("""
                return { status: '200', body: '' + runs, headers: { 'cache-control': [{ value: 'max-age=60' }] } };""")).publish();

        assertThat(bed.get("/a").text()).isEqualTo("1");
        assertThat(bed.get("/a").text()).isEqualTo("2");
    }

    @Test
    void failureOfOriginResponseIsNotKept() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, counting("""
                if (runs === 1) { response.status = 99; }
                return response;""")).publish();

        RawViewer.Response refused = bed.get("/a");
        assertThat(refused.status()).isEqualTo(502);
        assertThat(refused.field("x-cache")).isEqualTo("LambdaValidationError from cloudfront");
        assertThat(bed.get("/a").text()).isEqualTo("hello");
    }

    @Test
    void originRequestMayChangeFromACustomOriginToABucket() throws Exception {
        bucket.plays((asked, stage) -> stage.write(ScriptedOrigin.ok("from the bucket")));
        bed.with(EventType.ORIGIN_REQUEST, function("""
                request.origin = { s3: { domainName: 'bucket.s3.test', region: '', authMethod: 'none', path: '/site',
                    readTimeout: 7, customHeaders: { 'x-mine': [{ value: '1' }] } } };
                request.headers.host = [{ key: 'host', value: 'bucket.s3.test' }];
                return request;"""))
                .with(EventType.ORIGIN_RESPONSE, function("""
                const { s3 } = request.origin;
                response.headers['x-origin'] = [{ value: [Object.keys(request.origin), s3.domainName, s3.path,
                    s3.readTimeout].join() }];
                return response;"""))
                .publish();
        RawViewer.Response response = bed.get("/a");

        assertThat(response.text()).isEqualTo("from the bucket");
        assertThat(response.field("x-origin")).isEqualTo("s3,bucket.s3.test,/site,7");
        ScriptedOrigin.Asked asked = bucket.requests().getFirst();
        assertThat(asked.line()).isEqualTo("GET /site/a HTTP/1.1");
        assertThat(asked.field("host")).isEqualTo("bucket.s3.test");
        assertThat(asked.field("x-mine")).isEqualTo("1");
        assertThat(bed.origin.requests()).isEmpty();
    }

    private static String function(String body) {
        return """
                exports.handler = async (event) => {
                    const { request, response } = event.Records[0].cf;
                    %s
                };""".formatted(body);
    }

    private static String counting(String body) {
        return "let runs = 0;\n" + function("runs++;\n" + body);
    }
}
