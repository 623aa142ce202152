package dev.nearside.edge.signing;

import dev.nearside.kit.snapshot.KeyGroup;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The public keys that a behavior trusts, parsed once for each snapshot. */
public final class SigningKeys {

    /** Whoever asks may have it. */
    public static final SigningKeys NONE = new SigningKeys(false, Map.of());

    private static final int MIN_RSA_BITS = 1_024;

    /** Verifying costs grow with the square of the length; CloudFront takes 2,048 bits alone. */
    private static final int MAX_RSA_BITS = 4_096;

    private static final int P256_BITS = 256;

    private final boolean required;
    private final Map<String, PublicKey> keysById;

    private SigningKeys(boolean required, Map<String, PublicKey> keysById) {
        this.required = required;
        this.keysById = keysById;
    }

    /** The keys of all groups; one that cannot be read stays unknown, so that nothing signed with it is accepted. */
    public static SigningKeys of(List<KeyGroup> groups) {
        if (groups.isEmpty()) {
            return NONE;
        }
        Map<String, PublicKey> keysById = new HashMap<>();
        for (KeyGroup group : groups) {
            for (KeyGroup.PublicKey key : group.keys()) {
                PublicKey parsed = parse(key.pem());
                if (parsed != null) {
                    keysById.put(key.id(), parsed);
                }
            }
        }
        return new SigningKeys(true, Map.copyOf(keysById));
    }

    /** Whether only signed requests are answered. */
    public boolean required() {
        return required;
    }

    @Nullable
    PublicKey find(String keyPairId) {
        return keysById.get(keyPairId);
    }

    private static @Nullable PublicKey parse(String pem) {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            X509EncodedKeySpec encoded =
                    new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
            PublicKey rsa = generate("RSA", encoded);
            return rsa == null ? generate("EC", encoded) : rsa;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable PublicKey generate(String algorithm, X509EncodedKeySpec encoded) {
        try {
            PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(encoded);
            return switch (key) {
                case RSAPublicKey rsa
                when rsa.getModulus().bitLength() >= MIN_RSA_BITS
                        && rsa.getModulus().bitLength() <= MAX_RSA_BITS -> rsa;
                case ECPublicKey ec when ec.getParams().getOrder().bitLength() == P256_BITS -> ec;
                default -> null;
            };
        } catch (GeneralSecurityException _) {
            return null;
        }
    }
}
