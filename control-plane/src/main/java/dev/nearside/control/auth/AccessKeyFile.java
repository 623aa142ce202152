package dev.nearside.control.auth;

import dev.nearside.kit.config.ConfigException;
import java.util.List;
import java.util.Objects;

/** The form of a file of keys: at least one, none twice. */
record AccessKeyFile(List<AccessKey> keys) {

    /** By which the history knows what the platform does by itself. */
    private static final String PLATFORM = "nearside";

    AccessKeyFile {
        keys = List.copyOf(Objects.requireNonNullElse(keys, List.of()));
        if (keys.isEmpty()) {
            throw new ConfigException("keys is empty, expected at least one key");
        }
        if (keys.stream().map(AccessKey::accessKeyId).distinct().count() < keys.size()) {
            throw new ConfigException("keys has an access-key-id twice, expected each once: "
                    + keys.stream().map(AccessKey::accessKeyId).sorted().toList());
        }
        keys.stream().filter(key -> key.name().equals(PLATFORM)).findFirst().ifPresent(key -> {
            throw new ConfigException("the key " + key.accessKeyId() + " has the name '" + PLATFORM
                    + "', expected another because it is the platform's own in the history");
        });
    }
}
