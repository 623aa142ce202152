package dev.nearside.kit.config;

/** A configuration that cannot be used; its message says what was wrong, the value, what was expected, and where. */
public final class ConfigException extends RuntimeException {

    public ConfigException(String message) {
        super(message);
    }
}
