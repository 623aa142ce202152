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
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.testing.DeadPort;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CloudFront's custom error responses on a whole node. */
class CustomErrorPagesTest {

    @TempDir
    private Path folder;

    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(folder).with(TestBed.CACHING_OPTIMIZED);
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    private void originHas(String page) {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.line().startsWith("GET " + page + " ")
                        ? ScriptedOrigin.response("200 OK", "sorry", "Content-Type: text/html", "X-Page: yes")
                        : ScriptedOrigin.response("404 Not Found", "nothing here", "Content-Type: text/plain")));
    }

    @Test
    void pageAndStatusTakeThePlaceOfTheOriginsError() throws Exception {
        originHas("/errors/404.html");
        bed.with(new ErrorResponse(404, "/errors/404.html", 200, 10)).publish();

        RawViewer.Response response = bed.get("/missing", "If-None-Match: *", "Range: bytes=0-1");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("sorry");
        assertThat(response.field("x-cache")).isEqualTo("Error from cloudfront");
        assertThat(response.field("x-page")).isEqualTo("yes");
    }

    @Test
    void bothTheErrorAndThePageAreCached() throws Exception {
        originHas("/e.html");
        bed.with(new ErrorResponse(404, "/e.html", 404, 10)).publish();
        bed.get("/missing");
        bed.get("/missing");
        bed.get("/other");

        assertThat(bed.origin.requests())
                .extracting(ScriptedOrigin.Asked::line)
                .containsExactly("GET /missing HTTP/1.1", "GET /e.html HTTP/1.1", "GET /other HTTP/1.1");
    }

    @Test
    void withoutThePageTheViewerGetsTheOriginsErrorWhole() throws Exception {
        originHas("/somewhere-else");
        bed.with(new ErrorResponse(404, "/gone.html", 200, 10)).publish();

        RawViewer.Response response = bed.get("/missing");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).isEqualTo("nothing here");
    }

    @Test
    void anOriginThatIsAwayHasAPageThatWasCachedBefore() throws Exception {
        originHas("/502.html");
        bed.with(new ErrorResponse(502, "/502.html", 503, 10)).publish();
        bed.get("/502.html");
        try (DeadPort dead = new DeadPort()) {
            bed.withOriginPort(dead.number()).publish();

            RawViewer.Response response = bed.get("/anything");

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.text()).isEqualTo("sorry");
        }
    }

    @Test
    void otherStatusesStayAsTheyAre() throws Exception {
        originHas("/e.html");
        bed.with(new ErrorResponse(403, "/e.html", 200, 10)).publish();

        assertThat(bed.get("/missing").status()).isEqualTo(404);
    }

    @Test
    void aHeadForAMissingObjectHasThePagesHead() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(
                asked.line().startsWith("HEAD ")
                        ? "HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\n"
                        : ScriptedOrigin.response("200 OK", "sorry")));
        bed.with(new ErrorResponse(404, "/e.html", 200, 10)).publish();

        try (RawViewer viewer = bed.viewer()) {
            viewer.send("HEAD /missing HTTP/1.1\r\nHost: site.test\r\n\r\n");
            assertThat(viewer.read(true).status()).isEqualTo(200);
        }
    }

    @Test
    void pageOfARefusedViewerIsAskedForWithTrueFieldsAndWithoutCredentials() throws Exception {
        Signer signer = Signer.rsa("K1");
        bed.with(signer.group())
                .with(Routes.cachePolicy(only("CloudFront-Viewer-Country"), ALL, NONE))
                .with(new ErrorResponse(403, "/403.html", 403, 10))
                .publish();
        originHas("/403.html");

        RawViewer.Response refused = bed.getFrom(
                "127.64.1.1",
                "/a",
                "CloudFront-Viewer-Country: FR",
                "CloudFront-Viewer-City: Paris",
                "Cookie: CloudFront-Key-Pair-Id=K9; own=1");

        assertThat(refused.text()).isEqualTo("sorry");
        ScriptedOrigin.Asked page = bed.origin.requests().getFirst();
        assertThat(page.fields())
                .contains("CloudFront-Viewer-Country: DE")
                .contains("Cookie: own=1")
                .noneMatch(field -> field.contains("Paris") || field.contains("Key-Pair-Id") || field.endsWith(": FR"));
    }

    @Test
    void pageIsAskedForWithoutTheBodyThatAFunctionGaveTheRequest() throws Exception {
        bed.with(EventType.VIEWER_REQUEST, """
                        exports.handler = async (event) => {
                            const request = event.Records[0].cf.request;
                            request.body = { action: 'replace', encoding: 'text', data: 'replaced' };
                            return request;
                        };
                        """, true)
                .with(new ErrorResponse(404, "/e.html", 200, 10))
                .publish();
        originHas("/e.html");

        try (RawViewer viewer = bed.viewer()) {
            viewer.send("POST /missing HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(viewer.read().text()).isEqualTo("sorry");
        }

        assertThat(bed.origin.requests()).hasSize(2);
        ScriptedOrigin.Asked page = bed.origin.requests().getLast();
        assertThat(page.line()).startsWith("GET /e.html ");
        assertThat(page.fields()).noneMatch(field -> field.startsWith("Content-") || field.startsWith("Transfer-"));
        assertThat(page.body()).isEmpty();
    }
}
