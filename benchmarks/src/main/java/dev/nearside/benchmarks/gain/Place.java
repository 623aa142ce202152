package dev.nearside.benchmarks.gain;

import dev.nearside.kit.link.LinkProfile;
import dev.nearside.simulator.geo.Atlas;
import dev.nearside.simulator.geo.City;
import dev.nearside.simulator.geo.Pop;
import dev.nearside.simulator.geo.Region;
import dev.nearside.simulator.latency.LatencyModel;
import dev.nearside.simulator.world.WorldConfig;
import java.util.List;

/** Where the handler runs. The engine and the code are the same in both places; only the distance differs. */
public enum Place {
    /** At the default PoP that is nearest to the viewer. */
    AT_POP,

    /** In the region of the origin, as a handler would that is not deployed to the edge. */
    AT_ORIGIN_REGION;

    private static final Atlas ATLAS = Atlas.builtIn();
    private static final List<Pop> DEFAULT_POPS =
            WorldConfig.DEFAULT_POPS.stream().map(ATLAS::pop).toList();
    private static final LatencyModel LATENCY = LatencyModel.fitted();

    /** The PoP whose node runs the handler for a viewer in that city; the origin region's own stands for the region. */
    Pop pop(City viewer) {
        return switch (this) {
            case AT_POP -> LATENCY.nearestPop(viewer, DEFAULT_POPS);
            case AT_ORIGIN_REGION -> originRegionPop();
        };
    }

    /** What lies between a viewer in that city and the handler. */
    LinkProfile link(City viewer) {
        return switch (this) {
            case AT_POP -> LATENCY.link(LATENCY.roundTripNanos(viewer, pop(viewer)));
            case AT_ORIGIN_REGION -> {
                // A viewer reaches the region itself, not the PoP near it.
                Region region = ATLAS.region(WorldConfig.DEFAULT_ORIGIN_REGION);
                Pop gate =
                        new Pop(region.code(), region.place(), region.country(), region.coordinates(), region.code());
                yield LATENCY.link(LATENCY.roundTripNanos(viewer, gate));
            }
        };
    }

    private static Pop originRegionPop() {
        return DEFAULT_POPS.stream()
                .filter(pop -> pop.region().equals(WorldConfig.DEFAULT_ORIGIN_REGION))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("none of the default PoPs " + WorldConfig.DEFAULT_POPS
                        + " belongs to " + WorldConfig.DEFAULT_ORIGIN_REGION));
    }
}
