package dev.nearside.kit.watch;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link DataKeyRequest}: the key or why the node may not have it.
 *
 * @param key in clear, never to be written down; null after a refusal
 * @param errorType as Lambda names it, for example {@code KMSDisabledException}; null with a key
 * @param message null with a key
 */
public record DataKeyAnswer(
        byte @Nullable [] key,
        @Nullable String errorType,
        @Nullable String message) {

    /** An answer with a key. */
    public static DataKeyAnswer of(byte[] key) {
        return new DataKeyAnswer(key, null, null);
    }

    /** An answer without. */
    public static DataKeyAnswer refused(String errorType, String message) {
        return new DataKeyAnswer(null, errorType, message);
    }

    /** Says nothing of the key itself. */
    @Override
    public String toString() {
        return key != null ? "DataKeyAnswer[a key]" : "DataKeyAnswer[" + errorType + ": " + message + "]";
    }
}
