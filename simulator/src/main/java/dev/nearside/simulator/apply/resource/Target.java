package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.aws.AwsApi;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Which resource of which stack calls are about.
 *
 * @param generation 1, and one more each time that another one takes its place; one that was deleted by hand keeps it,
 *     and with it its name
 */
public record Target(AwsApi aws, String stack, String logicalId, int generation) {

    private static final int DIGEST_CHARACTERS = 8;

    /**
     * The name of a resource to which the template gives none: the same at every attempt, so that an apply after a crash
     * finds what the one before it made.
     *
     * @param maxLength above which a digest takes the place of the name's end
     */
    String name(int maxLength) {
        String whole = stack + "-" + logicalId + (generation == 1 ? "" : "-" + generation);
        if (whole.length() <= maxLength) {
            return whole;
        }
        String digest = digest(whole).substring(0, DIGEST_CHARACTERS);
        return whole.substring(0, maxLength - DIGEST_CHARACTERS - 1) + "-" + digest;
    }

    /** By which calls that create something recognize each other. */
    String callerReference() {
        return "nearside-apply/" + stack + "/" + logicalId + "/" + generation;
    }

    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
