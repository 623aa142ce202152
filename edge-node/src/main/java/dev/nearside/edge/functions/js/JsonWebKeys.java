package dev.nearside.edge.functions.js;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Keys from and to JSON Web Keys: RFC 7517, RFC 7518 section 6, RFC 8037. */
final class JsonWebKeys {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] ED25519_PRIVATE = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final byte[] ED25519_PUBLIC = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int ED25519_BYTES = 32;

    private JsonWebKeys() {}

    static Key read(String json) throws GeneralSecurityException {
        try {
            JsonNode jwk = JSON.readTree(json);
            return switch (jwk.path("kty").asText()) {
                case "RSA" -> rsa(jwk);
                case "EC" -> ec(jwk);
                case "OKP" -> ed25519(jwk);
                default -> throw new InvalidKeySpecException("an unknown key type");
            };
        } catch (JsonProcessingException e) {
            throw new InvalidKeySpecException("not JSON", e);
        }
    }

    /** A public key as JSON. */
    static String write(PublicKey key) throws InvalidKeySpecException {
        ObjectNode jwk = JSON.createObjectNode();
        switch (key) {
            case RSAPublicKey rsa -> {
                jwk.put("kty", "RSA");
                jwk.put("n", base64(unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8)));
                jwk.put(
                        "e",
                        base64(unsigned(
                                rsa.getPublicExponent(),
                                (rsa.getPublicExponent().bitLength() + 7) / 8)));
            }
            case ECPublicKey ec -> {
                int bytes = (bits(ec) + 7) / 8;
                jwk.put("kty", "EC");
                jwk.put("x", base64(unsigned(ec.getW().getAffineX(), bytes)));
                jwk.put("y", base64(unsigned(ec.getW().getAffineY(), bytes)));
                jwk.put("crv", "P-" + bits(ec));
            }
            default -> {
                byte[] der = key.getEncoded();
                if (der.length != ED25519_PUBLIC.length + ED25519_BYTES) {
                    throw new InvalidKeySpecException("no JSON form for " + key.getAlgorithm());
                }
                jwk.put("crv", "Ed25519");
                jwk.put("x", base64(Arrays.copyOfRange(der, ED25519_PUBLIC.length, der.length)));
                jwk.put("kty", "OKP");
            }
        }
        return jwk.toString();
    }

    /** The size of the curve's field. */
    static int bits(ECKey key) {
        return key.getParams().getCurve().getField().getFieldSize();
    }

    private static Key rsa(JsonNode jwk) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        BigInteger modulus = number(jwk, "n");
        BigInteger exponent = number(jwk, "e");
        return jwk.has("d")
                ? factory.generatePrivate(new RSAPrivateCrtKeySpec(
                        modulus,
                        exponent,
                        number(jwk, "d"),
                        number(jwk, "p"),
                        number(jwk, "q"),
                        number(jwk, "dp"),
                        number(jwk, "dq"),
                        number(jwk, "qi")))
                : factory.generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static Key ec(JsonNode jwk) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec(
                switch (jwk.path("crv").asText()) {
                    case "P-256" -> "secp256r1";
                    case "P-384" -> "secp384r1";
                    case "P-521" -> "secp521r1";
                    default -> throw new InvalidKeySpecException("an unknown curve");
                }));
        ECParameterSpec parameters = curve.getParameterSpec(ECParameterSpec.class);
        KeyFactory factory = KeyFactory.getInstance("EC");
        return jwk.has("d")
                ? factory.generatePrivate(new ECPrivateKeySpec(number(jwk, "d"), parameters))
                : factory.generatePublic(
                        new ECPublicKeySpec(new ECPoint(number(jwk, "x"), number(jwk, "y")), parameters));
    }

    private static Key ed25519(JsonNode jwk) throws GeneralSecurityException {
        boolean secret = jwk.has("d");
        byte[] number = bytes(jwk, secret ? "d" : "x");
        if (!jwk.path("crv").asText().equals("Ed25519") || number.length != ED25519_BYTES) {
            throw new InvalidKeySpecException("an unknown curve");
        }
        byte[] prefix = secret ? ED25519_PRIVATE : ED25519_PUBLIC;
        byte[] der = Arrays.copyOf(prefix, prefix.length + ED25519_BYTES);
        System.arraycopy(number, 0, der, prefix.length, ED25519_BYTES);
        return KeyFormats.fromDer(secret ? "pkcs8" : "spki", der);
    }

    private static BigInteger number(JsonNode jwk, String name) throws InvalidKeySpecException {
        return new BigInteger(1, bytes(jwk, name));
    }

    private static byte[] bytes(JsonNode jwk, String name) throws InvalidKeySpecException {
        try {
            return Base64.getUrlDecoder().decode(jwk.path(name).asText());
        } catch (IllegalArgumentException e) {
            throw new InvalidKeySpecException(name + " is not base64url", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] result = new byte[length];
        int count = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - count, result, length - count, count);
        return result;
    }
}
