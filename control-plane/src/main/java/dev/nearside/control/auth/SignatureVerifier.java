package dev.nearside.control.auth;

import dev.nearside.control.aws.Authenticator;
import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.SignatureException;
import dev.nearside.control.aws.SignatureException.Kind;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.kit.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4CanonicalRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Verifies Signature Version 4 by making the signature again from what was received, with the parts that the AWS SDK signs
 * with: its canonical form of a request and its keys; and Version 4A with the public half of its key. Requests may be five
 * minutes off.
 */
public final class SignatureVerifier implements Authenticator {

    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
    private static final String PAYLOAD_HASH = "x-amz-content-sha256";
    private static final Pattern HEX = Pattern.compile("([0-9a-f]{2}){8,72}");
    private static final int DAY_DIGITS = 8;
    private static final String HOST = "host";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern(SignedRequest.STAMP, Locale.ROOT).withZone(ZoneOffset.UTC);

    private final AccessKeys keys;
    private final Time time;

    public SignatureVerifier(AccessKeys keys, Time time) {
        this.keys = keys;
        this.time = time;
    }

    @Override
    public void admit(WireRequest head) {
        keyOf(head, SignedRequest.of(head));
    }

    @Override
    public Principal authenticate(WireRequest request) {
        SignedRequest signed = SignedRequest.of(request);
        AccessKey key = keyOf(request, signed);
        if (!isRight(signed, key, textToSign(request, signed))) {
            throw mismatch("The request signature we calculated does not match the signature you provided. Check your "
                    + "AWS Secret Access Key and signing method. Consult the service documentation for details.");
        }
        return new Principal(key.accessKeyId(), key.name(), true, signed.service());
    }

    @Override
    public boolean allows(Principal principal, String service, String operation) {
        return principal.service().equals(service) && permits(principal, service, operation);
    }

    @Override
    public boolean permits(Principal principal, String service, String operation) {
        return keys.find(principal.accessKeyId())
                .filter(key -> key.allows(service, operation))
                .isPresent();
    }

    /** The key that a request says it is signed with, if all but the signature itself is right. */
    private AccessKey keyOf(WireRequest request, SignedRequest signed) {
        requireFresh(signed);
        AccessKey key = keys.find(signed.accessKeyId()).orElseThrow(SignatureVerifier::unknownKey);
        requireToken(key, signed);
        requireSignedHeaders(request, signed);
        return key;
    }

    private void requireFresh(SignedRequest signed) {
        Instant now = Instant.ofEpochMilli(time.epochMillis());
        if (!STAMP.format(signed.at()).substring(0, DAY_DIGITS).equals(signed.date())) {
            throw mismatch("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                    + signed.date() + "' != '" + STAMP.format(signed.at()) + "'.");
        }
        if (signed.at().isAfter(now.plus(SKEW))) {
            throw mismatch("Signature not yet current: " + STAMP.format(signed.at()) + " is still later than "
                    + STAMP.format(now.plus(SKEW)) + " (" + STAMP.format(now) + " + 5 min.)");
        }
        if (signed.isPresigned()) {
            if (signed.at().plusSeconds(signed.expiresSeconds()).isBefore(now)) {
                throw new SignatureException(
                        Kind.EXPIRED,
                        "Request has expired: it was signed at " + STAMP.format(signed.at()) + " for "
                                + signed.expiresSeconds() + " seconds, and now it is " + STAMP.format(now));
            }
        } else if (signed.at().isBefore(now.minus(SKEW))) {
            throw mismatch("Signature expired: " + STAMP.format(signed.at()) + " is now earlier than "
                    + STAMP.format(now.minus(SKEW)) + " (" + STAMP.format(now) + " - 5 min.)");
        }
    }

    private static void requireToken(AccessKey key, SignedRequest signed) {
        String expected = key.sessionToken();
        String shown = signed.sessionToken();
        if (expected == null ? shown != null : shown == null || !constantTimeEquals(expected, shown)) {
            throw unknownKey();
        }
    }

    /** What could change what a request means must be under its signature. */
    private static void requireSignedHeaders(WireRequest request, SignedRequest signed) {
        if (!signed.signedHeaders().contains(HOST)) {
            throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        List<String> unsigned = request.headers().keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith("x-amz-"))
                .filter(name -> !signed.signedHeaders().contains(name))
                .sorted()
                .toList();
        if (!unsigned.isEmpty()) {
            throw mismatch(
                    "There were headers present in the request which were not signed: " + String.join(", ", unsigned));
        }
        if (!List.copyOf(new TreeSet<>(signed.signedHeaders())).equals(signed.signedHeaders())) {
            throw mismatch("SignedHeaders is '" + String.join(";", signed.signedHeaders())
                    + "', expected lower-case names in their order, each once");
        }
    }

    private static boolean isRight(SignedRequest signed, AccessKey key, String text) {
        if (signed.elliptic()) {
            byte[] signature = HEX.matcher(signed.signature()).matches()
                    ? HexFormat.of().parseHex(signed.signature())
                    : new byte[0];
            return EllipticKey.of(key).hasSigned(text, signature);
        }
        AwsCredentialsIdentity credentials = AwsCredentialsIdentity.create(key.accessKeyId(), key.secretAccessKey());
        CredentialScope scope = new CredentialScope(signed.region(), signed.service(), signed.at());
        byte[] signature = SignerUtils.computeSignature(text, SignerUtils.deriveSigningKey(credentials, scope));
        return constantTimeEquals(HexFormat.of().formatHex(signature), signed.signature());
    }

    private static String textToSign(WireRequest request, SignedRequest signed) {
        String canonical = new V4CanonicalRequest(
                        received(request, signed), payloadHash(request), new V4CanonicalRequest.Options(true, true))
                .getCanonicalRequestString();
        String region = signed.elliptic() ? "" : signed.region() + "/";
        return String.join(
                "\n",
                signed.elliptic() ? SignedRequest.ELLIPTIC_ALGORITHM : SignedRequest.ALGORITHM,
                STAMP.format(signed.at()),
                signed.date() + "/" + region + signed.service() + "/aws4_request",
                SignerUtils.hashCanonicalRequest(canonical));
    }

    /** The request with the headers that were signed, and without its own signature. */
    private static SdkHttpRequest received(WireRequest request, SignedRequest signed) {
        Map<String, List<String>> query = new LinkedHashMap<>(request.query());
        query.remove(SignedRequest.SIGNATURE_PARAMETER);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : signed.signedHeaders()) {
            String value =
                    name.equals(HOST) ? authority(request) : request.headers().get(name);
            if (value != null) {
                headers.put(name, new ArrayList<>(List.of(value)));
            }
        }
        return SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(request.method()))
                .protocol("http")
                .host("localhost")
                .encodedPath(request.path())
                .rawQueryParameters(query)
                .headers(headers)
                .build();
    }

    private static @Nullable String authority(WireRequest request) {
        String authority = request.headers().get(":authority");
        return authority == null ? request.headers().get(HOST) : authority;
    }

    private static String payloadHash(WireRequest request) {
        String declared = request.headers().get(PAYLOAD_HASH);
        if (UNSIGNED_PAYLOAD.equals(declared)) {
            return UNSIGNED_PAYLOAD;
        }
        String actual = HexFormat.of().formatHex(SignerUtils.hash(request.body()));
        if (declared != null && !declared.equals(actual)) {
            throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed: '" + declared
                    + "' is not that of the " + request.body().length + " bytes received.");
        }
        return actual;
    }

    private static boolean constantTimeEquals(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static SignatureException unknownKey() {
        return new SignatureException(Kind.UNKNOWN_KEY, "The security token included in the request is invalid.");
    }

    private static SignatureException mismatch(String message) {
        return new SignatureException(Kind.MISMATCH, message);
    }
}
