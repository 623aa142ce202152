package dev.nearside.kit.snapshot;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One published version of a function, without its code, which nodes fetch by digest.
 *
 * @param id the ARN including the version number
 * @param runtime AWS's name, for example {@code nodejs20.x}
 * @param handler for example {@code index.handler}
 * @param codeSha256 digest of the zip, lower-case hexadecimal
 * @param timeoutSeconds 1 to 900, of which events use at most 30
 * @param environment variables in clear
 * @param reservedConcurrency the executions at once that are kept for the function, over all its versions, and also the
 *     most it may have; null if it shares with the other functions
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
        Map<String, String> environment,
        @Nullable Integer reservedConcurrency)
        implements Resource {
    public FunctionVersion {
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    /** A version of a function that shares its concurrency with the others. */
    public FunctionVersion(
            String id,
            String name,
            String version,
            String runtime,
            String handler,
            String codeSha256,
            long codeBytes,
            int memoryMb,
            int timeoutSeconds,
            Map<String, String> environment) {
        this(id, name, version, runtime, handler, codeSha256, codeBytes, memoryMb, timeoutSeconds, environment, null);
    }

    /** The same with that many executions at once for the function; null for none of its own. */
    public FunctionVersion withReservedConcurrency(@Nullable Integer executions) {
        return new FunctionVersion(
                id,
                name,
                version,
                runtime,
                handler,
                codeSha256,
                codeBytes,
                memoryMb,
                timeoutSeconds,
                environment,
                executions);
    }

    /** Whether both run the same code in the same way, whatever else is said of them. */
    public boolean runsLike(FunctionVersion other) {
        return withReservedConcurrency(null).equals(other.withReservedConcurrency(null));
    }

    /** Says everything but the environment's values, which may be secrets. */
    @Override
    public String toString() {
        return "FunctionVersion[" + id + ", " + runtime + ", " + handler + ", code " + codeSha256 + ", " + memoryMb
                + " MB, " + timeoutSeconds + " s, environment " + environment.keySet()
                + (reservedConcurrency == null ? "" : ", " + reservedConcurrency + " executions reserved") + "]";
    }
}
