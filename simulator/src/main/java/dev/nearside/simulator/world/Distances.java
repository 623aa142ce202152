package dev.nearside.simulator.world;

import dev.nearside.edge.EdgeNodeConfig.OriginLink;
import dev.nearside.edge.EdgeNodeConfig.ShieldTable;
import dev.nearside.edge.shield.Shield;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.Coordinates;
import dev.nearside.simulator.geo.Pop;
import dev.nearside.simulator.geo.Region;
import dev.nearside.simulator.latency.LatencyModel;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** How far the parts of a world are from each other. */
final class Distances {

    private static final double NANOS_PER_MILLI = 1e6;

    private final WorldConfig world;

    Distances(WorldConfig world) {
        this.world = world;
    }

    /** From there to where origins stand. */
    OriginLink toOrigin(Coordinates from) {
        double roundTripMillis = roundTripMillis(from, world.originRegion());
        return new OriginLink(roundTripMillis, jitterMillis(roundTripMillis));
    }

    /** From there to each shield. */
    ShieldTable toShields(Coordinates from, Map<String, InetSocketAddress> addressByRegion) {
        Map<String, Shield> shields = new HashMap<>();
        addressByRegion.forEach((region, address) -> {
            double roundTripMillis = roundTripMillis(from, region);
            shields.put(
                    region,
                    new Shield(
                            address.getAddress().getHostAddress(),
                            address.getPort(),
                            roundTripMillis,
                            jitterMillis(roundTripMillis)));
        });
        return new ShieldTable(null, shields);
    }

    /** The PoP under whose code a region's shield works: one that belongs to the region, else the nearest. */
    static Pop popOf(Region region) {
        return Atlas.builtIn().pops().stream()
                .min(Comparator.<Pop, Boolean>comparing(pop -> !pop.region().equals(region.code()))
                        .thenComparingDouble(pop -> pop.coordinates().distanceKm(region.coordinates()))
                        .thenComparing(Pop::code))
                .orElseThrow(() -> new IllegalStateException("the atlas has no PoPs, expected at least one"));
    }

    private double roundTripMillis(Coordinates from, String region) {
        if (!world.distance()) {
            return 0;
        }
        Coordinates there = Atlas.builtIn().region(region).coordinates();
        return LatencyModel.fitted().roundTripNanos(from, there) / NANOS_PER_MILLI;
    }

    private static double jitterMillis(double roundTripMillis) {
        return roundTripMillis * LatencyModel.fitted().jitterShare();
    }
}
