package dev.nearside.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.keys.SealedVariables.DataKey;
import dev.nearside.kit.time.Randomness;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Envelopes: what opens them, what does not, and what they say of themselves. */
class SealedVariablesTest {

    private static final byte[] KEY = HexFormat.of().parseHex("11".repeat(32));
    private static final EncryptionContext CONTEXT = EncryptionContext.ofFunction("arn:f");
    private static final Map<String, String> VARIABLES = Map.of("SECRET", "s3cr3t", "ÜMLAUT", "\u0000\"ü");

    private static SealedVariables sealed() {
        DataKey key = new DataKey("arn:key", KEY, new byte[] {1});
        return SealedVariables.seal(VARIABLES, key, CONTEXT, Randomness.secret());
    }

    @Test
    void theyOpenWithTheirKeyAndContext() throws GeneralSecurityException {
        assertThat(sealed().open(KEY, CONTEXT)).isEqualTo(VARIABLES);
    }

    @Test
    void anotherKeyContextOrCiphertextOpensNothing() {
        byte[] other = KEY.clone();
        other[0] ^= 1;
        SealedVariables sealed = sealed();

        assertThatThrownBy(() -> sealed.open(other, CONTEXT)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> sealed.open(KEY, EncryptionContext.NONE)).isInstanceOf(GeneralSecurityException.class);
        for (String ciphertext :
                List.of("", "AAAA", "no base64", sealed.ciphertext().substring(4))) {
            assertThatThrownBy(() -> new SealedVariables("arn:key", "AQ==", ciphertext).open(KEY, CONTEXT))
                    .as(ciphertext)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void nothingPrintsAKeyOrAValue() {
        SealedVariables sealed = sealed();

        assertThat(sealed + " " + new DataKey("arn:key", KEY, KEY))
                .contains("arn:key")
                .doesNotContain(sealed.ciphertext())
                .doesNotContain("[B@");
    }

    @Test
    void theSameVariablesAreNeverSealedTheSame() {
        assertThat(sealed().ciphertext()).isNotEqualTo(sealed().ciphertext());
    }

    @Test
    void equalContextsHaveOneFormAndDifferentOnesNever() {
        Map<String, String> otherOrder = new LinkedHashMap<>();
        otherOrder.put("b", "2");
        otherOrder.put("a", "1");

        assertThat(new EncryptionContext(otherOrder).canonical())
                .isEqualTo(new EncryptionContext(Map.of("a", "1", "b", "2")).canonical());
        assertThat(new EncryptionContext(Map.of("a", "1b")).canonical())
                .isNotEqualTo(new EncryptionContext(Map.of("a1", "b")).canonical());
    }

    /** Test case 16 of the GCM specification (McGrew and Viega), whose nonce the random source is made to draw. */
    @Test
    void ciphertextIsThatOfTheSpecification() throws GeneralSecurityException {
        HexFormat hex = HexFormat.of();
        byte[] key = hex.parseHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        byte[] nonce = hex.parseHex("cafebabefacedbaddecaf888");
        byte[] message = hex.parseHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        byte[] associated = hex.parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");

        byte[] sealed = AesGcm.seal(key, message, associated, new Fixed(nonce));

        assertThat(hex.formatHex(sealed))
                .isEqualTo("cafebabefacedbaddecaf888"
                        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b");
        assertThat(AesGcm.open(key, sealed, associated)).isEqualTo(message);
    }

    /** Draws what it is given. */
    private record Fixed(byte[] bytes) implements RandomGenerator {
        @Override
        public void nextBytes(byte[] drawn) {
            System.arraycopy(bytes, 0, drawn, 0, drawn.length);
        }

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("only bytes are drawn");
        }
    }

    @Test
    void keysOfOtherLengthsAreRefused() {
        assertThatThrownBy(() -> AesGcm.seal(
                        new byte[16], "x".getBytes(StandardCharsets.UTF_8), new byte[0], Randomness.secret()))
                .hasMessageContaining("a key of 16 bytes, expected 32");
    }
}
