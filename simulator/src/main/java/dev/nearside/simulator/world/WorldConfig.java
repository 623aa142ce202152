package dev.nearside.simulator.world;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a world consists of.
 *
 * @param pops codes in the order of their ports, at least one, none twice
 * @param folder for all state
 * @param distance whether the links to origins have the length they would have on the globe
 * @param originRegion AWS region in which origins stand, for example {@code us-east-1}
 * @param ports where to listen
 * @param hostMap origin host names that lead elsewhere, {@code http://127.0.0.1:PORT}
 * @param shields AWS regions in which shield nodes stand, for origins that ask for one; none twice
 */
public record WorldConfig(
        List<String> pops,
        Path folder,
        boolean distance,
        String originRegion,
        Ports ports,
        Map<String, URI> hostMap,
        List<String> shields) {

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
        return new WorldConfig(DEFAULT_POPS, folder, false, DEFAULT_ORIGIN_REGION, Ports.FREE, Map.of(), List.of());
    }

    public WorldConfig withDistance() {
        return new WorldConfig(pops, folder, true, originRegion, ports, hostMap, shields);
    }

    public WorldConfig withPops(String... codes) {
        return new WorldConfig(List.of(codes), folder, distance, originRegion, ports, hostMap, shields);
    }

    public WorldConfig withHostMap(Map<String, URI> newHostMap) {
        return new WorldConfig(pops, folder, distance, originRegion, ports, newHostMap, shields);
    }

    public WorldConfig withShields(String... regions) {
        return new WorldConfig(pops, folder, distance, originRegion, ports, hostMap, List.of(regions));
    }
}
