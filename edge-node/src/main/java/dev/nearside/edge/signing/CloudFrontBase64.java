package dev.nearside.edge.signing;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 with CloudFront's characters: {@code -} for plus, {@code _} for the padding, {@code ~} for the slash. */
final class CloudFrontBase64 {

    /** Longer texts are not decoded; no URL and no header section can hold them. */
    private static final int MAX_CHARACTERS = 16_384;

    private CloudFrontBase64() {}

    /** The bytes, or null if the text is not of this form. */
    static byte @Nullable [] decode(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            return null;
        }
        try {
            return Base64.getDecoder()
                    .decode(text.replace('-', '+').replace('_', '=').replace('~', '/'));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
