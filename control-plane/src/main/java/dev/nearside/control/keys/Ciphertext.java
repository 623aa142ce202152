package dev.nearside.control.keys;

import dev.nearside.kit.keys.AesGcm;
import dev.nearside.kit.keys.EncryptionContext;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What Encrypt hands out: a format number, the key and the number of its material, then the sealed message. All of it
 * and the encryption context are authenticated.
 *
 * @param sealed by the material
 */
record Ciphertext(String keyId, int materialNumber, byte[] sealed) {

    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + 2 * Long.BYTES + Integer.BYTES;

    /** Encrypts with that material. */
    static byte[] seal(
            String keyId, Material material, byte[] message, EncryptionContext context, RandomGenerator random) {
        byte[] header = header(keyId, material.number());
        byte[] sealed = AesGcm.seal(material.key(), message, associated(header, context), random);
        return ByteBuffer.allocate(header.length + sealed.length)
                .put(header)
                .put(sealed)
                .array();
    }

    /** A key's material in clear. */
    record Material(int number, byte[] key) {
        /** Says nothing of the material itself. */
        @Override
        public String toString() {
            return "Material[" + number + "]";
        }
    }

    /**
     * Takes ciphertext apart without opening it.
     *
     * @throws KeyException if it is none
     */
    static Ciphertext parse(byte[] blob) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(blob);
            if (bytes.get() == FORMAT) {
                String keyId = new UUID(bytes.getLong(), bytes.getLong()).toString();
                int number = bytes.getInt();
                return new Ciphertext(keyId, number, Arrays.copyOfRange(blob, HEADER_BYTES, blob.length));
            }
        } catch (BufferUnderflowException _) {
            // Too short, which is as wrong as any other content.
        }
        throw KeyException.invalidCiphertext();
    }

    /**
     * Decrypts.
     *
     * @throws KeyException if the material or the context is another, or something was changed
     */
    byte[] open(Material material, EncryptionContext context) {
        try {
            return AesGcm.open(material.key(), sealed, associated(header(keyId, materialNumber), context));
        } catch (GeneralSecurityException _) {
            throw KeyException.invalidCiphertext();
        }
    }

    private static byte[] header(String keyId, int number) {
        UUID id = UUID.fromString(keyId);
        return ByteBuffer.allocate(HEADER_BYTES)
                .put(FORMAT)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putInt(number)
                .array();
    }

    private static byte[] associated(byte[] header, EncryptionContext context) {
        byte[] pairs = context.canonical();
        return ByteBuffer.allocate(header.length + pairs.length)
                .put(header)
                .put(pairs)
                .array();
    }
}
