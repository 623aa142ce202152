package dev.nearside.simulator.latency;

import dev.nearside.kit.link.LinkProfile;
import dev.nearside.simulator.geo.City;
import dev.nearside.simulator.geo.Coordinates;
import dev.nearside.simulator.geo.Pop;
import java.util.Collection;
import java.util.Comparator;

/**
 * Round-trip time as a function of great-circle distance: light in fibre, on a path that is longer than the great
 * circle, and a constant for what stands at both ends.
 *
 * @param constantMillis what a round trip costs before it covers any distance
 * @param detour length of the path over the great circle, 1 or more
 * @param lastMileMillis what a viewer's own access line adds
 * @param jitterShare most that a packet is late, as a share of the round trip
 */
public record LatencyModel(double constantMillis, double detour, double lastMileMillis, double jitterShare) {

    /** Light in vacuum over the group index of single-mode fibre, 1.468 at 1,550 nm. */
    static final double FIBRE_KM_PER_MILLI = 299.792458 / 1.468;

    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * The first two are fitted to measured medians between 33 AWS regions, with the error that LatencyModelFitTest
     * checks; the last two are typical of wired access. See docs/decisions/latency-model.md.
     */
    private static final LatencyModel FITTED = new LatencyModel(6, 1.63, 8, 0.02);

    public LatencyModel {
        if (!(constantMillis >= 0 && detour >= 1 && lastMileMillis >= 0 && jitterShare >= 0)) {
            throw new IllegalArgumentException("latency model with constant " + constantMillis + " ms, detour " + detour
                    + ", last mile " + lastMileMillis + " ms and jitter " + jitterShare
                    + ", expected 0 or more, and a detour of 1 or more");
        }
    }

    /** The model with the constants that come with Nearside. */
    public static LatencyModel fitted() {
        return FITTED;
    }

    /** Between two places with machines in them: PoPs or regions. */
    public long roundTripNanos(Coordinates here, Coordinates there) {
        return Math.round(roundTripMillis(here.distanceKm(there)) * NANOS_PER_MILLI);
    }

    /** Between a viewer at home in that city and a PoP. */
    public long roundTripNanos(City viewer, Pop pop) {
        double millis = roundTripMillis(viewer.coordinates().distanceKm(pop.coordinates())) + lastMileMillis;
        return Math.round(millis * NANOS_PER_MILLI);
    }

    /** A link of that round trip, with the jitter that goes with it. */
    public LinkProfile link(long roundTripNanos) {
        return LinkProfile.ofRoundTrip(roundTripNanos, Math.round(roundTripNanos * jitterShare));
    }

    /**
     * Where a viewer in that city is served: the PoP with the shortest round trip, by code if two are equal.
     *
     * @throws IllegalArgumentException if there are no PoPs
     */
    public Pop nearestPop(City viewer, Collection<Pop> pops) {
        return pops.stream()
                .min(Comparator.<Pop>comparingLong(pop -> roundTripNanos(viewer, pop))
                        .thenComparing(Pop::code))
                .orElseThrow(() -> new IllegalArgumentException("no PoPs to choose from, expected at least one"));
    }

    double roundTripMillis(double distanceKm) {
        return constantMillis + 2 * distanceKm * detour / FIBRE_KM_PER_MILLI;
    }
}
