package dev.nearside.edge.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.routing.PathPattern;
import dev.nearside.edge.routing.Route;
import dev.nearside.edge.signing.SigningKeys;
import dev.nearside.edge.testbed.TestBed;
import dev.nearside.edge.trace.Timeline;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.time.ManualTime;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a compressed fill, above all of its encoder's memory. */
class FillWriterTest {

    private static final ResponseHead PAGE = new ResponseHead(
            200, "OK", Fields.of("Content-Type", "text/html", "Content-Length", "2000", "Cache-Control", "max-age=60"));

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final HttpCache cache =
            new HttpCache(new CaffeineStore(8 << 20, time, "cache-test"), HttpCache.Limits.defaults(), time);
    private final ContentEncoders encoders = ContentEncoders.ofThisMachine();
    private final FetchRequest fetch = fetch();
    private final FillWriter writer = new FillWriter(cache, time, encoders, fetch);

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void aWholeBodyIsKeptCompressedAndItsEncoderFreed() {
        writer.open(PAGE, "Miss", time.epochMillis());
        writer.append(new byte[2_000]);
        assertThat(encoders.open()).isEqualTo(1);

        writer.complete();

        assertThat(encoders.open()).isZero();
        assertThat(fetch.fill().state()).isEqualTo(Fill.State.COMPLETE);
        assertThat(fetch.fill().appendedBytes()).isPositive().isLessThan(100);
    }

    @Test
    void theDeclaredLengthIsComparedWithTheOriginsBytes() {
        writer.open(PAGE, "Miss", time.epochMillis());
        writer.append(new byte[1_999]);

        writer.complete();

        assertThat(fetch.fill().failure())
                .extracting(FillFailure::kind, FillFailure::message)
                .containsExactly("origin-body-length", "the body has 1999 bytes, other than its Content-Length says");
        assertThat(encoders.open()).isZero();
    }

    @Test
    void aFailureInTheMiddleFreesTheEncoder() {
        writer.open(PAGE, "Miss", time.epochMillis());
        writer.append(new byte[1_000]);

        writer.fail(new FillFailure(502, "Error", "origin-body-cut", "gone"));

        assertThat(encoders.open()).isZero();
    }

    @Test
    void whatComesFromAShieldHasAgedThere() {
        ResponseHead aged = PAGE.withHeaders(PAGE.headers().with("Age", "50"));
        writer.agesSinceTheOrigin();
        writer.open(aged, "Miss", time.epochMillis());
        writer.append(new byte[2_000]);
        writer.complete();

        time.advance(Duration.ofMillis(9_999));
        assertThat(cache.findFresh(fetch.query())).isNotNull();
        time.advance(Duration.ofMillis(1));
        assertThat(cache.findFresh(fetch.query())).isNull();
    }

    @Test
    void whatComesFromTheOriginCountsFromItsArrivalUnderCloudFrontsRules() {
        writer.open(PAGE.withHeaders(PAGE.headers().with("Age", "50")), "Miss", time.epochMillis());
        writer.append(new byte[2_000]);
        writer.complete();

        time.advance(Duration.ofMillis(59_999));
        assertThat(cache.findFresh(fetch.query())).isNotNull();
        time.advance(Duration.ofMillis(1));
        assertThat(cache.findFresh(fetch.query())).isNull();
    }

    @Test
    void halfOfTheOriginsBytesMakeAnAbandonedFillWorthFinishing() {
        writer.open(PAGE, "Miss", time.epochMillis());
        writer.append(new byte[999]);
        assertThat(writer.isWorthFinishing()).isFalse();

        writer.append(new byte[1]);

        assertThat(writer.isWorthFinishing()).isTrue();
        writer.fail(new FillFailure(502, "Error", "viewers-left", "gone"));
    }

    private FetchRequest fetch() {
        RequestHead request = new RequestHead("GET", "/", "", Fields.of("Accept-Encoding", "br, gzip"));
        HttpCache.Query query =
                new HttpCache.Query("E1", new CacheKey("E1\n/"), "/", request.headers(), RequestDirectives.NONE, true);
        return new FetchRequest(
                route(),
                request,
                new Viewer("192.0.2.1", "http", "site.test", "1.1"),
                "id",
                query,
                cache.newFill(),
                FetchPlan.WHOLE,
                Upload.none(),
                null,
                _ -> {},
                new Timeline(time),
                new EmbeddedChannel().eventLoop());
    }

    private static Route route() {
        Behavior behavior = new Behavior(
                "*",
                "main",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("GET", "HEAD"),
                List.of("GET", "HEAD"),
                TestBed.CACHING_OPTIMIZED.id(),
                null,
                null,
                true,
                List.of(),
                List.of());
        Distribution distribution = new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of(),
                true,
                "",
                List.of(),
                behavior,
                List.of(),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE);
        return new Route(
                distribution,
                behavior,
                PathPattern.of("*"),
                List.of(),
                Set.of(),
                TestBed.CACHING_OPTIMIZED,
                null,
                null,
                SigningKeys.NONE,
                List.of(),
                Map.of(),
                null);
    }
}
