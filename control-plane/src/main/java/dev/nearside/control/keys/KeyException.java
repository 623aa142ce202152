package dev.nearside.control.keys;

import org.jspecify.annotations.Nullable;

/** A use of a key that KMS refuses, with KMS's name of the error. */
public final class KeyException extends RuntimeException {

    private final String code;
    private @Nullable KeyUse use;
    private String keyArn = "";

    public KeyException(String code, String message) {
        super(message);
        this.code = code;
    }

    static KeyException notFound(String message) {
        return new KeyException("NotFoundException", message);
    }

    static KeyException disabled(String keyArn) {
        return new KeyException("DisabledException", keyArn + " is disabled.");
    }

    static KeyException invalidState(String keyArn, String state) {
        String words = state.equals(KeyState.PENDING_DELETION.wireName()) ? "pending deletion" : state;
        return new KeyException("KMSInvalidStateException", keyArn + " is " + words + ".");
    }

    /** A parameter that breaks a rule. */
    public static KeyException validation(String message) {
        return new KeyException("ValidationException", message);
    }

    /** KMS says no more than this of ciphertext that does not open. */
    static KeyException invalidCiphertext() {
        return new KeyException(
                "InvalidCiphertextException",
                "the ciphertext is not one of these keys, was changed, or has another encryption context");
    }

    /** Notes what was tried, for the record; the first who knows it is right. */
    public KeyException during(KeyUse tried, String arn) {
        if (use == null) {
            use = tried;
            keyArn = arn;
        }
        return this;
    }

    public String code() {
        return code;
    }

    /** The words of the message, which is never absent. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** What was tried; null if it was not a use of a key. */
    @Nullable
    KeyUse use() {
        return use;
    }

    /** The key it was tried on, as far as it is known. */
    String keyArn() {
        return keyArn;
    }
}
