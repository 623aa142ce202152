package dev.nearside.simulator.world;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.ControlPlane;
import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.edge.EdgeNode;
import dev.nearside.edge.EdgeNodeConfig;
import dev.nearside.edge.ViewerLimits;
import dev.nearside.edge.fetch.BreakerSettings;
import dev.nearside.edge.functions.engines.FunctionEngines;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.time.Parking;
import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import dev.nearside.kit.tls.LocalAuthority;
import dev.nearside.kit.transport.Transport;
import dev.nearside.origin.OriginConfig;
import dev.nearside.origin.OriginServer;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.CityAddresses;
import dev.nearside.simulator.geo.Coordinates;
import dev.nearside.simulator.geo.Pop;
import dev.nearside.simulator.geo.Region;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole world on real sockets in this process: a control plane, an origin, one edge node per PoP and one per shield,
 * started and stopped together. Several may run side by side on free ports. Tests, benchmarks and the command line all use this
 * door.
 */
public final class World implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(World.class);
    private static final String HOST = "127.0.0.1";
    /** For each node; enough for a few films or installers, and little enough for a laptop with five PoPs. */
    private static final long DISK_CACHE_BYTES = 1L << 30;

    private static final long CONFIGURATION_PATIENCE_NANOS = 10_000_000_000L;
    private static final long CONFIGURATION_LOOK_NANOS = 2_000_000;

    /** What has been started, in order. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final WorldConfig config;
    private final Distances distances;
    private final List<EdgeNode> nodes = new ArrayList<>();
    private final Map<String, EdgeNode> shields = new LinkedHashMap<>();
    private final ControlPlane controlPlane;
    private final OriginServer origin;

    /**
     * Starts everything and returns when each PoP has its configuration.
     *
     * @throws IOException if a port is taken or the folder cannot be used; the message says which
     * @throws dev.nearside.simulator.geo.UnknownPlaceException if there is no such PoP or region
     */
    public static World start(WorldConfig config) throws IOException {
        return new World(config);
    }

    private World(WorldConfig config) throws IOException {
        this.config = config;
        this.distances = new Distances(config);
        config.pops().forEach(Atlas.builtIn()::pop);
        Atlas.builtIn().region(config.originRegion());
        config.shields().forEach(Atlas.builtIn()::region);
        try {
            Time time = Time.system();
            controlPlane = ControlPlane.start(controlPlaneConfig(config), time, Randomness.secret());
            parts.push(controlPlane);
            Transport transport =
                    Transport.sockets(Math.max(2, Runtime.getRuntime().availableProcessors()), "world-loop");
            parts.push(transport);
            origin = OriginServer.start(
                    OriginConfig.defaults().withPort(config.ports().origin()), transport, time);
            parts.push(origin);
            FunctionEngines engines = FunctionEngines.open(config.jsEngine(), time, Randomness.secret());
            parts.push(engines);
            LocalAuthority.openOrMake(config.tlsFolder(), time, Randomness.secret());
            parts.push(this::closeNodes);
            for (int i = 0; i < config.shields().size(); i++) {
                EdgeNode shield =
                        EdgeNode.start(shieldConfig(config, i), transport, engines.list(), time, Randomness.fast());
                shields.put(config.shields().get(i), shield);
            }
            for (int i = 0; i < config.pops().size(); i++) {
                EdgeNode node =
                        EdgeNode.start(nodeConfig(config, i), transport, engines.list(), time, Randomness.fast());
                nodes.add(node);
            }
            controlPlane.describeWorld(description());
            DemoSite.deploy(controlPlane);
            awaitConfiguration(time);
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** A world is ready when each PoP serves; one that cannot be configured in time serves what it has. */
    private void awaitConfiguration(Time time) {
        long start = time.nanos();
        while (Stream.concat(nodes.stream(), shields.values().stream()).anyMatch(node -> node.revision() == 0)) {
            if (time.nanos() - start > CONFIGURATION_PATIENCE_NANOS) {
                LOG.warn("not every PoP has its configuration yet");
                return;
            }
            Parking.park(this, CONFIGURATION_LOOK_NANOS);
        }
    }

    private static ControlPlaneConfig controlPlaneConfig(WorldConfig config) {
        Path auth = config.state().auth();
        return ControlPlaneConfig.in(config.folder().resolve("control-plane").toString())
                .onPorts(config.ports().api(), config.ports().watch())
                .withStrict(config.strict())
                .withDatabase(config.state().database())
                .withAuth(auth == null ? null : auth.toString());
    }

    private EdgeNodeConfig nodeConfig(WorldConfig world, int index) {
        Pop pop = Atlas.builtIn().pop(world.pops().get(index));
        Map<String, InetSocketAddress> addresses = new HashMap<>();
        shields.forEach((region, shield) -> addresses.put(region, shield.address()));
        return nodeConfig(
                new Site(
                        pop.code() + "-1",
                        pop.code(),
                        pop.coordinates(),
                        world.ports().popHttp(index),
                        new EdgeNodeConfig.ViewerTls(
                                world.tlsFolder(), world.ports().popHttps(index))),
                distances.toShields(pop.coordinates(), addresses));
    }

    private EdgeNodeConfig shieldConfig(WorldConfig world, int index) {
        Region region = Atlas.builtIn().region(world.shields().get(index));
        String pop = Distances.popOf(region).code();
        return nodeConfig(
                new Site(
                        "shield-" + region.code(),
                        pop,
                        region.coordinates(),
                        world.ports().shieldHttp(index),
                        null),
                new EdgeNodeConfig.ShieldTable(region.code(), Map.of()));
    }

    /**
     * Where a node stands and listens.
     *
     * @param tls for HTTPS; null for none
     */
    private record Site(
            String name, String pop, Coordinates coordinates, int port, EdgeNodeConfig.@Nullable ViewerTls tls) {}

    private EdgeNodeConfig nodeConfig(Site site, EdgeNodeConfig.ShieldTable table) {
        return new EdgeNodeConfig(
                site.name(),
                site.pop(),
                HOST,
                site.port(),
                HOST,
                controlPlane.watchAddress().getPort(),
                EdgeNodeConfig.ControlPlaneLink.NONE,
                controlPlane.enrolmentToken(),
                config.folder().resolve("nodes").resolve(site.name()),
                EdgeNodeConfig.Limits.defaults().withDiskCacheBytes(DISK_CACHE_BYTES),
                distances.toOrigin(site.coordinates()),
                hostMap(config),
                site.tls(),
                config.origins().authorities(),
                breakers(config),
                CityAddresses.places(),
                table,
                ViewerLimits.defaults(),
                config.jsEngine());
    }

    private static Map<String, BreakerSettings> breakers(WorldConfig world) {
        return world.origins().breakerHosts().stream()
                .distinct()
                .collect(Collectors.toMap(host -> host, _ -> BreakerSettings.defaults()));
    }

    private Map<String, URI> hostMap(WorldConfig world) {
        Map<String, URI> hostMap = new HashMap<>(world.hostMap());
        hostMap.putIfAbsent(
                DemoSite.ORIGIN_HOST,
                URI.create("http://" + HOST + ":" + origin.address().getPort()));
        return hostMap;
    }

    /** What the world says of itself under {@code /_nearside/world}. */
    private byte[] description() {
        ObjectNode world = new JsonMapper().createObjectNode();
        ArrayNode pops = world.putArray("pops");
        for (EdgeNode node : nodes) {
            Pop pop = Atlas.builtIn().pop(node.pop());
            ObjectNode described = pops.addObject()
                    .put("code", pop.code())
                    .put("city", pop.city())
                    .put("region", pop.region())
                    .put("node", node.name())
                    .put("address", HOST + ":" + node.address().getPort());
            node.secureAddress().ifPresent(it -> described.put("secureAddress", HOST + ":" + it.getPort()));
        }
        ArrayNode describedShields = world.putArray("shields");
        shields.forEach((region, shield) -> describedShields
                .addObject()
                .put("region", region)
                .put("node", shield.name())
                .put("address", HOST + ":" + shield.address().getPort()));
        world.put("originRegion", config.originRegion())
                .put("origin", HOST + ":" + origin.address().getPort())
                .put("wan", config.distance());
        return SnapshotCodec.encode(world);
    }

    /** The edge nodes in the order of the configuration's PoPs. */
    public List<EdgeNode> nodes() {
        return List.copyOf(nodes);
    }

    /** The shield nodes by AWS region, in the order of the configuration. */
    public Map<String, EdgeNode> shields() {
        return Collections.unmodifiableMap(shields);
    }

    /** The shield node of an AWS region. */
    public EdgeNode shield(String region) {
        EdgeNode shield = shields.get(region);
        if (shield == null) {
            throw new IllegalArgumentException(
                    "this world has no shield in '" + region + "', only in " + String.join(", ", shields.keySet()));
        }
        return shield;
    }

    /** The node of a PoP. */
    public EdgeNode node(String pop) {
        return nodes.stream()
                .filter(node -> node.pop().equals(pop))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "this world has no PoP '" + pop + "', only " + String.join(", ", config.pops())));
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Where the AWS API, the platform's API and the console answer. */
    public InetSocketAddress apiAddress() {
        return controlPlane.apiAddress();
    }

    public InetSocketAddress originAddress() {
        return origin.address();
    }

    public WorldConfig config() {
        return config;
    }

    /** All at once, because each waits a while for the viewers that it still serves. */
    private void closeNodes() {
        try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
            nodes.forEach(node -> closers.execute(node::close));
            shields.values().forEach(shield -> closers.execute(shield::close));
        }
    }

    /** Stops everything, the last started first. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part of the world did not stop cleanly", e);
            }
        }
    }
}
