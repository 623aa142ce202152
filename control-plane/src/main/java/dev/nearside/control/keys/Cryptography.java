package dev.nearside.control.keys;

import dev.nearside.control.state.StoredKey;
import dev.nearside.control.state.StoredKeyMaterial;
import dev.nearside.kit.keys.EncryptionContext;
import dev.nearside.kit.keys.SealedVariables.DataKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keys are for: encryption, decryption and data keys, each use allowed and written down by the {@link Keyring}. */
public final class Cryptography {

    /** The longest message that a key itself encrypts, in bytes; longer ones are encrypted under a data key. */
    public static final int MAX_PLAINTEXT_BYTES = 4_096;

    private static final int MAX_CIPHERTEXT_BYTES = 6_144;

    private final Keyring keyring;

    public Cryptography(Keyring keyring) {
        this.keyring = keyring;
    }

    /**
     * What came of a use.
     *
     * @param bytes a secret after a decryption
     */
    public record Result(String keyArn, byte[] bytes) {
        /** Says nothing of the bytes. */
        @Override
        public String toString() {
            return "Result[of " + keyArn + "]";
        }
    }

    /** Encrypts with the newest material of a key. */
    public Result encrypt(Connection connection, KeyUse use, String named, byte[] message) throws SQLException {
        if (message.length == 0 || message.length > MAX_PLAINTEXT_BYTES) {
            throw KeyException.validation("1 validation error detected: the plaintext has " + message.length
                    + " bytes, expected 1 to " + MAX_PLAINTEXT_BYTES);
        }
        return keyring.using(connection, use, named, (key, _) -> {
            keyring.requireEnabled(key);
            return new Result(keyring.arn(key), sealed(connection, key, message, use.context()));
        });
    }

    /**
     * Decrypts with the material that encrypted.
     *
     * @param named the key that the caller expects; null for whatever the ciphertext says
     */
    public Result decrypt(Connection connection, KeyUse use, @Nullable String named, byte[] blob) throws SQLException {
        if (blob.length == 0 || blob.length > MAX_CIPHERTEXT_BYTES) {
            throw KeyException.validation("1 validation error detected: the ciphertext has " + blob.length
                    + " bytes, expected 1 to " + MAX_CIPHERTEXT_BYTES);
        }
        Ciphertext ciphertext;
        try {
            ciphertext = Ciphertext.parse(blob);
        } catch (KeyException e) {
            throw e.during(use, named == null ? "" : named);
        }
        return keyring.using(connection, use, named == null ? ciphertext.keyId() : named, (key, _) -> {
            if (!key.id().equals(ciphertext.keyId())) {
                throw new KeyException(
                        "IncorrectKeyException",
                        "The key ID in the request does not identify a CMK that can perform this operation.");
            }
            keyring.requireEnabled(key);
            StoredKeyMaterial material = StoredKeyMaterial.all(connection, key.id()).stream()
                    .filter(each -> each.number() == ciphertext.materialNumber())
                    .findFirst()
                    .orElseThrow(KeyException::invalidCiphertext);
            return new Result(keyring.arn(key), ciphertext.open(keyring.opened(material), use.context()));
        });
    }

    /** Draws a data key and encrypts it. */
    public DataKey dataKey(Connection connection, KeyUse use, String named, int bytes) throws SQLException {
        return keyring.using(connection, use, named, (key, _) -> {
            keyring.requireEnabled(key);
            byte[] drawn = keyring.randomBytes(bytes);
            return new DataKey(keyring.arn(key), drawn, sealed(connection, key, drawn, use.context()));
        });
    }

    private byte[] sealed(Connection connection, StoredKey key, byte[] message, EncryptionContext context)
            throws SQLException {
        List<StoredKeyMaterial> materials = StoredKeyMaterial.all(connection, key.id());
        return Ciphertext.seal(key.id(), keyring.opened(materials.getLast()), message, context, keyring.random());
    }
}
