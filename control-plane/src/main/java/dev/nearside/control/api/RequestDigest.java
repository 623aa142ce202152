package dev.nearside.control.api;

import dev.nearside.kit.code.CodeDigest;
import java.nio.charset.StandardCharsets;

/**
 * What is remembered of the request that made something, so that the same request is known again whatever has been
 * changed since.
 */
final class RequestDigest {

    private RequestDigest() {}

    /** The SHA-256 of a configuration with all its defaults, in hexadecimal. */
    static String of(String config) {
        return CodeDigest.hex(config.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether a request made something.
     *
     * @param digest of the request
     * @param remembered of the request that made it; empty if an earlier release did, which remembered none
     * @param config that it has now, which then has to do
     */
    static boolean isOf(String digest, String remembered, String config) {
        return digest.equals(remembered.isEmpty() ? of(config) : remembered);
    }
}
