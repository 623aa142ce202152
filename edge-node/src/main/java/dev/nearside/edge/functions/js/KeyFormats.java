package dev.nearside.edge.functions.js;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys out of PEM and DER; the older formats are wrapped into PKCS #8 and SubjectPublicKeyInfo, which the JDK reads. */
final class KeyFormats {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC_KEY_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int BIT_STRING = 0x03;
    private static final int PARAMETERS = 0xa0;

    /** Reads a key of one algorithm. */
    private interface Reading {
        Key read(KeyFactory factory) throws GeneralSecurityException;
    }

    private KeyFormats() {}

    /** The first key or certificate in the text. */
    static Key fromPem(String text) throws GeneralSecurityException {
        Matcher block = PEM.matcher(text);
        if (!block.find()) {
            throw new InvalidKeySpecException("no PEM block");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        return switch (block.group(1)) {
            case "PRIVATE KEY" -> fromDer("pkcs8", der);
            case "RSA PRIVATE KEY" -> fromDer("pkcs1-private", der);
            case "EC PRIVATE KEY" -> fromDer("sec1", der);
            case "PUBLIC KEY" -> fromDer("spki", der);
            case "RSA PUBLIC KEY" -> fromDer("pkcs1-public", der);
            case "CERTIFICATE" -> fromDer("certificate", der);
            default -> throw new InvalidKeySpecException("a PEM block of an unknown kind");
        };
    }

    /** A key in one of the formats {@code pkcs8}, {@code spki}, {@code pkcs1-…}, {@code sec1}, {@code certificate}. */
    static Key fromDer(String format, byte[] der) throws GeneralSecurityException {
        return switch (format) {
            case "pkcs8" -> privateKey(der);
            case "pkcs1-private" -> privateKey(sequence(VERSION_ZERO, RSA_ALGORITHM, tagged(OCTET_STRING, der)));
            case "sec1" ->
                privateKey(sequence(VERSION_ZERO, sequence(EC_KEY_OID, curveOf(der)), tagged(OCTET_STRING, der)));
            case "spki" -> publicKey(der);
            case "pkcs1-public" ->
                publicKey(sequence(RSA_ALGORITHM, tagged(BIT_STRING, concatenated(new byte[1], der))));
            case "certificate" ->
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der))
                        .getPublicKey();
            default -> throw new InvalidKeySpecException("an unknown format");
        };
    }

    private static Key privateKey(byte[] der) throws GeneralSecurityException {
        return firstThatReads("private", factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
    }

    private static Key publicKey(byte[] der) throws GeneralSecurityException {
        return firstThatReads("public", factory -> factory.generatePublic(new X509EncodedKeySpec(der)));
    }

    /** The key of whichever algorithm it is. */
    private static Key firstThatReads(String type, Reading reading) throws GeneralSecurityException {
        InvalidKeySpecException refused = new InvalidKeySpecException("no " + type + " key of " + ALGORITHMS);
        for (String algorithm : ALGORITHMS) {
            try {
                return reading.read(KeyFactory.getInstance(algorithm));
            } catch (InvalidKeySpecException e) {
                refused.addSuppressed(e);
            }
        }
        throw refused;
    }

    /** The curve's identifier out of an ECPrivateKey of RFC 5915, which follows the version and the number. */
    private static byte[] curveOf(byte[] sec1) throws InvalidKeySpecException {
        int at = contentStart(sec1, 0);
        at = contentStart(sec1, at) + length(sec1, at); // version
        at = contentStart(sec1, at) + length(sec1, at); // private key
        if (at >= sec1.length || (sec1[at] & 0xff) != PARAMETERS) {
            throw new InvalidKeySpecException("an EC key that does not name its curve");
        }
        int start = contentStart(sec1, at);
        int length = length(sec1, at);
        if (start + length > sec1.length) {
            throw new InvalidKeySpecException("a cut EC key");
        }
        return Arrays.copyOfRange(sec1, start, start + length);
    }

    private static int contentStart(byte[] der, int at) throws InvalidKeySpecException {
        requireHeader(der, at);
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) throws InvalidKeySpecException {
        requireHeader(der, at);
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int bytes = first & 0x7f;
        if (bytes > 2 || at + 2 + bytes > der.length) {
            throw new InvalidKeySpecException("an overlong DER element");
        }
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | (der[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static void requireHeader(byte[] der, int at) throws InvalidKeySpecException {
        if (at + 2 > der.length) {
            throw new InvalidKeySpecException("a cut DER element");
        }
    }

    /** A DER SEQUENCE of those elements. */
    private static byte[] sequence(byte[]... elements) {
        return tagged(SEQUENCE, concatenated(elements));
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x83);
            out.write(content.length >>> 16);
            out.write(content.length >>> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
