package dev.nearside.kit.snapshot;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One published version of a function, without its code, which nodes fetch by digest.
 *
 * @param id the ARN including the version number
 * @param runtime AWS's name, for example {@code nodejs20.x}
 * @param handler for example {@code index.handler}
 * @param codeSha256 digest of the zip, lower-case hexadecimal
 * @param timeoutSeconds 1 to 900, of which events use at most 30
 * @param environment variables in clear
 */
public record FunctionVersion(
        String id,
        String name,
        String version,
        String runtime,
        String handler,
        String codeSha256,
        long codeBytes,
        int memoryMb,
        int timeoutSeconds,
        Map<String, String> environment)
        implements Resource {
    public FunctionVersion {
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    /** Says everything but the environment's values, which may be secrets. */
    @Override
    public String toString() {
        return "FunctionVersion[" + id + ", " + runtime + ", " + handler + ", code " + codeSha256 + ", " + memoryMb
                + " MB, " + timeoutSeconds + " s, environment " + environment.keySet() + "]";
    }
}
