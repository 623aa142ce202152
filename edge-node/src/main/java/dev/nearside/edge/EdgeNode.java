package dev.nearside.edge;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.nearside.edge.accesslog.AccessLog;
import dev.nearside.edge.accesslog.AccessLogCounts;
import dev.nearside.edge.cache.HttpCache;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.fetch.OriginPool;
import dev.nearside.edge.fetch.OriginTarget;
import dev.nearside.edge.fetch.Origins;
import dev.nearside.edge.framing.Refusals;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.FunctionStage;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctionEngine;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctionLimits;
import dev.nearside.edge.functions.cloudfront.CloudFrontFunctionTrial;
import dev.nearside.edge.functions.cloudfront.EdgeLocation;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.listener.ViewerListener;
import dev.nearside.edge.routing.ActiveSnapshot;
import dev.nearside.edge.shield.Shield;
import dev.nearside.edge.shield.Shields;
import dev.nearside.edge.sync.NodeAnswers;
import dev.nearside.edge.sync.NodeAnswers.Topic;
import dev.nearside.edge.sync.NodeSync;
import dev.nearside.edge.tls.ViewerCertificates;
import dev.nearside.edge.trace.TraceRenderer;
import dev.nearside.edge.trace.TraceStore;
import dev.nearside.kit.link.LinkProfile;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.kit.tls.Pem;
import dev.nearside.kit.transport.Transport;
import dev.nearside.kit.watch.FunctionTrial;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One edge node, wired from its parts: starts, serves one PoP, drains and stops. */
public final class EdgeNode implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_TRACES_AT_ONCE = 1_000;

    private final EdgeNodeConfig config;
    private final HttpCache cache;
    private final OriginPool pool;
    private final Records records;
    private final NodeSync sync;
    private final ViewerListener listener;
    private final CloudFrontFunctionEngine cloudFrontFunctions;

    /** Where exchanges go when they have ended. */
    private record Records(TraceStore traces, AccessLog accessLog) {}

    private EdgeNode(
            EdgeNodeConfig config,
            HttpCache cache,
            OriginPool pool,
            Records records,
            NodeSync sync,
            ViewerListener listener,
            CloudFrontFunctionEngine cloudFrontFunctions) {
        this.config = config;
        this.cache = cache;
        this.pool = pool;
        this.records = records;
        this.sync = sync;
        this.listener = listener;
        this.cloudFrontFunctions = cloudFrontFunctions;
    }

    /**
     * Starts a node; it serves once it has a snapshot, from its disk or from the control plane.
     *
     * @param transport stays the caller's; several nodes may share it
     * @param engines stay the caller's, like the transport
     * @throws IOException if an address is taken or the folder cannot be used
     * @throws dev.nearside.kit.tls.TlsFolderException if the authority's files or the origins' cannot be used
     */
    public static EdgeNode start(
            EdgeNodeConfig config, Transport transport, List<FunctionEngine> engines, Time time, RandomGenerator random)
            throws IOException {
        LocalAuthority authority = authority(config, time);
        OriginPool pool = pool(config, transport, time, random);
        NodeIdentity identity = new NodeIdentity(config.node(), config.pop());
        EdgeNodeConfig.Limits limits = config.limits();
        HttpCache cache = NodeCache.open(config, time);
        Shields shields =
                new Shields(config.shields().region(), config.shields().byRegion(), config.enrolmentToken());
        Refusals refusals = pool.refusals();
        ContentEncoders encoders = ContentEncoders.ofThisMachine();
        FunctionStage functions = new FunctionStage(limits.maxConcurrentFunctions(), random);
        ViewerPlaces places = ViewerPlaces.of(config.viewerPlaces());
        Records records = new Records(
                new TraceStore(new TraceRenderer(identity, places)),
                AccessLog.open(
                        config.folder().resolve("logs"),
                        AccessLog.Limits.of(limits.logBytes()),
                        identity,
                        time,
                        random));
        CloudFrontFunctionEngine cloudFrontFunctions = cloudFrontFunctions(config, time, random);
        NodeSync sync = NodeSync.start(
                new NodeSync.Source(
                        config.controlPlaneAddress(),
                        config.controlPlaneLink().profile(),
                        random,
                        config.enrolmentToken(),
                        config.folder()),
                identity,
                transport,
                new NodeSync.Engines(engines, cloudFrontFunctions, limits.warmUpMillis(), time),
                cache.purges(),
                answers(
                        records,
                        new NodeStatus(cache, records.accessLog().counts(), refusals, encoders),
                        new CloudFrontFunctionTrial(cloudFrontFunctions)));
        AtomicInteger httpsPort = new AtomicInteger();
        Exchanges exchanges = new Exchanges(
                sync::active,
                httpsPort::get,
                cache,
                new Origins(
                        identity,
                        cache,
                        functions,
                        pool,
                        time,
                        encoders,
                        shields,
                        new Origins.Limits(limits.maxConcurrentOriginRequests(), config.circuitBreakers())),
                functions,
                records.traces(),
                records.accessLog(),
                refusals,
                time,
                random,
                identity,
                places);
        try {
            ViewerListener listener = ViewerListener.start(
                    addresses(config, authority, sync, time),
                    transport,
                    identity,
                    exchanges,
                    config.viewerLimits().listener(limits.maxConnections()));
            InetSocketAddress secure = listener.secureAddress();
            if (secure != null) {
                httpsPort.set(secure.getPort());
            }
            return new EdgeNode(config, cache, pool, records, sync, listener, cloudFrontFunctions);
        } catch (IOException e) {
            sync.close();
            cloudFrontFunctions.close();
            cache.close();
            records.accessLog().close();
            throw e;
        }
    }

    private static CloudFrontFunctionEngine cloudFrontFunctions(
            EdgeNodeConfig config, Time time, RandomGenerator random) {
        String region = config.shields().region();
        return new CloudFrontFunctionEngine(
                CloudFrontFunctionLimits.defaults(),
                new EdgeLocation(config.pop(), config.address().getHostString(), region == null ? "" : region),
                time,
                random);
    }

    private static OriginPool pool(EdgeNodeConfig config, Transport transport, Time time, RandomGenerator random) {
        LinkProfile link = config.originLink().profile();
        Path file = config.originCa();
        if (file != null) {
            // Read again with the first connection; here it is to say at once what is wrong with it.
            Pem.certificates(file);
        }
        return new OriginPool(
                transport,
                new OriginPool.Directions(config.hostMap(), file),
                target -> linkTo(target, config.shields(), link),
                time,
                random);
    }

    private static LinkProfile linkTo(OriginTarget target, EdgeNodeConfig.ShieldTable shields, LinkProfile toOrigins) {
        for (Shield shield : shields.byRegion().values()) {
            if (target.host().equals(shield.host()) && target.port() == shield.port()) {
                return EdgeNodeConfig.link(shield.roundTripMillis(), shield.jitterMillis());
            }
        }
        return toOrigins;
    }

    private static @Nullable LocalAuthority authority(EdgeNodeConfig config, Time time) {
        EdgeNodeConfig.ViewerTls tls = config.viewerTls();
        return tls == null ? null : LocalAuthority.open(tls.folder(), time, Randomness.secret());
    }

    private static ViewerListener.Addresses addresses(
            EdgeNodeConfig config, @Nullable LocalAuthority authority, NodeSync sync, Time time) {
        InetSocketAddress secure = config.secureAddress();
        if (authority == null || secure == null) {
            return new ViewerListener.Addresses(config.address(), null);
        }
        ViewerCertificates.Hosts hosts = new ViewerCertificates.Hosts() {
            @Override
            public boolean answersTo(String name) {
                ActiveSnapshot active = sync.active();
                return active != null && active.routes().answersTo(name);
            }

            @Override
            public boolean offersHttp2(String name) {
                ActiveSnapshot active = sync.active();
                return active != null && active.routes().offersHttp2(name);
            }
        };
        ViewerCertificates certificates = new ViewerCertificates(authority, hosts, time);
        return new ViewerListener.Addresses(config.address(), new ViewerListener.Secure(secure, certificates));
    }

    private static NodeAnswers answers(Records records, NodeStatus status, CloudFrontFunctionTrial trial) {
        TraceStore traces = records.traces();
        return new NodeAnswers(Map.of(
                "trace",
                Topic.of(traces::find),
                "traces",
                Topic.of(count -> Optional.of(newest(traces, count))),
                "status",
                Topic.of(status::json),
                FunctionTrial.TOPIC,
                trial::run));
    }

    private static ArrayNode newest(TraceStore traces, String count) {
        ArrayNode newest = MAPPER.createArrayNode();
        traces.newest(Math.clamp(parsed(count), 0, MAX_TRACES_AT_ONCE)).forEach(newest::add);
        return newest;
    }

    private static int parsed(String argument) {
        return argument.matches("[0-9]{1,6}") ? Integer.parseInt(argument) : 0;
    }

    public String name() {
        return config.node();
    }

    public String pop() {
        return config.pop();
    }

    /** Where it listens for viewers without TLS. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Where it listens for viewers with TLS, if it does. */
    public Optional<InetSocketAddress> secureAddress() {
        return Optional.ofNullable(listener.secureAddress());
    }

    /** Viewers with whom no TLS could be agreed so far. */
    public long failedHandshakes() {
        return listener.failedHandshakes();
    }

    /** The revision in force; 0 before the first. */
    public long revision() {
        ActiveSnapshot active = sync.active();
        return active == null ? 0 : active.revision();
    }

    public HttpCache cache() {
        return cache;
    }

    public TraceStore traces() {
        return records.traces();
    }

    /** What became of the standard log so far. */
    public AccessLogCounts accessLog() {
        return records.accessLog().counts();
    }

    /** What was refused of viewers and origins, by name. */
    public Refusals refusals() {
        return pool.refusals();
    }

    /** Viewer connections that are open. */
    public int viewerConnections() {
        return listener.connections();
    }

    /** Accepts no more viewers, lets exchanges end for a moment, then stops everything it started. */
    @Override
    public void close() {
        listener.close();
        sync.close();
        cloudFrontFunctions.close();
        pool.close();
        cache.close();
        // The last, so that it gets the exchanges that the others' end has ended.
        records.accessLog().close();
    }
}
