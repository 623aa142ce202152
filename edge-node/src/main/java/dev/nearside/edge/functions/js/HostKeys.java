package dev.nearside.edge.functions.js;

import static dev.nearside.edge.functions.js.HostBytes.bytes;
import static dev.nearside.edge.functions.js.HostFunctions.host;
import static dev.nearside.edge.functions.js.HostFunctions.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asymmetric keys for the guest's {@code crypto}. The guest keeps a key as PKCS #8 or SubjectPublicKeyInfo in DER; what
 * it is told about one is a JSON text, null for what is no key.
 */
final class HostKeys {

    /** Reads a key, which may fail. */
    private interface Reading {
        Key read() throws GeneralSecurityException;
    }

    private HostKeys() {}

    static void addTo(Map<String, Object> functions) {
        functions.put("readPem", host(arguments -> described(() -> KeyFormats.fromPem(text(arguments, 0)))));
        functions.put(
                "readDer",
                host(arguments -> described(() -> KeyFormats.fromDer(text(arguments, 0), bytes(arguments, 1)))));
        functions.put("readJwk", host(arguments -> described(() -> JsonWebKeys.read(text(arguments, 0)))));
        functions.put("publicKeyOf", host(arguments -> described(() -> publicKeyOf(bytes(arguments, 0)))));
        functions.put("writeJwk", host(arguments -> writeJwk(bytes(arguments, 0))));
    }

    private static @Nullable String described(Reading reading) {
        try {
            return description(reading.read()).toString();
        } catch (GeneralSecurityException | ProviderException | IllegalArgumentException e) {
            return null;
        }
    }

    private static ObjectNode description(Key key) throws InvalidKeySpecException {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        description.put("type", key instanceof PrivateKey ? "private" : "public");
        description.put("der", Base64.getEncoder().encodeToString(key.getEncoded()));
        switch (key) {
            case RSAKey rsa -> {
                description.put("asymmetricKeyType", "rsa");
                description.put("modulusLength", rsa.getModulus().bitLength());
                if (rsa instanceof RSAPublicKey open) {
                    description.put("publicExponent", open.getPublicExponent().toString());
                } else if (rsa instanceof RSAPrivateCrtKey secret) {
                    description.put("publicExponent", secret.getPublicExponent().toString());
                }
            }
            case ECKey ec -> {
                description.put("asymmetricKeyType", "ec");
                description.put(
                        "namedCurve",
                        switch (JsonWebKeys.bits(ec)) {
                            case 256 -> "prime256v1";
                            case 384 -> "secp384r1";
                            case 521 -> "secp521r1";
                            default -> throw new InvalidKeySpecException("an unknown curve");
                        });
            }
            default -> description.put("asymmetricKeyType", "ed25519");
        }
        return description;
    }

    /** Only an RSA private key tells its public one. */
    private static PublicKey publicKeyOf(byte[] pkcs8) throws GeneralSecurityException {
        if (KeyFormats.fromDer("pkcs8", pkcs8) instanceof RSAPrivateCrtKey secret) {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent()));
        }
        throw new InvalidKeySpecException("no RSA key");
    }

    private static @Nullable String writeJwk(byte[] spki) {
        try {
            return KeyFormats.fromDer("spki", spki) instanceof PublicKey key ? JsonWebKeys.write(key) : null;
        } catch (GeneralSecurityException | ProviderException | IllegalArgumentException e) {
            return null;
        }
    }
}
