package dev.nearside.edge.fetch;

import dev.nearside.kit.config.ConfigException;

/**
 * When requests to an origin are given up before they are tried: CloudFront has nothing like it. A number left out, or
 * 0, means the default.
 *
 * @param failureRatePercent 1 to 100: with this share of failed connections and timeouts the circuit opens, default 50
 * @param minimumCalls 1 to 1,000: requests that must have ended before the share means something, default 5
 * @param openSeconds 1 to 3,600: how long nothing is tried, default 10
 */
public record BreakerSettings(int failureRatePercent, int minimumCalls, int openSeconds) {

    public BreakerSettings {
        failureRatePercent = within(100, 50, "failure-rate-percent", failureRatePercent);
        minimumCalls = within(1_000, 5, "minimum-calls", minimumCalls);
        openSeconds = within(3_600, 10, "open-seconds", openSeconds);
    }

    public static BreakerSettings defaults() {
        return new BreakerSettings(0, 0, 0);
    }

    private static int within(int most, int otherwise, String key, int value) {
        if (value < 0 || value > most) {
            throw new ConfigException("circuit-breakers: " + key + " is '" + value + "', expected 1 to " + most);
        }
        return value == 0 ? otherwise : value;
    }
}
