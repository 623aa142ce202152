package dev.nearside.edge.testbed;

import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginGroup;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.transport.Transport;
import dev.nearside.kit.watch.Acknowledgement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** One node with one distribution on {@code site.test}, its origin and its control plane. */
public final class TestBed implements AutoCloseable {

    /** CloudFront's managed CachingOptimized. */
    public static final CachePolicy CACHING_OPTIMIZED = new CachePolicy(
            "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "Managed-CachingOptimized",
            CachePolicy.TtlRules.CLOUDFRONT,
            1,
            86_400,
            31_536_000,
            dev.nearside.kit.snapshot.Selection.NONE,
            dev.nearside.kit.snapshot.Selection.NONE,
            dev.nearside.kit.snapshot.Selection.NONE,
            true,
            true);

    public final ScriptedOrigin origin = new ScriptedOrigin();
    public final FakeControlPlane controlPlane = new FakeControlPlane(0);
    private final Transport transport;
    private final FunctionEngine engine =
            new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.fast());
    private final EdgeNodeConfig config;
    private final Time time;
    private EdgeNode node;
    private CachePolicy policy = CachePolicy.RFC9111;
    private final Map<String, FunctionVersion> functions = new LinkedHashMap<>();
    private final List<FunctionAssociation> associations = new ArrayList<>();
    private final List<Invalidation> invalidations = new ArrayList<>();
    private int originPort = origin.port();
    private int secondOriginPort;
    private List<Integer> failoverStatuses = List.of();
    private final List<ErrorResponse> errorResponses = new ArrayList<>();
    private int readTimeoutSeconds = 10;
    private long revision;

    /** A node that already serves. */
    public static TestBed start(Path folder) throws IOException {
        return start(folder, EdgeNodeConfig.Limits.defaults());
    }

    public static TestBed start(Path folder, EdgeNodeConfig.Limits limits) throws IOException {
        return start(folder, limits, new EdgeNodeConfig.OriginLink(0, 0));
    }

    public static TestBed start(Path folder, EdgeNodeConfig.Limits limits, EdgeNodeConfig.OriginLink link)
            throws IOException {
        return start(folder, limits, link, Time.system());
    }

    /** A node whose cache ages by that time; timeouts of sockets stay real. */
    public static TestBed start(Path folder, Time time) throws IOException {
        return start(folder, EdgeNodeConfig.Limits.defaults(), new EdgeNodeConfig.OriginLink(0, 0), time);
    }

    public static TestBed start(Path folder, EdgeNodeConfig.Limits limits, EdgeNodeConfig.OriginLink link, Time time)
            throws IOException {
        TestBed bed = new TestBed(folder, limits, link, time);
        bed.publish();
        return bed;
    }

    private TestBed(Path folder, EdgeNodeConfig.Limits limits, EdgeNodeConfig.OriginLink link, Time time)
            throws IOException {
        this.time = time;
        transport = Transport.sockets(2, "test-loop");
        config = new EdgeNodeConfig(
                "LHR-1",
                "LHR",
                "127.0.0.1",
                0,
                "127.0.0.1",
                controlPlane.address().getPort(),
                FakeControlPlane.TOKEN,
                folder,
                limits,
                link,
                Map.of());
        node = startNode();
    }

    private EdgeNode startNode() throws IOException {
        return EdgeNode.start(config, transport, List.of(engine), time, Randomness.fast());
    }

    public EdgeNode node() {
        return node;
    }

    public InetSocketAddress address() {
        return node.address();
    }

    public RawViewer viewer() throws IOException {
        return new RawViewer(node.address());
    }

    /** One request on a connection of its own. */
    public RawViewer.Response get(String path, String... fields) throws IOException {
        try (RawViewer viewer = viewer()) {
            return viewer.get(path, fields);
        }
    }

    public TestBed with(CachePolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    public TestBed withOriginPort(int port) {
        originPort = port;
        return this;
    }

    public TestBed withReadTimeoutSeconds(int seconds) {
        readTimeoutSeconds = seconds;
        return this;
    }

    /** A group of the origin and of another one at that port, which is asked upon those answers. */
    public TestBed withOriginGroup(int secondPort, Integer... statuses) {
        secondOriginPort = secondPort;
        failoverStatuses = List.of(statuses);
        return this;
    }

    /** For how long an error with that status is kept at least. */
    public TestBed withErrorTtl(int status, long seconds) {
        errorResponses.add(new ErrorResponse(status, null, 0, seconds));
        return this;
    }

    /** Puts a JavaScript handler on an event; {@code source} is its index.js. */
    public TestBed with(EventType eventType, String source) {
        return with(eventType, source, false);
    }

    public TestBed with(EventType eventType, String source, boolean includeBody) {
        byte[] zip = zip("index.js", source);
        String arn =
                "arn:aws:lambda:us-east-1:000000000000:function:" + eventType.wireName() + ":" + (functions.size() + 1);
        functions.put(
                arn,
                new FunctionVersion(
                        arn,
                        eventType.wireName(),
                        Integer.toString(functions.size() + 1),
                        "nodejs20.x",
                        "index.handler",
                        controlPlane.addCode(zip),
                        zip.length,
                        128,
                        1,
                        Map.of()));
        associations.removeIf(association -> association.eventType() == eventType);
        associations.add(new FunctionAssociation(eventType, arn, includeBody));
        return this;
    }

    public TestBed invalidate(String... paths) {
        invalidations.add(new Invalidation("I" + invalidations.size(), "E1", List.of(paths)));
        return this;
    }

    /** Publishes what has been configured and waits until the node has answered for it. */
    public Acknowledgement publish() {
        controlPlane.publish(Snapshot.of("state", ++revision, resources()));
        Acknowledgement acknowledgement = controlPlane.awaitAcknowledgement();
        while (acknowledgement.revision() < revision) {
            acknowledgement = controlPlane.awaitAcknowledgement();
        }
        return acknowledgement;
    }

    /** What the next revision would hold. */
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>(List.of(policy));
        resources.addAll(functions.values());
        resources.add(distribution(policy.id()));
        resources.addAll(invalidations);
        return resources;
    }

    /** The distribution with that cache policy. */
    public Distribution distribution(String cachePolicyId) {
        boolean grouped = !failoverStatuses.isEmpty();
        List<Origin> origins = grouped
                ? List.of(origin("main", originPort), origin("second", secondOriginPort))
                : List.of(origin("main", originPort));
        Behavior behavior = new Behavior(
                "*",
                grouped ? "group" : "main",
                ViewerProtocolPolicy.ALLOW_ALL,
                policy.ttlRules() == CachePolicy.TtlRules.RFC9111
                        ? List.of("*")
                        : List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                List.of("GET", "HEAD"),
                cachePolicyId,
                null,
                null,
                false,
                List.of(),
                associations);
        return new Distribution(
                "E1",
                "e1.cdn.localhost",
                List.of("site.test"),
                true,
                "",
                origins,
                behavior,
                List.of(),
                grouped ? List.of(new OriginGroup("group", failoverStatuses, List.of("main", "second"))) : List.of(),
                errorResponses,
                Distribution.GeoRestriction.NONE);
    }

    private Origin origin(String id, int port) {
        return new Origin(
                id,
                "localhost",
                "",
                OriginKind.CUSTOM,
                port,
                443,
                ProtocolPolicy.HTTP_ONLY,
                List.of(),
                2,
                2,
                readTimeoutSeconds,
                5,
                List.of("TLSv1.2"),
                null);
    }

    /** Stops the node, which ends what it still writes, and starts it again on the same folder. */
    public void restartNode() throws IOException {
        restartNodeAfter(() -> {});
    }

    /** Something done to a node's folder while the node is down. */
    @FunctionalInterface
    public interface Tampering {
        void run() throws IOException;
    }

    /** Restarts the node with something done while it is down. */
    public void restartNodeAfter(Tampering tampering) throws IOException {
        node.close();
        tampering.run();
        node = startNode();
    }

    public static byte[] zip(String path, String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(path));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        node.close();
        engine.close();
        transport.close();
        controlPlane.close();
        origin.close();
    }
}
