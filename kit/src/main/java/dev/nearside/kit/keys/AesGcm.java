package dev.nearside.kit.keys;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in Galois/Counter Mode (NIST SP 800-38D) by the JDK's provider: a fresh random nonce of 96 bits before each
 * ciphertext, a tag of 128 bits behind it. One key may seal 2^32 messages.
 */
public final class AesGcm {

    /** What a key has, in bytes. */
    public static final int KEY_BYTES = 32;

    /** By how much a sealed message is longer than the message, in bytes. */
    public static final int OVERHEAD_BYTES = 28;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private AesGcm() {}

    /**
     * Encrypts.
     *
     * @param key 32 bytes
     * @param associated bound to the message without being part of it; must be the same to open it
     * @param random must be unpredictable
     */
    public static byte[] seal(byte[] key, byte[] message, byte[] associated, RandomGenerator random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted =
                    cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(message);
            byte[] sealed = Arrays.copyOf(nonce, nonce.length + encrypted.length);
            System.arraycopy(encrypted, 0, sealed, nonce.length, encrypted.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
        }
    }

    /**
     * Decrypts.
     *
     * @throws GeneralSecurityException if the message was not sealed like that: by this key, with this associated data,
     *     unchanged since
     */
    public static byte[] open(byte[] key, byte[] sealed, byte[] associated) throws GeneralSecurityException {
        if (sealed.length < OVERHEAD_BYTES) {
            throw new GeneralSecurityException(
                    sealed.length + " bytes are no sealed message, expected at least " + OVERHEAD_BYTES);
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        return cipher(Cipher.DECRYPT_MODE, key, nonce, associated)
                .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
            throws GeneralSecurityException {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes, expected " + KEY_BYTES);
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
