package dev.nearside.edge.listener;

import dev.nearside.edge.accesslog.AccessLog;
import dev.nearside.edge.cache.CacheKeys;
import dev.nearside.edge.cache.CachedResponse;
import dev.nearside.edge.cache.CaffeineStore;
import dev.nearside.edge.cache.Freshness;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.cache.RequestDirectives;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.fetch.OriginPool;
import dev.nearside.edge.fetch.Origins;
import dev.nearside.edge.framing.Refusals;
import dev.nearside.edge.functions.BoundFunction;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.Invocation;
import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.InvocationReport;
import dev.nearside.edge.functions.LoadedFunction;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.routing.RouteTable;
import dev.nearside.edge.shield.Shields;
import dev.nearside.edge.trace.TraceRenderer;
import dev.nearside.edge.trace.TraceStore;
import dev.nearside.function.EventType;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a connection needs of a node: a warm cache, and a function on {@code /f/*} that answers when a test says so. */
final class WarmNode implements AutoCloseable {

    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:greet:7";

    /** Holds every invocation until it is told the answer. */
    static final class HeldFunction implements LoadedFunction {
        final Deque<Consumer<InvocationOutcome>> waiting = new ArrayDeque<>();

        @Override
        public void invoke(Invocation invocation, Consumer<InvocationOutcome> whenDone) {
            waiting.add(whenDone);
        }

        void answer(String json) {
            byte[] result = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            waiting.remove().accept(new InvocationOutcome.Returned(result, InvocationReport.NOTHING));
        }

        @Override
        public void close() {
            waiting.clear();
        }
    }

    private final ManualTime time = new ManualTime(1_700_000_000_000L);
    final HeldFunction function = new HeldFunction();
    private final HttpCache cache =
            new HttpCache(new CaffeineStore(8 << 20, time, "cache-test"), HttpCache.Limits.defaults(), time);
    private final Transport transport = Transport.sockets(1, "viewer-connection-test");
    final Refusals refusals = new Refusals();
    final ViewerChannel.Service service;

    WarmNode() {
        NodeIdentity identity = new NodeIdentity("LHR-1", "LHR");
        FunctionStage stage = new FunctionStage(10, Randomness.seeded(1));
        OriginPool pool = new OriginPool(
                transport,
                new OriginPool.Directions(Map.of(), null),
                _ -> LinkProfile.none(),
                Time.system(),
                Randomness.seeded(1));
        Snapshot snapshot = Snapshot.of("s", 7, List.of(CachePolicy.RFC9111, distribution()));
        ActiveSnapshot active = new ActiveSnapshot(snapshot, new RouteTable(snapshot, this::bind));
        Exchanges exchanges = new Exchanges(
                () -> active,
                () -> 0,
                cache,
                new Origins(
                        identity,
                        cache,
                        stage,
                        pool,
                        time,
                        ContentEncoders.ofThisMachine(),
                        new Shields(null, Map.of(), "token"),
                        new Origins.Limits(10, Map.of())),
                stage,
                new TraceStore(new TraceRenderer(identity, ViewerPlaces.NONE)),
                AccessLog.open(Path.of("nowhere"), AccessLog.Limits.of(0), identity, time, Randomness.seeded(1)),
                refusals,
                time,
                Randomness.seeded(1),
                identity,
                ViewerPlaces.NONE);
        store("/small", 5);
        store("/large", 300_000);
        service = new ViewerChannel.Service(exchanges, new NodeLines(identity), ViewerListener.Limits.defaults());
    }

    @Override
    public void close() {
        cache.close();
        transport.close();
    }

    private void store(String uri, int bytes) {
        RequestHead request = new RequestHead("GET", uri, "", Fields.EMPTY);
        HttpCache.Query query = new HttpCache.Query(
                "E1",
                CacheKeys.of("E1", request, CachePolicy.RFC9111),
                uri,
                Fields.EMPTY,
                RequestDirectives.NONE,
                true);
        ResponseHead head = new ResponseHead(200, "", Fields.of("ETag", "\"x\""));
        byte[] body = "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII);
        cache.store(
                query,
                cache.newFill(),
                VaryRule.NONE,
                CachedResponse.of(
                        uri,
                        head,
                        StoredBody.of(List.of(body)),
                        new CachedResponse.Times(0, 0, Freshness.strictly(60_000)),
                        0));
    }

    private BoundFunction bind(FunctionAssociation association) {
        FunctionVersion version =
                new FunctionVersion(ARN, "greet", "7", "nodejs20.x", "index.handler", "00", 1, 128, 3, Map.of());
        return new BoundFunction(association, version, function, "scripted");
    }

    private static Distribution distribution() {
        Origin origin = new Origin(
                "o",
                "localhost",
                "",
                OriginKind.CUSTOM,
                80,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                1,
                1,
                1,
                5,
                List.of(),
                null);
        return new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of("h", "site.test"),
                true,
                "",
                List.of(origin),
                behavior("*", List.of()),
                List.of(behavior("/f/*", List.of(new FunctionAssociation(EventType.VIEWER_REQUEST, ARN, false)))),
                List.of(),
                List.of(),
                Distribution.GeoRestriction.NONE,
                Distribution.Logging.OFF);
    }

    private static Behavior behavior(String pattern, List<FunctionAssociation> functions) {
        return new Behavior(
                pattern,
                "o",
                ViewerProtocolPolicy.ALLOW_ALL,
                List.of("*"),
                List.of("GET", "HEAD"),
                CachePolicy.RFC9111_ID,
                null,
                null,
                false,
                List.of(),
                functions);
    }
}
