package dev.nearside.kit.code;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The SHA-256 by which code is addressed. */
public final class CodeDigest {

    private CodeDigest() {}

    /** Lower-case hexadecimal, the form of file names and snapshots. */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(sha256(content));
    }

    /** Base64, the form of Lambda's {@code CodeSha256}. */
    public static String base64(byte[] content) {
        return Base64.getEncoder().encodeToString(sha256(content));
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
