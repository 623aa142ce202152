package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys as text: a SubjectPublicKeyInfo in the PEM form of RFC 7468 §13. */
final class PublicKeyPem {

    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final Pattern PEM = Pattern.compile("\\s*" + BEGIN + "([A-Za-z0-9+/=\\s]{1,4096})" + END + "\\s*");
    private static final int LINE_CHARACTERS = 64;
    private static final int RSA_BITS = 2048;
    private static final String EC_CURVE = "secp256r1";

    private PublicKeyPem() {}

    /**
     * A key in the one form that RFC 7468 §2 lets writers produce: lines of 64 characters that end with a line feed.
     *
     * @throws AwsError if it is no key that CloudFront can verify signatures with
     */
    static String normalised(String pem) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            throw invalid("it is not PEM between the lines " + BEGIN + " and " + END);
        }
        byte[] der;
        try {
            der = Base64.getDecoder().decode(matcher.group(1).replaceAll("\\s", ""));
        } catch (IllegalArgumentException _) {
            throw invalid("what stands between its lines is not Base64");
        }
        check(der);
        byte[] lineFeed = {'\n'};
        return BEGIN + "\n"
                + new String(Base64.getMimeEncoder(LINE_CHARACTERS, lineFeed).encode(der), StandardCharsets.US_ASCII)
                + "\n" + END + "\n";
    }

    private static void check(byte[] der) {
        PublicKey key = read("RSA", der)
                .or(() -> read("EC", der))
                .orElseThrow(() -> invalid("it holds neither an RSA key nor an elliptic curve key"));
        switch (key) {
            case RSAPublicKey rsa
            when rsa.getModulus().bitLength() != RSA_BITS ->
                throw invalid("it is an RSA key of " + rsa.getModulus().bitLength() + " bits");
            case ECPublicKey curve
            when !isP256(curve.getParams()) -> throw invalid("it is an elliptic curve key on another curve than P-256");
            default -> {}
        }
    }

    private static Optional<PublicKey> read(String algorithm, byte[] der) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private static boolean isP256(ECParameterSpec given) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(EC_CURVE));
            ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
            return given.getCurve().equals(p256.getCurve())
                    && given.getGenerator().equals(p256.getGenerator())
                    && given.getOrder().equals(p256.getOrder());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK knows P-256", e);
        }
    }

    private static AwsError invalid(String why) {
        return invalidArgument("The parameter EncodedKey is not a public key that can be used: " + why
                + ", expected an RSA key of " + RSA_BITS + " bits or an ECDSA key on P-256 in PEM");
    }
}
