package dev.nearside.control.auth;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/**
 * The public half of the P-256 key that Signature Version 4A derives from an access key: the counter mode of NIST SP
 * 800-108 with HMAC-SHA256, until the number is within the curve's order.
 */
final class EllipticKey {

    private static final String CURVE = "secp256r1";
    private static final int KEY_BITS = 256;
    private static final int MAX_COUNTER = 254;

    private final PublicKey key;

    private EllipticKey(PublicKey key) {
        this.key = key;
    }

    static EllipticKey of(AccessKey accessKey) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(CURVE));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            BigInteger number = privateNumber(accessKey, curve.getOrder());
            var point =
                    CustomNamedCurves.getByName(CURVE).getG().multiply(number).normalize();
            ECPoint w = new ECPoint(
                    point.getAffineXCoord().toBigInteger(),
                    point.getAffineYCoord().toBigInteger());
            return new EllipticKey(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, curve)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256 and HMAC-SHA256", e);
        }
    }

    /**
     * Whether it made a signature.
     *
     * @param signature in DER
     */
    boolean hasSigned(String text, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(text.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(signature);
        } catch (SignatureException _) {
            // It is no signature at all.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has ECDSA with SHA-256", e);
        }
    }

    private static BigInteger privateNumber(AccessKey accessKey, BigInteger order) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(
                ("AWS4A" + accessKey.secretAccessKey()).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        BigInteger most = order.subtract(BigInteger.TWO);
        for (int counter = 1; counter <= MAX_COUNTER; counter++) {
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(1).array());
            mac.update(SignedRequest.ELLIPTIC_ALGORITHM.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            mac.update(accessKey.accessKeyId().getBytes(StandardCharsets.UTF_8));
            mac.update((byte) counter);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(KEY_BITS).array());
            BigInteger candidate = new BigInteger(1, mac.doFinal());
            if (candidate.compareTo(most) <= 0) {
                return candidate.add(BigInteger.ONE);
            }
        }
        throw new IllegalStateException("no key can be derived for " + accessKey.accessKeyId());
    }
}
