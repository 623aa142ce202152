package dev.nearside.kit.keys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * KMS's encryption context: pairs that a ciphertext is bound to. The order does not matter, case does. They are no
 * secrets: they stand in the record of every use.
 */
public record EncryptionContext(Map<String, String> pairs) {

    /** No pairs. */
    public static final EncryptionContext NONE = new EncryptionContext(Map.of());

    private static final String FUNCTION_ARN = "aws:lambda:FunctionArn";

    public EncryptionContext {
        pairs = Collections.unmodifiableMap(new TreeMap<>(pairs));
    }

    /**
     * What Lambda binds a function's variables to.
     *
     * @param functionArn without a version
     */
    public static EncryptionContext ofFunction(String functionArn) {
        return new EncryptionContext(Map.of(FUNCTION_ARN, functionArn));
    }

    /** The one form of equal contexts: each text with its length before it, sorted by key. */
    public byte[] canonical() {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        pairs.forEach((key, value) -> {
            append(form, key);
            append(form, value);
        });
        return form.toByteArray();
    }

    private static void append(ByteArrayOutputStream form, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        form.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        form.writeBytes(bytes);
    }
}
