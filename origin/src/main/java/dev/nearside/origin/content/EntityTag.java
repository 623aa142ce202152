package dev.nearside.origin.content;

import dev.nearside.kit.code.CodeDigest;

/** Strong entity tags computed from content, so that equal bytes have equal tags on every origin. */
public final class EntityTag {

    private static final int HEX_DIGITS = 32;

    private EntityTag() {}

    /** The quoted tag of these bytes. */
    public static String of(byte[] content) {
        return '"' + CodeDigest.hex(content).substring(0, HEX_DIGITS) + '"';
    }
}
