package dev.nearside.kit.snapshot;

import dev.nearside.kit.keys.SealedVariables;
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
 * @param environment variables in clear, of a handler that is tried without a control plane; what is published has none
 * @param reservedConcurrency the executions at once that are kept for the function, over all its versions, and also the
 *     most it may have; null if it shares with the other functions
 * @param sealedVariables environment variables as they are stored and sent; null if the function has none
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
        @Nullable Integer reservedConcurrency,
        @Nullable SealedVariables sealedVariables)
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
        this(
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
                null,
                null);
    }

    /** The same with that many executions at once for the function; null for none of its own. */
    public FunctionVersion withReservedConcurrency(@Nullable Integer executions) {
        return with(executions, sealedVariables);
    }

    /** The same with variables in an envelope; null for none. */
    public FunctionVersion withSealedVariables(@Nullable SealedVariables variables) {
        return with(reservedConcurrency, variables);
    }

    private FunctionVersion with(@Nullable Integer executions, @Nullable SealedVariables variables) {
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
                executions,
                variables);
    }

    /** The function's ARN, which its variables are bound to: the id without the version. */
    public String functionArn() {
        return id.endsWith(":" + version) ? id.substring(0, id.length() - version.length() - 1) : id;
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
                + (sealedVariables == null ? "" : ", " + sealedVariables)
                + (reservedConcurrency == null ? "" : ", " + reservedConcurrency + " executions reserved") + "]";
    }
}
