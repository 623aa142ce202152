package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostBytes.bytes;
import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.integer;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Signatures for the guest's {@code crypto}, in the schemes {@code pkcs1}, {@code pss}, {@code der}, {@code p1363}
 * (both ECDSA) and {@code ed25519}. */
final class HostSignatures {

    /** As in Node: as long as the digest; and the longest that fits, or when verifying whatever was used. */
    private static final int SALT_AS_DIGEST = -1;

    private static final int SALT_LONGEST = -2;

    private HostSignatures() {}

    static void addTo(Map<String, Object> functions) {
        functions.put("sign", host(HostSignatures::sign));
        functions.put("verify", host(HostSignatures::verify));
    }

    /** Arguments: scheme, digest, salt length, key (PKCS #8), data. Null if the key does not fit. */
    private static @Nullable Object sign(Value... arguments) {
        try {
            PrivateKey key = (PrivateKey) KeyFormats.fromDer("pkcs8", bytes(arguments, 3));
            String digest = text(arguments, 1);
            int salt = integer(arguments, 2);
            int saltLength = salt == SALT_LONGEST && key instanceof RSAKey rsa
                    ? encodedLength(rsa) - digestLength(digest) - 2
                    : salt;
            Signature signature = signature(text(arguments, 0), digest, saltLength);
            signature.initSign(key);
            signature.update(bytes(arguments, 6));
            return ByteBuffer.wrap(signature.sign());
        } catch (GeneralSecurityException | ProviderException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Arguments: scheme, digest, salt length, key (SubjectPublicKeyInfo), data, signature. */
    private static boolean verify(Value... arguments) {
        try {
            PublicKey key = (PublicKey) KeyFormats.fromDer("spki", bytes(arguments, 3));
            String scheme = text(arguments, 0);
            String digest = text(arguments, 1);
            byte[] signed = bytes(arguments, 9);
            int salt = integer(arguments, 2);
            int saltLength = scheme.equals("pss") && salt == SALT_LONGEST ? usedSaltLength(key, digest, signed) : salt;
            Signature signature = signature(scheme, digest, saltLength);
            signature.initVerify(key);
            signature.update(bytes(arguments, 6));
            return signature.verify(signed);
        } catch (GeneralSecurityException | ProviderException | IllegalArgumentException e) {
            return false;
        }
    }

    private static Signature signature(String scheme, String digest, int saltLength) throws GeneralSecurityException {
        String jdkDigest = HostCrypto.jdkDigest(digest);
        String joined = jdkDigest.startsWith("SHA-") ? "SHA" + jdkDigest.substring(4) : jdkDigest;
        return switch (scheme) {
            case "pss" -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                int salt = saltLength == SALT_AS_DIGEST ? digestLength(digest) : saltLength;
                pss.setParameter(new PSSParameterSpec(
                        jdkDigest, "MGF1", new MGF1ParameterSpec(jdkDigest), salt, PSSParameterSpec.TRAILER_FIELD_BC));
                yield pss;
            }
            case "der" -> Signature.getInstance(joined + "withECDSA");
            case "p1363" -> Signature.getInstance(joined + "withECDSAinP1363Format");
            case "ed25519" -> Signature.getInstance("Ed25519");
            default -> Signature.getInstance(joined + "withRSA");
        };
    }

    private static int digestLength(String digest) throws GeneralSecurityException {
        return MessageDigest.getInstance(HostCrypto.jdkDigest(digest)).getDigestLength();
    }

    /** RFC 8017 section 8.1.1: the length of the encoded message. */
    private static int encodedLength(RSAKey key) {
        return (key.getModulus().bitLength() - 1 + 7) / 8;
    }

    /** RFC 8017 section 9.1.2, steps 4 to 10: the salt follows the one that ends the padding of the data block. */
    private static int usedSaltLength(Key key, String digest, byte[] signature) throws GeneralSecurityException {
        if (!(key instanceof RSAPublicKey rsa)) {
            throw new InvalidKeyException("no RSA key");
        }
        int length = encodedLength(rsa);
        int hashLength = digestLength(digest);
        BigInteger opened = new BigInteger(1, signature).modPow(rsa.getPublicExponent(), rsa.getModulus());
        int blockLength = length - hashLength - 1;
        if (blockLength < 1 || opened.bitLength() > length * 8) {
            throw new InvalidKeyException("too short for the digest");
        }
        byte[] encoded = new byte[length];
        byte[] raw = opened.toByteArray();
        int count = Math.min(length, raw.length);
        System.arraycopy(raw, raw.length - count, encoded, length - count, count);
        byte[] mask = mask(encoded, blockLength, hashLength, HostCrypto.jdkDigest(digest));
        int unusedBits = 8 * length - (rsa.getModulus().bitLength() - 1);
        for (int i = 0; i < blockLength; i++) {
            int value = (encoded[i] ^ mask[i]) & (i == 0 ? 0xff >> unusedBits : 0xff);
            if (value != 0) {
                return blockLength - i - 1;
            }
        }
        return 0;
    }

    /** MGF1 of RFC 8017 appendix B.2.1 over the hash that follows the masked block. */
    private static byte[] mask(byte[] encoded, int blockLength, int hashLength, String jdkDigest)
            throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance(jdkDigest);
        ByteBuffer mask = ByteBuffer.allocate(blockLength + hashLength);
        for (int counter = 0; mask.position() < blockLength; counter++) {
            digest.update(encoded, blockLength, hashLength);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, counter));
            mask.put(digest.digest());
        }
        return mask.array();
    }
}
