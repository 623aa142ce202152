package dev.nearside.edge.shield;

import dev.nearside.kit.config.ConfigException;

/**
 * A node that asks origins on behalf of others.
 *
 * @param host where it listens
 * @param port where it listens
 * @param roundTripMillis of the emulated link to it, 0 for none
 * @param jitterMillis most that a packet on that link is late
 */
public record Shield(String host, int port, double roundTripMillis, double jitterMillis) {

    private static final double MAX_MILLIS = 10_000;

    public Shield {
        host = host == null ? "127.0.0.1" : host;
        require(port >= 1 && port <= 65_535, "port", port, "1 to 65535");
        require(
                roundTripMillis >= 0 && roundTripMillis <= MAX_MILLIS,
                "round-trip-millis",
                roundTripMillis,
                "0 to 10000");
        require(jitterMillis >= 0 && jitterMillis <= MAX_MILLIS, "jitter-millis", jitterMillis, "0 to 10000");
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new ConfigException(key + " of a shield is '" + value + "', expected " + expected);
        }
    }
}
