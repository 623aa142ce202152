package dev.nearside.edge.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.kit.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracesTest {

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    private final TraceStore store =
            new TraceStore(new TraceRenderer(new NodeIdentity("LHR-1", "LHR"), ViewerPlaces.NONE));

    // ---- timeline ----

    @Test
    void spansFollowOneAnother() {
        time.advance(Duration.ofSeconds(5));
        Timeline timeline = new Timeline(time);
        int first = timeline.begin("route");
        time.advance(Duration.ofNanos(3_000));
        int second = timeline.next(first, "cache-lookup");
        time.advance(Duration.ofNanos(2_000));
        timeline.end(second);
        int open = timeline.begin("write");

        assertThat(timeline.spans()).isEqualTo(3);
        assertThat(timeline.name(second)).isEqualTo("cache-lookup");
        assertThat(timeline.atMicros(first)).isZero();
        assertThat(timeline.durationMicros(first)).isEqualTo(3);
        assertThat(timeline.atMicros(second)).isEqualTo(3);
        assertThat(timeline.durationMicros(second)).isEqualTo(2);
        assertThat(timeline.durationMicros(open)).isEqualTo(-1);
    }

    @Test
    void notesStayWithTheirSpansHoweverManyCome() {
        Timeline timeline = new Timeline(time);
        for (int i = 0; i < 40; i++) {
            int span = timeline.begin("span " + i);
            if (i % 3 == 0) {
                timeline.note(span, "note " + i);
            }
        }

        assertThat(timeline.note(0)).isEqualTo("note 0");
        assertThat(timeline.note(39)).isEqualTo("note 39");
        assertThat(timeline.note(38)).isNull();
    }

    @Test
    void closedTimelineTakesNothingMore() {
        Timeline timeline = new Timeline(time);
        int span = timeline.begin("a");
        timeline.close();
        time.advance(Duration.ofMillis(1));
        timeline.end(span);
        timeline.note(span, "late");
        timeline.add(run("{}", "{}"));

        assertThat(timeline.begin("b")).isNegative();
        assertThat(timeline.next(span, "b")).isNegative();
        assertThat(timeline.spans()).isEqualTo(1);
        assertThat(timeline.durationMicros(span)).isEqualTo(-1);
        assertThat(timeline.note(span)).isNull();
        assertThat(timeline.functionRuns()).isEmpty();
    }

    // ---- store ----

    @Test
    void newestExchangesAreKeptByNumber() {
        for (int i = 0; i < TraceStore.MAX_EXCHANGES + 10; i++) {
            store.add(ended("id" + i, Fields.EMPTY));
        }

        assertThat(store.find("id9")).isEmpty();
        assertThat(store.find("id10")).isPresent();
        assertThat(store.newest(2)).extracting(json -> json.get("id").asText()).containsExactly("id4105", "id4104");
        assertThat(store.newest(100_000)).hasSize(TraceStore.MAX_EXCHANGES);
        assertThat(store.newest(0)).isEmpty();
    }

    @Test
    void newestExchangesAreKeptByBytes() {
        String tenMegabytes = "x".repeat(10 << 20);
        for (int i = 0; i < 10; i++) {
            store.add(ended("id" + i, Fields.of("X-Large", tenMegabytes)));
        }

        assertThat(store.newest(100)).hasSize(6);
        assertThat(store.find("id3")).isEmpty();
        assertThat(store.find("id9")).isPresent();
    }

    // ---- rendering ----

    @Test
    void summarySaysWhatTheViewerGot() {
        ExchangeRecord record = ended("id==", Fields.EMPTY);

        ObjectNode json = new TraceRenderer(new NodeIdentity("LHR-1", "LHR"), ViewerPlaces.NONE).summary(record);

        assertThat(json.toString())
                .isEqualTo("{\"id\":\"id==\",\"node\":\"LHR-1\",\"pop\":\"LHR\",\"revision\":7,"
                        + "\"startedAt\":\"2023-11-14T22:13:20Z\",\"durationMicros\":0,\"distribution\":\"E1\","
                        + "\"behavior\":\"*\",\"result\":\"Miss\",\"notCached\":\"no-store\","
                        + "\"viewer\":{\"clientIp\":\"198.51.100.7\",\"method\":\"GET\",\"scheme\":\"http\",\"httpVersion\":\"1.1\","
                        + "\"host\":\"shop.test\",\"path\":\"/a\",\"query\":\"b=1\",\"status\":200,\"bytes\":5,"
                        + "\"complete\":true}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "COOKIE",
                "Set-Cookie",
                "Proxy-Authorization",
                "X-Api-Key",
                "X-Amz-Security-Token"
            })
    void credentialsOfTheViewerAreMasked(String name) {
        store.add(ended("id", Fields.of(name, "secret", "Accept", "visible")));

        String json = store.find("id").orElseThrow().toString();

        assertThat(json).doesNotContain("secret").contains(name, TraceRenderer.MASK, "visible");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'headers':{'authorization':[{'key':'Authorization','value':'secret'}]}}",
                "{'Records':[{'cf':{'request':{'headers':{'cookie':[{'value':'secret'},{'value':'secret'}]}}}}]}",
                "{'Records':[{'cf':{'response':{'headers':{'set-cookie':[{'value':'secret'}]}}}}]}",
                "{'origin':{'custom':{'customHeaders':{'x-api-key':[{'value':'secret'}]}}}}",
                "{'headers':{'Authorization':'secret'}}",
                "{'headers':{'Authorization':{'value':'secret'}}}",
                "{'headers':{'Authorization':['secret']}}",
                "{'headers':{'Authorization':[{'value':['secret']}]}}",
                "{'headers':{'Authorization':[{'Value':'secret'}]}}",
            })
    void credentialsInEventsAreMasked(String event) {
        store.add(withRun(run(event.replace('\'', '"'), event.replace('\'', '"'))));

        String json = store.find("id").orElseThrow().toString();

        assertThat(json).doesNotContain("secret").contains(TraceRenderer.MASK);
    }

    @Test
    void logHasTheFieldsOfTheRealTimeLogAndNoCredentials() {
        ExchangeRecord record = new ExchangeRecord(
                "id",
                new Timeline(time),
                new Viewer("198.51.100.7", "http", "shop.test", "1.1"),
                new RequestHead(
                        "GET", "/a", "b=1&Signature=secret", Fields.of("Cookie", "secret", "User-Agent", "Probe/1")));
        record.routed("E1", "e1.cdn.localhost", "*");
        record.answered(200, "Hit");
        record.head(new ResponseHead(200, "", Fields.of("Content-Type", "text/css")), 12);
        record.ended(5, true, time.nanos());
        store.add(record);

        ObjectNode json = store.find("id").orElseThrow();

        assertThat(json.toString()).doesNotContain("secret");
        assertThat(json.at("/log/cs-cookie").asText()).isEqualTo(TraceRenderer.MASK);
        assertThat(json.at("/log/cs-uri-query").asText()).isEqualTo("b=1&Signature=***");
        assertThat(json.at("/log/cs-headers").asText()).isEqualTo("Cookie:***%0AUser-Agent:Probe/1%0A");
        assertThat(json.at("/log/x-edge-location").asText()).isEqualTo("LHR50-C1");
        assertThat(json.at("/log/x-edge-result-type").asText()).isEqualTo("Hit");
        assertThat(json.at("/log/sc-content-type").asText()).isEqualTo("text/css");
        assertThat(json.at("/log/sc-content-len").asText()).isEqualTo("12");
    }

    @Test
    void exchangeWithoutADistributionIsInNoLog() {
        ExchangeRecord record = new ExchangeRecord(
                "id",
                new Timeline(time),
                new Viewer("198.51.100.7", "http", "nobody.test", "1.1"),
                new RequestHead("GET", "/", "", Fields.EMPTY));
        record.answered(403, "Error");
        record.ended(5, true, time.nanos());
        store.add(record);

        assertThat(store.find("id").orElseThrow().has("log")).isFalse();
    }

    @Test
    void everythingElseInEventsIsShown() {
        store.add(withRun(run("{\"headers\":{\"accept\":[{\"key\":\"Accept\",\"value\":\"x\"}]}}", null)));

        ObjectNode json = store.find("id").orElseThrow();

        assertThat(json.at("/functions/0/eventIn/headers/accept/0/value").asText())
                .isEqualTo("x");
        assertThat(json.at("/functions/0/eventOut").isMissingNode()).isTrue();
        assertThat(json.at("/functions/0/durationMicros").asLong()).isEqualTo(2);
        assertThat(json.at("/functions/0/log/0").asText()).isEqualTo("hello");
    }

    @Test
    void answerThatIsNoJsonIsCounted() {
        store.add(withRun(run("{}", "secret")));

        assertThat(store.find("id").orElseThrow().at("/functions/0/eventOut").asText())
                .isEqualTo("not JSON, 6 bytes");
    }

    private ExchangeRecord ended(String id, Fields headers) {
        ExchangeRecord record = record(id, headers);
        record.ended(5, true, time.nanos());
        return record;
    }

    private ExchangeRecord withRun(Timeline.FunctionRun run) {
        ExchangeRecord record = record("id", Fields.EMPTY);
        record.timeline().add(run);
        record.ended(5, true, time.nanos());
        return record;
    }

    private ExchangeRecord record(String id, Fields headers) {
        ExchangeRecord record = new ExchangeRecord(
                id,
                new Timeline(time),
                new Viewer("198.51.100.7", "http", "shop.test", "1.1"),
                new RequestHead("GET", "/a", "b=1", headers));
        record.revision(7);
        record.routed("E1", "e1.cdn.localhost", "*");
        record.answered(200, "Miss");
        record.notCached(NotCachedReason.NO_STORE);
        return record;
    }

    private static Timeline.FunctionRun run(String in, @Nullable String out) {
        return new Timeline.FunctionRun(
                "viewer-request",
                "arn:1",
                "scripted",
                2_000,
                0,
                0,
                "returned",
                null,
                List.of("hello"),
                in.getBytes(StandardCharsets.UTF_8),
                out == null ? null : out.getBytes(StandardCharsets.UTF_8));
    }
}
