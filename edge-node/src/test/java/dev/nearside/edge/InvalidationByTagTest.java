package dev.nearside.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.disk.TieredStore;
import dev.nearside.edge.testbed.NodeSettings;
import dev.nearside.edge.testbed.RawViewer;
import dev.nearside.edge.testbed.ScriptedOrigin;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.testbed.Waiting;
import dev.nearside.function.EventType;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Invalidation by cache tags on a whole node, as CloudFront describes it. */
@Timeout(60)
class InvalidationByTagTest {

    private static final int LARGE = 200_000;

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private TestBed bed;

    @BeforeEach
    void startNode() throws Exception {
        bed = TestBed.start(
                folder,
                NodeSettings.DEFAULTS
                        .with(new EdgeNodeConfig.Limits(8 << 20, 100_000, 4 << 20, 0, 0, 0, 50L << 20, 0))
                        .with(time));
        store().loaded().join();
        bed.withCacheTags("X-Tags").publish();
        bed.origin.plays((asked, stage) -> stage.write(tagged("x", tagsOf(asked))));
    }

    @AfterEach
    void stopNode() throws Exception {
        bed.close();
    }

    @Test
    void everythingWithTheTagAndNothingElseIsInvalidated() throws Exception {
        List<String> paths =
                List.of("/shoe?tags=Product:1,Red", "/list?tags=product:1", "/hat?tags=product:2", "/bare");
        for (String path : paths) {
            assertThat(cacheWord(path)).startsWith("Miss");
            assertThat(cacheWord(path)).startsWith("Hit");
        }

        bed.invalidate("#PRODUCT:1").publish();

        assertThat(cacheWord(paths.get(0))).startsWith("Miss");
        assertThat(cacheWord(paths.get(1))).startsWith("Miss");
        assertThat(cacheWord(paths.get(2))).startsWith("Hit");
        assertThat(cacheWord(paths.get(3))).startsWith("Hit");
        assertThat(cacheWord(paths.get(0))).as("stored anew").startsWith("Hit");
    }

    @Test
    void pathsAndTagsMixInOneInvalidation() throws Exception {
        for (String path : List.of("/a?tags=red", "/b?tags=green", "/c?tags=blue")) {
            cacheWord(path);
        }

        bed.invalidate("/c*", "#red").publish();

        assertThat(cacheWord("/a?tags=red")).startsWith("Miss");
        assertThat(cacheWord("/b?tags=green")).startsWith("Hit");
        assertThat(cacheWord("/c?tags=blue")).startsWith("Miss");
    }

    @Test
    void viewersGetTheFieldLikeAnyOther() throws Exception {
        assertThat(bed.get("/a?tags=red,round").field("x-tags")).isEqualTo("red,round");
        assertThat(bed.get("/a?tags=red,round").field("x-tags")).isEqualTo("red,round");
    }

    @Test
    void tagsMayComeFromTheOriginResponseFunction() throws Exception {
        bed.with(EventType.ORIGIN_RESPONSE, """
                exports.handler = async (event) => {
                    const response = event.Records[0].cf.response;
                    response.headers['x-tags'] = [{ key: 'X-Tags', value: 'by-function' }];
                    return response;
                };
                """).publish();
        cacheWord("/a");
        assertThat(cacheWord("/a")).startsWith("Hit");

        bed.invalidate("#by-function").publish();

        assertThat(cacheWord("/a")).startsWith("Miss");
    }

    @Test
    void whatWasAskedForBeforeIsNoHitAfterwards() throws Exception {
        CountDownLatch invalidated = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            if (bed.origin.requests().size() == 1) {
                invalidated.await();
            }
            stage.write(tagged("number " + bed.origin.requests().size(), "red"));
        });
        try (RawViewer early = bed.viewer()) {
            early.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            Waiting.until("the origin is asked", () -> bed.origin.requests().size() == 1);
            bed.invalidate("#red").publish();

            RawViewer.Response late = bed.get("/a");
            assertThat(late.text())
                    .as("who asks after the invalidation does not wait for the answer from before it")
                    .isEqualTo("number 2");
            invalidated.countDown();
            assertThat(early.read().status()).isEqualTo(200);
        }

        assertThat(bed.get("/a").text()).isEqualTo("number 2");
        assertThat(bed.origin.requests()).hasSize(2);
    }

    @Test
    void confirmedResponseHasTheTagsOfThe304() throws Exception {
        bed.origin.plays(
                (asked, stage) -> stage.write(
                        asked.field("If-None-Match") == null
                                ? ScriptedOrigin.response(
                                        "200 OK", "x", "ETag: \"1\"", "Cache-Control: max-age=10", "X-Tags: old")
                                : "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=100\r\nX-Tags: new\r\n\r\n"));
        cacheWord("/a");
        time.advance(Duration.ofSeconds(11));
        assertThat(cacheWord("/a")).startsWith("RefreshHit");

        bed.invalidate("#old").publish();
        assertThat(cacheWord("/a")).startsWith("Hit");
        bed.invalidate("#new").publish();
        assertThat(cacheWord("/a")).startsWith("Miss");
    }

    @Test
    void whatLosesItsTagWhileThatIsInvalidatedStaysInvalidated() throws Exception {
        CountDownLatch invalidated = new CountDownLatch(1);
        bed.origin.plays((asked, stage) -> {
            if (asked.field("If-None-Match") == null) {
                stage.write(ScriptedOrigin.response(
                        "200 OK", "x", "ETag: \"1\"", "Cache-Control: max-age=10", "X-Tags: old"));
            } else {
                invalidated.await();
                stage.write("HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=100\r\nX-Tags: new\r\n\r\n");
            }
        });
        cacheWord("/a");
        time.advance(Duration.ofSeconds(11));
        try (RawViewer early = bed.viewer()) {
            early.send("GET /a HTTP/1.1\r\nHost: site.test\r\n\r\n");
            Waiting.until("the origin is asked", () -> bed.origin.requests().size() == 2);
            bed.invalidate("#old").publish();
            invalidated.countDown();
            assertThat(early.read().field("x-cache")).startsWith("RefreshHit");
        }

        assertThat(cacheWord("/a")).startsWith("Miss");
    }

    @Test
    void withoutAConfiguredFieldThereAreNoTags() throws Exception {
        bed.withCacheTags(null).publish();
        cacheWord("/a?tags=red");

        bed.invalidate("#red").publish();

        assertThat(cacheWord("/a?tags=red")).startsWith("Hit");
    }

    @Test
    void tagsAndTheirInvalidationsOutliveARestart() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(tagged("x".repeat(LARGE), tagsOf(asked))));
        for (String path : List.of("/a?tags=red", "/b?tags=green", "/c?tags=blue")) {
            long before = store().diskCounts().entries();
            cacheWord(path);
            Waiting.until("it is on disk", () -> store().diskCounts().entries() == before + 1);
        }
        bed.invalidate("#red").publish();
        bed.restartNode();
        store().loaded().join();

        assertThat(cacheWord("/a?tags=red")).startsWith("Miss");
        assertThat(cacheWord("/b?tags=green")).startsWith("Hit");
        bed.invalidate("#green").publish();
        assertThat(cacheWord("/b?tags=green"))
                .as("tags are stored with the object")
                .startsWith("Miss");
        assertThat(cacheWord("/c?tags=blue")).startsWith("Hit");
    }

    @Test
    void invalidationWhileTheNodeIsAwayHolds() throws Exception {
        bed.origin.plays((asked, stage) -> stage.write(tagged("x".repeat(LARGE), tagsOf(asked))));
        cacheWord("/a?tags=red");
        Waiting.until("it is on disk", () -> store().diskCounts().entries() == 1);

        bed.restartNodeAfter(() -> bed.invalidate("#red").publishUnheard());
        store().loaded().join();
        bed.controlPlane.awaitAcknowledgement();

        assertThat(cacheWord("/a?tags=red")).startsWith("Miss");
    }

    private String cacheWord(String path) throws Exception {
        return bed.get(path).field("x-cache");
    }

    private static String tagsOf(ScriptedOrigin.Asked asked) {
        int at = asked.line().indexOf("?tags=");
        return at < 0 ? "" : asked.line().substring(at + 6, asked.line().lastIndexOf(' '));
    }

    private static String tagged(String body, String tags) {
        return ScriptedOrigin.response("200 OK", body, "Cache-Control: max-age=60", "X-Tags: " + tags);
    }

    private TieredStore store() {
        return (TieredStore) bed.node().cache().store();
    }
}
