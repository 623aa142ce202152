package dev.nearside.edge.testbed;

import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.edge.functions.FunctionEngine;
import dev.nearside.edge.functions.js.GraalJsEngine;
import dev.nearside.edge.functions.js.JsEngineLimits;
import dev.nearside.edge.functions.jvm.JavaEngine;
import dev.nearside.edge.functions.jvm.JavaEngineLimits;
import dev.nearside.function.EventType;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Distribution.Behavior;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.ErrorResponse;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.Distribution.GeoRestriction;
import dev.nearside.kit.snapshot.Distribution.Origin;
import dev.nearside.kit.snapshot.Distribution.OriginGroup;
import dev.nearside.kit.snapshot.Distribution.OriginKind;
import dev.nearside.kit.snapshot.Distribution.ProtocolPolicy;
import dev.nearside.kit.snapshot.Distribution.ViewerProtocolPolicy;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy;
import dev.nearside.kit.snapshot.Selection;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
            Selection.NONE,
            Selection.NONE,
            Selection.NONE,
            true,
            true);

    public final ScriptedOrigin origin = new ScriptedOrigin();
    public final FakeControlPlane controlPlane = new FakeControlPlane(0);
    private final Transport transport;
    private final List<FunctionEngine> engines;
    private final EdgeNodeConfig config;
    private final Time time;
    private EdgeNode node;
    private String originHost = "localhost";
    private ProtocolPolicy originProtocol = ProtocolPolicy.HTTP_ONLY;
    private int originHttpsPort = 443;
    private List<String> sslProtocols = List.of("TLSv1.2");
    private int connectTimeoutSeconds = 2;
    private ViewerProtocolPolicy viewerProtocol = ViewerProtocolPolicy.ALLOW_ALL;
    private CachePolicy policy = CachePolicy.RFC9111;
    private OriginRequestPolicy originRequestPolicy;
    private ResponseHeadersPolicy responseHeadersPolicy;
    private GeoRestriction geoRestriction = GeoRestriction.NONE;
    private Distribution.Logging logging = Distribution.Logging.OFF;
    private final List<KeyGroup> keyGroups = new ArrayList<>();
    private final Map<String, FunctionVersion> functions = new LinkedHashMap<>();
    private final List<FunctionAssociation> associations = new ArrayList<>();
    private final Map<String, CloudFrontFunction> cloudFrontFunctions = new LinkedHashMap<>();
    private final List<CloudFrontFunctionAssociation> cloudFrontAssociations = new ArrayList<>();
    private final List<KeyValueStore> stores = new ArrayList<>();
    private final List<Distribution.ErrorResponse> errorResponses = new ArrayList<>();
    private final List<Invalidation> invalidations = new ArrayList<>();
    private int originPort = origin.port();
    private String originPath = "";
    private int secondOriginPort;
    private List<Integer> failoverStatuses = List.of();
    private Distribution.HttpVersions httpVersions = Distribution.HttpVersions.HTTP2;
    private List<String> aliases = List.of("site.test");
    private int readTimeoutSeconds = 10;
    private int timeoutSeconds = 1;
    private boolean compress;
    private String shieldRegion;
    private ContinuousDeploymentPolicy continuousDeployment;
    private String stagingPath = "";
    private String cacheTagHeader;
    private final List<EdgeNode> more = new ArrayList<>();
    private long revision;

    /** A node that already serves. */
    public static TestBed start(Path folder) throws IOException {
        return start(folder, NodeSettings.DEFAULTS);
    }

    /** A node whose cache ages by that time. */
    public static TestBed start(Path folder, Time time) throws IOException {
        return start(folder, NodeSettings.DEFAULTS.with(time));
    }

    public static TestBed start(Path folder, NodeSettings settings) throws IOException {
        return start(
                folder,
                settings,
                List.of(
                        new GraalJsEngine(JsEngineLimits.defaults(), Time.system(), Randomness.fast()),
                        new JavaEngine(JavaEngineLimits.defaults(), Time.system())));
    }

    /** A node with those engines, which are the bed's from now on. */
    public static TestBed start(Path folder, NodeSettings settings, List<FunctionEngine> engines) throws IOException {
        TestBed bed = new TestBed(folder, settings, engines);
        bed.publish();
        return bed;
    }

    private TestBed(Path folder, NodeSettings settings, List<FunctionEngine> engines) throws IOException {
        this.engines = engines;
        time = settings.time();
        transport = Transport.sockets(2, "test-loop");
        config = settings.config("LHR-1", controlPlane.address().getPort(), folder, EdgeNodeConfig.ShieldTable.NONE);
        node = startNode();
    }

    private EdgeNode startNode() throws IOException {
        return EdgeNode.start(config, transport, engines, time, Randomness.fast());
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

    /** One request by a viewer with that address on loopback. */
    public RawViewer.Response getFrom(String address, String path, String... fields) throws IOException {
        try (RawViewer viewer = new RawViewer(address, node.address())) {
            return viewer.get(path, fields);
        }
    }

    public TestBed with(ResponseHeadersPolicy newPolicy) {
        responseHeadersPolicy = newPolicy;
        return this;
    }

    public TestBed with(OriginRequestPolicy newPolicy) {
        originRequestPolicy = newPolicy;
        return this;
    }

    public TestBed with(GeoRestriction restriction) {
        geoRestriction = restriction;
        return this;
    }

    /** From now on a key of that group must have signed each request. */
    public TestBed with(KeyGroup group) {
        keyGroups.add(group);
        return this;
    }

    /** Where the distribution's standard log goes. */
    public TestBed with(Distribution.Logging settings) {
        logging = settings;
        return this;
    }

    public TestBed with(CachePolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    public TestBed with(Distribution.HttpVersions versions) {
        httpVersions = versions;
        return this;
    }

    /** The distribution answers on that name, too. */
    public TestBed withAlias(String name) {
        aliases = List.of("site.test", name);
        return this;
    }

    public TestBed withOriginPort(int port) {
        originPort = port;
        return this;
    }

    /** The origin speaks TLS on that port, under that name. */
    public TestBed withSecureOrigin(String host, int port, String... protocols) {
        originHost = host;
        originHttpsPort = port;
        originProtocol = ProtocolPolicy.HTTPS_ONLY;
        sslProtocols = List.of(protocols);
        return this;
    }

    public TestBed with(ProtocolPolicy policyForOrigin) {
        originProtocol = policyForOrigin;
        return this;
    }

    public TestBed with(ViewerProtocolPolicy policyForViewers) {
        viewerProtocol = policyForViewers;
        return this;
    }

    public TestBed withConnectTimeoutSeconds(int seconds) {
        connectTimeoutSeconds = seconds;
        return this;
    }

    /** Puts a shield of that region before the origin. */
    public TestBed withShieldRegion(String region) {
        shieldRegion = region;
        return this;
    }

    /** One more node of the same control plane, which already serves. */
    public EdgeNode addNode(String name, EdgeNodeConfig.ShieldTable shields) throws IOException {
        return addNode(name, shields, Time.system());
    }

    /** The same for a node whose cache ages by that time. */
    public EdgeNode addNode(String name, EdgeNodeConfig.ShieldTable shields, Time ofNode) throws IOException {
        EdgeNodeConfig another = NodeSettings.DEFAULTS.config(
                name,
                controlPlane.address().getPort(),
                config.folder().resolveSibling(config.folder().getFileName() + "-" + name),
                shields);
        EdgeNode added = EdgeNode.start(another, transport, engines, ofNode, Randomness.fast());
        more.add(added);
        awaitAcknowledgements(Set.of(name));
        return added;
    }

    /**
     * The policy that chooses between the distribution and its staging distribution {@code E2}, which differs in the
     * path at the origin.
     */
    public TestBed with(ContinuousDeploymentPolicy newPolicy, String newStagingPath) {
        continuousDeployment = newPolicy;
        stagingPath = newStagingPath;
        return this;
    }

    /** The staging distribution takes the primary's place, as after a promotion, and the policy is disabled. */
    public TestBed promote() {
        originPath = stagingPath;
        continuousDeployment = new ContinuousDeploymentPolicy(
                continuousDeployment.id(), false, "E2", continuousDeployment.header(), continuousDeployment.weight());
        return this;
    }

    /** The origin lists an object's cache tags in that response header. */
    public TestBed withCacheTags(String header) {
        cacheTagHeader = header;
        return this;
    }

    /** Switches the behavior's Compress on. */
    public TestBed withCompression() {
        compress = true;
        return this;
    }

    public TestBed withReadTimeoutSeconds(int seconds) {
        readTimeoutSeconds = seconds;
        return this;
    }

    /** What the distribution answers errors with. */
    public TestBed with(Distribution.ErrorResponse errorResponse) {
        errorResponses.add(errorResponse);
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

    /** Functions that are put on events from now on have that long to answer; at first it is one second. */
    public TestBed withTimeoutSeconds(int seconds) {
        timeoutSeconds = seconds;
        return this;
    }

    /** Puts a JavaScript handler on an event; {@code source} is its index.js. */
    public TestBed with(EventType eventType, String source) {
        return with(eventType, source, false);
    }

    public TestBed with(EventType eventType, String source, boolean includeBody) {
        return with(eventType, "nodejs20.x", "index.handler", zip("index.js", source), includeBody);
    }

    /** Keeps that many executions at once for the function on that event; null for none of its own. */
    public TestBed reserving(EventType eventType, Integer executions) {
        functions.replaceAll((_, version) ->
                version.name().equals(eventType.wireName()) ? version.withReservedConcurrency(executions) : version);
        return this;
    }

    /** Puts the Java handler that is called Handler on an event; its class files by path. */
    public TestBed withJava(EventType eventType, Map<String, byte[]> classes) {
        return with(eventType, "java25", "Handler", zip(classes), false);
    }

    /** Puts a handler in one file of any runtime on an event. */
    public TestBed with(EventType eventType, String runtime, String file, String source) {
        return with(eventType, runtime, "index.handler", zip(file, source), false);
    }

    private TestBed with(EventType eventType, String runtime, String handler, byte[] zip, boolean includeBody) {
        String arn =
                "arn:aws:lambda:us-east-1:000000000000:function:" + eventType.wireName() + ":" + (functions.size() + 1);
        functions.put(
                arn,
                new FunctionVersion(
                        arn,
                        eventType.wireName(),
                        Integer.toString(functions.size() + 1),
                        runtime,
                        handler,
                        controlPlane.addCode(zip),
                        zip.length,
                        128,
                        timeoutSeconds,
                        Map.of()));
        associations.removeIf(association -> association.eventType() == eventType);
        associations.add(new FunctionAssociation(eventType, arn, includeBody));
        return this;
    }

    /** Puts a CloudFront Function on a viewer event. */
    public TestBed withCloudFront(EventType eventType, String runtime, String code) {
        String arn = "arn:aws:cloudfront::000000000000:function/" + eventType.wireName();
        cloudFrontFunctions.put(
                arn,
                new CloudFrontFunction(
                        arn,
                        eventType.wireName(),
                        runtime,
                        CodeDigest.hex(code.getBytes(StandardCharsets.UTF_8)),
                        code,
                        stores.stream().map(KeyValueStore::id).toList()));
        cloudFrontAssociations.removeIf(association -> association.eventType() == eventType);
        cloudFrontAssociations.add(new CloudFrontFunctionAssociation(eventType, arn));
        return this;
    }

    /** What CloudFront Functions that are put on events from now on may read. */
    public TestBed with(KeyValueStore store) {
        stores.clear();
        stores.add(store);
        return this;
    }

    public TestBed invalidate(String... paths) {
        invalidations.add(new Invalidation("I" + invalidations.size(), "E1", List.of(paths)));
        return this;
    }

    /** Publishes what has been configured and waits until the node has answered for it. */
    public Acknowledgement publish() {
        controlPlane.publish(Snapshot.of("state", ++revision, resources()));
        Set<String> nodes = more.stream().map(EdgeNode::name).collect(Collectors.toSet());
        nodes.add(node.name());
        return awaitAcknowledgements(nodes);
    }

    /** Waits until each of the nodes has answered for the newest revision; returns the last answer. */
    private Acknowledgement awaitAcknowledgements(Set<String> nodes) {
        Set<String> missing = new HashSet<>(nodes);
        while (true) {
            Acknowledgement acknowledgement = controlPlane.awaitAcknowledgement();
            if (acknowledgement.revision() >= revision) {
                missing.remove(acknowledgement.node());
            }
            if (missing.isEmpty()) {
                return acknowledgement;
            }
        }
    }

    /** Publishes what has been configured although no node listens. */
    public void publishUnheard() {
        controlPlane.publish(Snapshot.of("state", ++revision, resources()));
    }

    /** What the next revision would hold. */
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>(List.of(policy));
        resources.addAll(functions.values());
        resources.addAll(stores);
        resources.addAll(cloudFrontFunctions.values());
        resources.addAll(keyGroups);
        if (originRequestPolicy != null) {
            resources.add(originRequestPolicy);
        }
        if (responseHeadersPolicy != null) {
            resources.add(responseHeadersPolicy);
        }
        resources.addAll(distributions());
        resources.addAll(invalidations);
        return resources;
    }

    private List<Resource> distributions() {
        Distribution alone = distribution(policy.id());
        if (continuousDeployment == null) {
            return List.of(alone);
        }
        return List.of(
                continuousDeployment,
                alone.deployedContinuously(false, continuousDeployment.id()),
                distribution("E2", List.of(), policy.id(), stagingPath).deployedContinuously(true, null));
    }

    /** The distribution with that cache policy. */
    public Distribution distribution(String cachePolicyId) {
        return distribution("E1", aliases, cachePolicyId, originPath);
    }

    private Distribution distribution(String id, List<String> aliases, String cachePolicyId, String pathAtOrigin) {
        boolean grouped = !failoverStatuses.isEmpty();
        List<Origin> origins = grouped
                ? List.of(origin("main", originPort, pathAtOrigin), origin("second", secondOriginPort, pathAtOrigin))
                : List.of(origin("main", originPort, pathAtOrigin));
        Behavior behavior = new Behavior(
                        "*",
                        grouped ? "group" : "main",
                        viewerProtocol,
                        policy.ttlRules() == CachePolicy.TtlRules.RFC9111
                                ? List.of("*")
                                : List.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
                        List.of("GET", "HEAD"),
                        cachePolicyId,
                        originRequestPolicy == null ? null : originRequestPolicy.id(),
                        responseHeadersPolicy == null ? null : responseHeadersPolicy.id(),
                        compress,
                        keyGroups.stream().map(KeyGroup::id).toList(),
                        associations)
                .withCloudFrontFunctions(cloudFrontAssociations);
        return new Distribution(
                        id,
                        id.toLowerCase(Locale.ROOT) + ".cdn.localhost",
                        aliases,
                        true,
                        "",
                        origins,
                        behavior,
                        List.of(),
                        grouped
                                ? List.of(new OriginGroup("group", failoverStatuses, List.of("main", "second")))
                                : List.of(),
                        errorResponses,
                        geoRestriction,
                        logging)
                .taggedBy(cacheTagHeader)
                .with(httpVersions);
    }

    private Origin origin(String id, int port, String path) {
        return new Origin(
                id,
                originHost,
                path,
                OriginKind.CUSTOM,
                port,
                originHttpsPort,
                originProtocol,
                List.of(),
                2,
                connectTimeoutSeconds,
                readTimeoutSeconds,
                5,
                sslProtocols,
                shieldRegion);
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
        return zip(Map.of(path, content.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        more.forEach(EdgeNode::close);
        node.close();
        engines.forEach(FunctionEngine::close);
        transport.close();
        controlPlane.close();
        origin.close();
    }
}
