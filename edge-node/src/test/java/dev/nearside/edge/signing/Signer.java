package dev.nearside.edge.signing;

import dev.nearside.kit.snapshot.KeyGroup;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;

/** A key pair that signs what tests ask for, in CloudFront's way. */
public final class Signer {

    private final String id;
    private final KeyPair pair;

    private Signer(String id, KeyPair pair) {
        this.id = id;
        this.pair = pair;
    }

    public static Signer rsa(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new Signer(id, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Signer ecdsa(String id, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new Signer(id, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public KeyPair pair() {
        return pair;
    }

    public KeyGroup group() {
        return new KeyGroup("group-" + id, "group", List.of(new KeyGroup.PublicKey(id, pem())));
    }

    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** The signature of a text in CloudFront's base64. */
    public String sign(String text, String hash) {
        try {
            String cipher = pair.getPrivate().getAlgorithm().equals("RSA") ? "RSA" : "ECDSA";
            Signature signature = Signature.getInstance(hash + "with" + cipher);
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The parameters of a canned policy for a URL. */
    public String canned(String url, long expires) {
        String policy = "{\"Statement\":[{\"Resource\":\"" + url + "\",\"Condition\":{\"DateLessThan\":"
                + "{\"AWS:EpochTime\":" + expires + "}}}]}";
        return "Expires=" + expires + "&Signature=" + sign(policy, "SHA1") + "&Key-Pair-Id=" + id;
    }

    /** The parameters of a custom policy. */
    public String custom(String policy) {
        return "Policy=" + encode(policy.getBytes(StandardCharsets.UTF_8)) + "&Signature=" + sign(policy, "SHA1")
                + "&Key-Pair-Id=" + id;
    }

    public static String encode(byte[] bytes) {
        return Base64.getEncoder()
                .encodeToString(bytes)
                .replace('+', '-')
                .replace('=', '_')
                .replace('/', '~');
    }
}
