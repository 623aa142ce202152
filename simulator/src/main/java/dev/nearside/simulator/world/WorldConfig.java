package dev.nearside.simulator.world;

import dev.nearside.edge.functions.engines.JsEngine;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a world consists of.
 *
 * @param pops codes in the order of their ports, at least one, none twice
 * @param folder for all state
 * @param distance whether the links to origins have the length they would have on the globe
 * @param originRegion AWS region in which origins stand, for example {@code us-east-1}
 * @param ports where to listen
 * @param hostMap origin host names that lead elsewhere, {@code http://127.0.0.1:PORT}
 * @param origins what nodes think of origins
 * @param shields AWS regions in which shield nodes stand, for origins that ask for one; none twice
 * @param jsEngine which engine runs JavaScript functions
 * @param strict whether what only Nearside can do is refused as AWS does
 * @param state where the control plane keeps it, and who may change it
 */
public record WorldConfig(
        List<String> pops,
        Path folder,
        boolean distance,
        String originRegion,
        Ports ports,
        Map<String, URI> hostMap,
        Origins origins,
        List<String> shields,
        JsEngine jsEngine,
        boolean strict,
        State state) {

    /** The PoPs of a world that nobody has chosen. */
    public static final List<String> DEFAULT_POPS = List.of("IAD", "LHR", "NRT", "SYD", "GRU");

    /** The region of origins that nobody has placed. */
    public static final String DEFAULT_ORIGIN_REGION = "us-east-1";

    public WorldConfig {
        pops = List.copyOf(pops);
        hostMap = Map.copyOf(hostMap);
        shields = List.copyOf(shields);
        if (pops.isEmpty() || pops.size() > Ports.MAX_POPS) {
            throw new IllegalArgumentException(pops.size() + " PoPs, expected 1 to " + Ports.MAX_POPS);
        }
        if (pops.stream().distinct().count() < pops.size()) {
            throw new IllegalArgumentException("PoPs " + String.join(",", pops) + ", expected none twice");
        }
        if (shields.size() > Ports.MAX_SHIELDS || shields.stream().distinct().count() < shields.size()) {
            throw new IllegalArgumentException("shields in " + String.join(",", shields) + ", expected at most "
                    + Ports.MAX_SHIELDS + " regions, none twice");
        }
    }

    /** The default PoPs on free ports, without shields and distance: what tests start from. */
    public static WorldConfig onFreePorts(Path folder) {
        return new WorldConfig(
                DEFAULT_POPS,
                folder,
                false,
                DEFAULT_ORIGIN_REGION,
                Ports.FREE,
                Map.of(),
                Origins.DEFAULT,
                List.of(),
                JsEngine.AUTO,
                false,
                State.DEFAULT);
    }

    public WorldConfig withDistance() {
        return with(changed -> changed.distance = true);
    }

    public WorldConfig withPops(String... codes) {
        return with(changed -> changed.pops = List.of(codes));
    }

    public WorldConfig withPorts(Ports newPorts) {
        return with(changed -> changed.ports = newPorts);
    }

    public WorldConfig withHostMap(Map<String, URI> newHostMap) {
        return with(changed -> changed.hostMap = newHostMap);
    }

    public WorldConfig withOrigins(Origins newOrigins) {
        return with(changed -> changed.origins = newOrigins);
    }

    public WorldConfig withShields(String... regions) {
        return with(changed -> changed.shields = List.of(regions));
    }

    public WorldConfig withJsEngine(JsEngine engine) {
        return with(changed -> changed.jsEngine = engine);
    }

    public WorldConfig withState(State newState) {
        return with(changed -> changed.state = newState);
    }

    private WorldConfig with(Consumer<Changed> change) {
        Changed changed = new Changed();
        change.accept(changed);
        return new WorldConfig(
                changed.pops,
                folder,
                changed.distance,
                originRegion,
                changed.ports,
                changed.hostMap,
                changed.origins,
                changed.shields,
                changed.jsEngine,
                strict,
                changed.state);
    }

    /** What may be set after the fact, as it is until then. */
    private final class Changed {
        private List<String> pops = WorldConfig.this.pops;
        private boolean distance = WorldConfig.this.distance;
        private Ports ports = WorldConfig.this.ports;
        private Map<String, URI> hostMap = WorldConfig.this.hostMap;
        private Origins origins = WorldConfig.this.origins;
        private List<String> shields = WorldConfig.this.shields;
        private JsEngine jsEngine = WorldConfig.this.jsEngine;
        private State state = WorldConfig.this.state;
    }

    /** Where the authority is that the certificates of all PoPs are made by. */
    public Path tlsFolder() {
        return tlsFolder(folder);
    }

    /** Where a world with its state in {@code folder} keeps its authority. */
    public static Path tlsFolder(Path folder) {
        return folder.resolve("tls");
    }

    /**
     * The state of the control plane.
     *
     * @param database a PostgreSQL database, {@code jdbc:postgresql://HOST/DATABASE}; null for a file in the folder
     * @param auth a file with the keys that requests must be signed with; null for none
     */
    public record State(@Nullable String database, @Nullable Path auth) {

        /** A file, and no keys. */
        public static final State DEFAULT = new State(null, null);

        /** Not the URL, which may hold a password. */
        @Override
        public String toString() {
            return "State[" + (database == null ? "file" : "database") + ", auth " + auth + "]";
        }
    }

    /**
     * What nodes think of origins.
     *
     * @param authorities a file with further certificates in PEM form that origins may have theirs from; null for none
     * @param breakerHosts origin host names, or {@code *} for all, that are left alone for a while when they cannot be
     *     reached
     */
    public record Origins(@Nullable Path authorities, List<String> breakerHosts) {

        /** Java's authorities, and no circuit breakers. */
        public static final Origins DEFAULT = new Origins(null, List.of());

        public Origins {
            breakerHosts = List.copyOf(breakerHosts);
        }
    }
}
