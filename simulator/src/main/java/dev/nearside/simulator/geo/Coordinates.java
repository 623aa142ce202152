package dev.nearside.simulator.geo;

/** A point on the globe, in degrees; north and east are positive. */
public record Coordinates(double latitude, double longitude) {

    private static final double MEAN_EARTH_RADIUS_KM = 6_371.0088;

    public Coordinates {
        if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
            throw new IllegalArgumentException("coordinates " + latitude + ", " + longitude
                    + ", expected a latitude within ±90 and a longitude within ±180 degrees");
        }
    }

    /** The great-circle distance, by the haversine formula. */
    public double distanceKm(Coordinates other) {
        double here = Math.toRadians(latitude);
        double there = Math.toRadians(other.latitude);
        double north = Math.sin((there - here) / 2);
        double east = Math.sin(Math.toRadians(other.longitude - longitude) / 2);
        double haversine = north * north + Math.cos(here) * Math.cos(there) * east * east;
        return 2 * MEAN_EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, haversine)));
    }
}
