package dev.nearside.origin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nearside.kit.config.ConfigException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an origin needs to know before it starts.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 picks any free one
 * @param seed what all content is computed from
 * @param idleTimeoutMillis how long a connection may move no byte before it is closed
 * @param maxHeaderBytes limit for a request's line, and again for its header fields together
 */
public record OriginConfig(String host, int port, long seed, long idleTimeoutMillis, int maxHeaderBytes) {

    private static final OriginConfig DEFAULTS = new OriginConfig("127.0.0.1", 7200, 1, 60_000, 16_384);

    /** Checks every value on its own. */
    public OriginConfig {
        if (host.isBlank()) {
            throw new ConfigException("host '" + host + "' is blank, expected a name or address such as 127.0.0.1");
        }
        require("port", port, 0, 65_535);
        require("idle-timeout-millis", idleTimeoutMillis, 100, 3_600_000);
        require("max-header-bytes", maxHeaderBytes, 1_024, 1_048_576);
    }

    /** 127.0.0.1:7200, seed 1. */
    public static OriginConfig defaults() {
        return DEFAULTS;
    }

    public OriginConfig withPort(int otherPort) {
        return new OriginConfig(host, otherPort, seed, idleTimeoutMillis, maxHeaderBytes);
    }

    public OriginConfig withSeed(long otherSeed) {
        return new OriginConfig(host, port, otherSeed, idleTimeoutMillis, maxHeaderBytes);
    }

    /** The door of {@link dev.nearside.kit.config.ConfigFile}: what a file leaves out has its default. */
    @JsonCreator
    static OriginConfig ofFile(
            @JsonProperty("host") @Nullable String host,
            @JsonProperty("port") @Nullable Integer port,
            @JsonProperty("seed") @Nullable Long seed,
            @JsonProperty("idle-timeout-millis") @Nullable Long idleTimeoutMillis,
            @JsonProperty("max-header-bytes") @Nullable Integer maxHeaderBytes) {
        return new OriginConfig(
                Objects.requireNonNullElse(host, DEFAULTS.host),
                Objects.requireNonNullElse(port, DEFAULTS.port),
                Objects.requireNonNullElse(seed, DEFAULTS.seed),
                Objects.requireNonNullElse(idleTimeoutMillis, DEFAULTS.idleTimeoutMillis),
                Objects.requireNonNullElse(maxHeaderBytes, DEFAULTS.maxHeaderBytes));
    }

    private static void require(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ConfigException(key + " " + value + " is out of range, expected " + least + " to " + most);
        }
    }
}
