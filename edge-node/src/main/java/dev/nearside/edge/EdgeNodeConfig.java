package dev.nearside.edge;

import dev.nearside.edge.fetch.BreakerSettings;
import dev.nearside.edge.functions.engines.JsEngine;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.shield.Shield;
import dev.nearside.kit.config.ConfigException;
import dev.nearside.kit.link.LinkProfile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's configuration, as its file holds it; docs/edge-config.md lists every key. {@code node}, {@code pop}, {@code enrolment-token} and {@code folder}
 * must be given; a number left out, or 0, means the default.
 *
 * @param node unique name: letters, digits and dashes
 * @param pop code of the PoP it serves: three capital letters
 * @param host address to listen on, default 127.0.0.1
 * @param port to listen on; 0 takes any free one
 * @param controlPlaneHost where the node watch is, default 127.0.0.1
 * @param controlPlanePort where the node watch is, default 7081
 * @param controlPlaneLink emulated distance to it, default none
 * @param enrolmentToken proof that this node may ask
 * @param folder for the last good snapshot and code
 * @param limits bounds of what the node takes
 * @param originLink emulated distance to origins, default none
 * @param hostMap origin host names, or {@code NAME:PORT}, that lead elsewhere, {@code http://127.0.0.1:PORT}
 * @param viewerTls where to listen for HTTPS, and with whose certificates; null for no HTTPS
 * @param originCa a file with certificates in PEM form whose holders origins may have theirs from, besides the
 *     authorities that Java trusts; null for none
 * @param circuitBreakers by origin host name, or {@code *} for all that have none of their own; default none
 * @param viewerPlaces where viewers are by their addresses, in ranges that do not overlap, default none
 * @param shields the shields of origins, and whether this node is one; default none
 * @param viewerLimits how much patience the node has with viewers
 * @param jsEngine which engine runs JavaScript functions, default auto
 */
public record EdgeNodeConfig(
        String node,
        String pop,
        String host,
        int port,
        String controlPlaneHost,
        int controlPlanePort,
        ControlPlaneLink controlPlaneLink,
        String enrolmentToken,
        Path folder,
        Limits limits,
        OriginLink originLink,
        Map<String, URI> hostMap,
        @Nullable ViewerTls viewerTls,
        @Nullable Path originCa,
        Map<String, BreakerSettings> circuitBreakers,
        List<ViewerPlaces.Entry> viewerPlaces,
        ShieldTable shields,
        ViewerLimits viewerLimits,
        JsEngine jsEngine) {

    private static final int DEFAULT_WATCH_PORT = 7081;
    private static final double MAX_LINK_MILLIS = 10_000;
    private static final double NANOS_PER_MILLI = 1_000_000;

    public EdgeNodeConfig {
        require(node != null && node.matches("[A-Za-z0-9-]{1,64}"), "node", node, "1 to 64 letters, digits and dashes");
        require(pop != null && pop.matches("[A-Z]{3}"), "pop", pop, "a code of three capital letters, for example LHR");
        host = host == null ? "127.0.0.1" : host;
        require(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
        controlPlaneHost = controlPlaneHost == null ? "127.0.0.1" : controlPlaneHost;
        controlPlanePort = controlPlanePort == 0 ? DEFAULT_WATCH_PORT : controlPlanePort;
        require(
                controlPlanePort > 0 && controlPlanePort <= 65_535,
                "control-plane-port",
                controlPlanePort,
                "1 to 65535");
        require(
                enrolmentToken != null && !enrolmentToken.isBlank(),
                "enrolment-token",
                "(empty)",
                "the token that the control plane shows");
        require(folder != null, "folder", folder, "a folder for the snapshot and code");
        limits = limits == null ? Limits.defaults() : limits;
        viewerLimits = viewerLimits == null ? ViewerLimits.defaults() : viewerLimits;
        jsEngine = jsEngine == null ? JsEngine.AUTO : jsEngine;
        controlPlaneLink = controlPlaneLink == null ? ControlPlaneLink.NONE : controlPlaneLink;
        originLink = originLink == null ? new OriginLink(0, 0) : originLink;
        shields = shields == null ? ShieldTable.NONE : shields;
        hostMap = hostMap == null ? Map.of() : Map.copyOf(hostMap);
        hostMap.forEach((name, uri) -> require(
                uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())),
                "host-map." + name,
                uri,
                "a URL such as http://127.0.0.1:8080"));
        circuitBreakers = inLowerCase(circuitBreakers == null ? Map.of() : circuitBreakers);
        viewerPlaces = viewerPlaces == null ? List.of() : List.copyOf(viewerPlaces);
        try {
            ViewerPlaces.of(viewerPlaces);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("viewer-places: " + e.getMessage());
        }
    }

    private static Map<String, BreakerSettings> inLowerCase(Map<String, BreakerSettings> breakers) {
        Map<String, BreakerSettings> byHost = new HashMap<>();
        breakers.forEach((host, settings) -> {
            require(
                    host.equals("*") || host.matches("[A-Za-z0-9._-]+"),
                    "circuit-breakers",
                    host,
                    "an origin's host name, or *");
            byHost.put(host.toLowerCase(Locale.ROOT), settings == null ? BreakerSettings.defaults() : settings);
        });
        return Map.copyOf(byHost);
    }

    /**
     * HTTPS for viewers.
     *
     * @param folder with {@code ca.pem} and {@code ca-key.pem}: the authority that certificates are made by
     * @param port to listen on; 0 takes any free one
     */
    public record ViewerTls(Path folder, int port) {
        public ViewerTls {
            require(folder != null, "viewer-tls.folder", folder, "a folder with ca.pem and ca-key.pem");
            require(port >= 0 && port <= 65_535, "viewer-tls.port", port, "0 to 65535");
        }
    }

    /**
     * Bounds of what a node takes.
     *
     * @param cacheBytes memory for stored responses, default 256 MiB
     * @param maxObjectBytes the longest body that is kept, default 64 MiB
     * @param maxInFlightBytes of all bodies on their way into the cache together, default 256 MiB
     * @param maxConnections viewers at once, default 20,000
     * @param maxConcurrentFunctions executions at once of functions without reserved concurrency, default 1,000
     * @param maxConcurrentOriginRequests under way to one origin, default 1,000
     * @param diskCacheBytes files for stored responses under {@code folder}, default 0: none
     * @param diskMaxObjectBytes the longest body that is kept on disk, default 8 GiB
     * @param accessLogBytes files of the standard log under {@code folder}, default 1 GiB; 0 for no log
     * @param functionWarmUpMillis how long a new configuration waits for new functions to be ready, default 500; 0 for
     *     no wait
     */
    public record Limits(
            long cacheBytes,
            long maxObjectBytes,
            long maxInFlightBytes,
            int maxConnections,
            int maxConcurrentFunctions,
            int maxConcurrentOriginRequests,
            long diskCacheBytes,
            long diskMaxObjectBytes,
            @Nullable Long accessLogBytes,
            @Nullable Long functionWarmUpMillis) {

        private static final long FUNCTION_WARM_UP_MILLIS = 500;
        private static final long ACCESS_LOG_BYTES = 1L << 30;

        public Limits {
            cacheBytes = positiveOr(256L << 20, "cache-bytes", cacheBytes);
            maxObjectBytes = positiveOr(64L << 20, "max-object-bytes", maxObjectBytes);
            maxInFlightBytes = positiveOr(256L << 20, "max-in-flight-bytes", maxInFlightBytes);
            maxConnections = (int) positiveOr(20_000, "max-connections", maxConnections);
            maxConcurrentFunctions = (int) positiveOr(1_000, "max-concurrent-functions", maxConcurrentFunctions);
            maxConcurrentOriginRequests =
                    (int) positiveOr(1_000, "max-concurrent-origin-requests", maxConcurrentOriginRequests);
            require(diskCacheBytes >= 0, "disk-cache-bytes", diskCacheBytes, "0 for none, or more");
            diskMaxObjectBytes = positiveOr(8L << 30, "disk-max-object-bytes", diskMaxObjectBytes);
            accessLogBytes = accessLogBytes == null ? Long.valueOf(ACCESS_LOG_BYTES) : accessLogBytes;
            require(accessLogBytes >= 0, "access-log-bytes", accessLogBytes, "0 for no log, or more");
            functionWarmUpMillis =
                    functionWarmUpMillis == null ? Long.valueOf(FUNCTION_WARM_UP_MILLIS) : functionWarmUpMillis;
            require(
                    functionWarmUpMillis >= 0 && functionWarmUpMillis <= 60_000,
                    "function-warm-up-millis",
                    functionWarmUpMillis,
                    "0 to 60000");
        }

        /** The same limits with the defaults for the access log and the warm-up of functions. */
        public Limits(
                long cacheBytes,
                long maxObjectBytes,
                long maxInFlightBytes,
                int maxConnections,
                int maxConcurrentFunctions,
                int maxConcurrentOriginRequests,
                long diskCacheBytes,
                long diskMaxObjectBytes) {
            this(
                    cacheBytes,
                    maxObjectBytes,
                    maxInFlightBytes,
                    maxConnections,
                    maxConcurrentFunctions,
                    maxConcurrentOriginRequests,
                    diskCacheBytes,
                    diskMaxObjectBytes,
                    null,
                    null);
        }

        public static Limits defaults() {
            return new Limits(0, 0, 0, 0, 0, 0, 0, 0);
        }

        /** The same with room for that many bytes of stored responses on disk; 0 for none. */
        public Limits withDiskCacheBytes(long bytes) {
            return new Limits(
                    cacheBytes,
                    maxObjectBytes,
                    maxInFlightBytes,
                    maxConnections,
                    maxConcurrentFunctions,
                    maxConcurrentOriginRequests,
                    bytes,
                    diskMaxObjectBytes,
                    accessLogBytes,
                    functionWarmUpMillis);
        }

        /** The same with that much patience for new functions. */
        public Limits withFunctionWarmUpMillis(long millis) {
            return new Limits(
                    cacheBytes,
                    maxObjectBytes,
                    maxInFlightBytes,
                    maxConnections,
                    maxConcurrentFunctions,
                    maxConcurrentOriginRequests,
                    diskCacheBytes,
                    diskMaxObjectBytes,
                    accessLogBytes,
                    millis);
        }

        /** How long a new configuration waits for new functions to be ready, in milliseconds. */
        public long warmUpMillis() {
            return functionWarmUpMillis == null ? FUNCTION_WARM_UP_MILLIS : functionWarmUpMillis;
        }

        /** How many bytes the files of the standard log may have; 0 for no log. */
        public long logBytes() {
            return accessLogBytes == null ? ACCESS_LOG_BYTES : accessLogBytes;
        }
    }

    /**
     * What a node is told of shields.
     *
     * @param region the AWS region whose shield this node is; null if it is none
     * @param byRegion where the shields of regions are
     */
    public record ShieldTable(@Nullable String region, Map<String, Shield> byRegion) {

        public static final ShieldTable NONE = new ShieldTable(null, Map.of());

        public ShieldTable {
            byRegion = byRegion == null ? Map.of() : Map.copyOf(byRegion);
        }
    }

    /**
     * The emulated way to origins.
     *
     * @param roundTripMillis there and back, 0 for none
     * @param jitterMillis most that a packet is late
     */
    public record OriginLink(double roundTripMillis, double jitterMillis) {
        public OriginLink {
            requireMillis("origin-link.round-trip-millis", roundTripMillis);
            requireMillis("origin-link.jitter-millis", jitterMillis);
        }

        LinkProfile profile() {
            return link(roundTripMillis, jitterMillis);
        }
    }

    /**
     * The emulated way to the control plane.
     *
     * @param roundTripMillis there and back, 0 for none
     * @param jitterMillis most that a packet is late
     */
    public record ControlPlaneLink(double roundTripMillis, double jitterMillis) {

        public static final ControlPlaneLink NONE = new ControlPlaneLink(0, 0);

        public ControlPlaneLink {
            requireMillis("control-plane-link.round-trip-millis", roundTripMillis);
            requireMillis("control-plane-link.jitter-millis", jitterMillis);
        }

        LinkProfile profile() {
            return link(roundTripMillis, jitterMillis);
        }
    }

    static LinkProfile link(double roundTripMillis, double jitterMillis) {
        return LinkProfile.ofRoundTrip(
                (long) (roundTripMillis * NANOS_PER_MILLI), (long) (jitterMillis * NANOS_PER_MILLI));
    }

    private static void requireMillis(String key, double value) {
        require(value >= 0 && value <= MAX_LINK_MILLIS, key, value, "0 to 10000");
    }

    /** Where to listen. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    /** Where to listen for HTTPS; null for nowhere. */
    public @Nullable InetSocketAddress secureAddress() {
        return viewerTls == null ? null : new InetSocketAddress(host, viewerTls.port());
    }

    /** Where the node watch is; not looked up yet, since its name may lead elsewhere later. */
    public InetSocketAddress controlPlaneAddress() {
        return InetSocketAddress.createUnresolved(controlPlaneHost, controlPlanePort);
    }

    /** Says everything but the token. */
    @Override
    public String toString() {
        return "EdgeNodeConfig[" + node + ", " + host + ":" + port + ", control plane " + controlPlaneHost + ":"
                + controlPlanePort + ", " + folder + "]";
    }

    private static long positiveOr(long otherwise, String key, long value) {
        require(value >= 0, key, value, "more than 0");
        return value == 0 ? otherwise : value;
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new ConfigException(key + " is '" + value + "', expected " + expected);
        }
    }
}
