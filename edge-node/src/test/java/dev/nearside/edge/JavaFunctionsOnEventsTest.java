package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.jvm.JavaWorkbench;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.function.EventType;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java handlers on the events of a real node. */
class JavaFunctionsOnEventsTest {

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

    private static String handler(String body) {
        return """
                public class Handler implements EdgeHandler {
                    public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                        %s
                    }
                }
                """.formatted(body);
    }

    @Test
    void viewerRequestRewritesAndViewerResponseAddsAHeader() throws Exception {
        bed.withJava(EventType.VIEWER_REQUEST, JavaWorkbench.compile(handler("""
                        EdgeRequest request = event.request();
                        return request.withUri("/canonical").withHeaders(request.headers().with("X-Added", "by Java"));
                        """)))
                .withJava(EventType.VIEWER_RESPONSE, JavaWorkbench.compile(handler("""
                        EdgeResponse response = event.response();
                        return response.withHeaders(response.headers().with("X-Seen", event.request().uri()));
                        """)))
                .publish();

        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("x-seen")).isEqualTo("/canonical");
        assertThat(bed.get("/b").field("x-cache")).isEqualTo("Hit from cloudfront");
        assertThat(bed.origin.requests()).hasSize(1);
        assertThat(bed.origin.requests().getFirst().line()).isEqualTo("GET /canonical HTTP/1.1");
        assertThat(bed.origin.requests().getFirst().field("x-added")).isEqualTo("by Java");
    }

    @Test
    void aGeneratedResponseAndAFailureLookAsWithEveryOtherRuntime() throws Exception {
        bed.withJava(EventType.VIEWER_REQUEST, JavaWorkbench.compile(handler("""
                        if (event.request().uri().equals("/spin")) { while (true) { } }
                        if (event.request().uri().equals("/throw")) { throw new IllegalStateException(); }
                        return EdgeResponse.text(403, EdgeHeaders.empty().with("X-Why", "closed"), "not here");
                        """)))
                .publish();

        RawViewer.Response generated = bed.get("/a");
        assertThat(generated.status()).isEqualTo(403);
        assertThat(generated.text()).isEqualTo("not here");
        assertThat(generated.field("x-cache")).isEqualTo("LambdaGeneratedResponse from cloudfront");
        assertThat(bed.get("/throw").field("x-cache")).isEqualTo("LambdaExecutionError from cloudfront");
        assertThat(bed.get("/spin").status()).isEqualTo(503);
        assertThat(bed.get("/b").status()).isEqualTo(403);
    }

    @Test
    void whatIsNotAllowedIsAnExecutionErrorForTheViewer() throws Exception {
        bed.withJava(
                        EventType.VIEWER_REQUEST,
                        JavaWorkbench.compile(handler("System.exit(1); return event.request();")))
                .publish();

        RawViewer.Response response = bed.get("/a");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.field("x-cache")).startsWith("Lambda");
    }
}
