package dev.nearside.kit.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A function's environment variables in an envelope: encrypted under a data key, which is there encrypted under a key of
 * the control plane. It holds no secret in clear, so it may be stored, sent and shown.
 *
 * @param keyArn the key that the data key is encrypted under
 * @param dataKey the encrypted data key, base64
 * @param ciphertext the variables, base64
 */
public record SealedVariables(String keyArn, String dataKey, String ciphertext) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** Fields that came over the wire may be missing; it is better to say so before they are stored. */
    public SealedVariables {
        if (keyArn == null || dataKey == null || ciphertext == null) {
            throw new IllegalArgumentException("sealed variables need keyArn, dataKey and ciphertext");
        }
    }

    /**
     * Encrypts variables.
     *
     * @param random must be unpredictable
     */
    public static SealedVariables seal(
            Map<String, String> variables, DataKey key, EncryptionContext context, RandomGenerator random) {
        try {
            byte[] plain = MAPPER.writeValueAsBytes(new TreeMap<>(variables));
            byte[] sealed = AesGcm.seal(key.plaintext(), plain, context.canonical(), random);
            return new SealedVariables(key.keyArn(), base64(key.encrypted()), base64(sealed));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings can be written as JSON", e);
        }
    }

    /**
     * A data key in both its forms.
     *
     * @param keyArn of the key that encrypted it
     */
    public record DataKey(String keyArn, byte[] plaintext, byte[] encrypted) {
        /** Says nothing of the key itself. */
        @Override
        public String toString() {
            return "DataKey[under " + keyArn + "]";
        }
    }

    /**
     * Decrypts the variables.
     *
     * @throws GeneralSecurityException if this key or this context is not the one they were sealed with
     */
    public Map<String, String> open(byte[] key, EncryptionContext context) throws GeneralSecurityException {
        try {
            byte[] plain = AesGcm.open(key, Base64.getDecoder().decode(ciphertext), context.canonical());
            return MAPPER.readValue(plain, new TypeReference<>() {});
        } catch (IllegalArgumentException | IOException _) {
            // No cause: a parser's message would quote what it could not read.
            throw new GeneralSecurityException("sealed variables are not in the form in which they are sealed");
        }
    }

    /** The encrypted data key's bytes. */
    public byte[] encryptedKey() {
        return Base64.getDecoder().decode(dataKey);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Says under which key. */
    @Override
    public String toString() {
        return "SealedVariables[under " + keyArn + "]";
    }
}
