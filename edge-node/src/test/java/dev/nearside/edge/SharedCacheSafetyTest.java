package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Selection;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one viewer sends must not spoil what others get, and what was meant for one must not reach others. */
class SharedCacheSafetyTest {

    @TempDir
    Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void anOddRequestDoesNotHideTheVariantsOfOthers() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                ScriptedOrigin.response("200 OK", "text", "Cache-Control: max-age=60", "Vary: Accept-Language")));
        bed.get("/a", "Accept-Language: en");
        bed.get("/a", "Accept-Language: zz", "Cache-Control: no-store");
        bed.get("/a", "Accept-Language: zy", "Authorization: x");
        assertThat(bed.get("/a", "Accept-Language: en").field("x-cache")).isEqualTo("Hit from cloudfront");
    }

    @Test
    void aFieldThatConnectionNamesIsNoPartOfTheRequest() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(ScriptedOrigin.response(
                "200 OK", "for " + asked.field("origin"), "Cache-Control: max-age=60", "Vary: Origin")));
        bed.get("/font", "Origin: https://shop.test", "Connection: Origin");
        assertThat(bed.get("/font", "Origin: https://shop.test").text()).isEqualTo("for https://shop.test");
    }

    @Test
    void framingCannotBeNamedAway() throws Exception {
        bed.origin.plays((asked, stage) ->
                stage.write(ScriptedOrigin.response("200 OK", asked.field("host") + " " + asked.body().length)));
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /a HTTP/1.1\r\nHost: site.test\r\nConnection: Content-Length, Host\r\n"
                    + "Content-Length: 3\r\n\r\nabc");
            assertThat(viewer.read().text()).endsWith(" 3");
            assertThat(viewer.get("/b").status()).isEqualTo(200);
        }
    }

    @Test
    void setCookieIsNotSharedWhereCookiesAreNotForwarded() throws Exception {
        bed.with(TestBed.CACHING_OPTIMIZED).publish();
        bed.origin.plays(
                (asked, stage) -> stage.write(ScriptedOrigin.response("200 OK", "x", "Set-Cookie: sid=secret")));
        assertThat(bed.get("/a").field("set-cookie")).isNull();
        assertThat(bed.get("/a").field("set-cookie")).isNull();
    }

    @Test
    void aForwardedHostReachesTheOrigin() throws Exception {
        bed.with(new CachePolicy(
                        "with-host",
                        "with-host",
                        CachePolicy.TtlRules.CLOUDFRONT,
                        0,
                        60,
                        60,
                        Selection.only("Host"),
                        Selection.NONE,
                        Selection.NONE,
                        false,
                        false))
                .publish();
        bed.get("/a");
        assertThat(bed.origin.requests().getFirst().field("host")).isEqualTo("site.test");
    }

    @Test
    void connectIsRefusedAndNothingIsLeftInThePool() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("CONNECT site.test:443 HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().status()).isEqualTo(501);
        }
        assertThat(bed.get("/a").text()).isEqualTo("hello");
    }

    @Test
    void theTargetsAuthorityIsTheHost() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                exports.handler = async (event) => ({
                    status: '200', body: event.Records[0].cf.request.headers.host[0].value });""").publish();
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET http://site.test/a HTTP/1.1\r\nHost: other.test\r\n\r\n");
            assertThat(viewer.read().text()).isEqualTo("site.test");
        }
    }

    @Test
    void bytesBeyondAsciiInAPathArePercentEncodedOnce() throws Exception {
        try (RawViewer viewer = bed.viewer()) {
            viewer.send("GET /caf\u00c3\u00a9 HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read().status()).isEqualTo(200);
        }
        assertThat(bed.origin.requests().getFirst().line()).isEqualTo("GET /caf%C3%A9 HTTP/1.1");
    }

    @Test
    void aTransferCodingThatIsNotUndoneIsNotPassedOffAsTheContent() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
                + "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("gzip, chunked");
    }

    @Test
    void aHeaderNameThatOnlyLooksEqualIsRefusedAndNotAHang() throws Exception {
        bed.with(EventType.ORIGIN_REQUEST, """
                exports.handler = async (event) => {
                    const request = event.Records[0].cf.request;
                    request.headers['x-k'] = [{ key: 'x-\\u212a', value: '1' }];
                    return request;
                };""").publish();
        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.field("x-cache")).isEqualTo("LambdaValidationError from cloudfront");
    }
}
