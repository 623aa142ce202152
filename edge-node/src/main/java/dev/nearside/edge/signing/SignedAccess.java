package dev.nearside.edge.signing;

import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/**
 * CloudFront's signed URLs and signed cookies: whether a request to a behavior with trusted key groups was signed by
 * one of their keys, for what it asks, for now and for its viewer; pure.
 */
public final class SignedAccess {

    private static final int MAX_EXPIRES_DIGITS = 12;

    private SignedAccess() {}

    /**
     * Why the request is refused; null if it is not.
     *
     * @param request as the viewer sent it
     * @param epochMillis now
     */
    public static @Nullable SigningFault fault(SigningKeys keys, Viewer viewer, RequestHead request, long epochMillis) {
        if (!keys.required()) {
            return null;
        }
        Credentials given = Credentials.of(request);
        String where = given.inUrl() ? "URL" : "cookies";
        String keyPairId = given.keyPairId();
        if (keyPairId == null || keyPairId.isEmpty()) {
            return new SigningFault(
                    "MissingKey",
                    "Missing Key-Pair-Id query parameter or cookie value",
                    "Neither the URL nor the cookies name a Key-Pair-Id; this behavior answers signed requests only.");
        }
        PublicKey key = keys.find(keyPairId);
        if (key == null) {
            return new SigningFault(
                    "InvalidKey",
                    "Unknown Key",
                    "The Key-Pair-Id '" + keyPairId + "' in the " + where
                            + " is none of the behavior's trusted keys, or its key is not RSA or ECDSA on P-256.");
        }
        byte[] signature = given.signature() == null ? null : CloudFrontBase64.decode(given.signature());
        if (signature == null) {
            return given.signature() == null
                    ? SigningFault.denied("The " + where + " have no Signature.")
                    : new SigningFault(
                            "MalformedSignature",
                            "Could not unencode Signature",
                            "The Signature in the " + where + " is not in CloudFront's base64.");
        }
        String algorithm = algorithm(key, given.hashAlgorithm());
        if (algorithm == null) {
            return SigningFault.denied(
                    "The Hash-Algorithm is '" + given.hashAlgorithm() + "', expected SHA1 or SHA256.");
        }
        SignedUrl url = SignedUrl.of(viewer, request);
        Check check = new Check(key, algorithm, signature);
        if (given.policy() != null) {
            return faultOfCustom(check, given.policy(), url, viewer.clientIp(), epochMillis);
        }
        return given.expires() == null
                ? SigningFault.denied("The " + where + " have neither Expires nor Policy.")
                : faultOfCanned(check, given.expires(), url, epochMillis);
    }

    /** The request without what signed it: no key, function or origin sees that. */
    public static RequestHead withoutCredentials(SigningKeys keys, RequestHead request) {
        if (!keys.required()) {
            return request;
        }
        return new RequestHead(
                request.method(),
                request.uri(),
                Credentials.strippedQuery(request.querystring()),
                Credentials.strippedCookies(request.headers()));
    }

    private static @Nullable SigningFault faultOfCanned(Check check, String expires, SignedUrl url, long epochMillis) {
        boolean isNumber = !expires.isEmpty()
                && expires.length() <= MAX_EXPIRES_DIGITS
                && expires.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            return SigningFault.denied("Expires is '" + expires + "', expected seconds since 1970.");
        }
        boolean signed = false;
        for (SignedUrl reading : url.readings()) {
            signed = signed || check.passes(bytes(AccessPolicy.canned(reading.toString(), expires)));
        }
        if (!signed) {
            return SigningFault.denied("The signature is not that of the key for the canned policy of " + url
                    + " with Expires " + expires + ".");
        }
        return expired(Long.parseLong(expires), epochMillis);
    }

    private static @Nullable SigningFault faultOfCustom(
            Check check, String encodedPolicy, SignedUrl url, String clientIp, long epochMillis) {
        byte[] text = CloudFrontBase64.decode(encodedPolicy);
        if (text == null || text.length == 0 || text[0] != '{') {
            return malformed("The Policy is not a JSON object in CloudFront's base64.");
        }
        // Nothing is read from a policy before it is known who wrote it.
        if (!check.passes(text)) {
            return SigningFault.denied("The signature is not that of the key for the policy.");
        }
        AccessPolicy policy = AccessPolicy.parse(text);
        if (policy == null) {
            return malformed("The policy is not one statement with Resource and Condition, DateLessThan in seconds, and"
                    + " at most DateGreaterThan and one IPv4 range as IpAddress beside it.");
        }
        String resource = policy.resource();
        if (resource != null && url.readings().stream().noneMatch(reading -> reading.isCoveredBy(resource))) {
            return SigningFault.denied("The policy is for '" + resource + "', which does not cover " + url + ".");
        }
        if (epochMillis / 1000 <= policy.greaterThanEpochSeconds()) {
            return SigningFault.denied("The policy begins after second " + policy.greaterThanEpochSeconds()
                    + ", now it is " + epochMillis / 1000 + ".");
        }
        if (policy.source() != null && !policy.source().contains(clientIp)) {
            return SigningFault.denied("The policy is not for viewers with the address " + clientIp + ".");
        }
        return expired(policy.lessThanEpochSeconds(), epochMillis);
    }

    private static @Nullable SigningFault expired(long lessThanEpochSeconds, long epochMillis) {
        return epochMillis / 1000 < lessThanEpochSeconds
                ? null
                : SigningFault.denied("The access ended at second " + lessThanEpochSeconds + ", now it is "
                        + epochMillis / 1000 + ".");
    }

    private static SigningFault malformed(String reason) {
        return new SigningFault("MalformedPolicy", "Malformed Policy", reason);
    }

    private static @Nullable String algorithm(PublicKey key, @Nullable String hash) {
        String cipher = key.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA";
        if (hash == null || hash.equals("SHA1")) {
            return "SHA1with" + cipher;
        }
        return hash.equals("SHA256") ? "SHA256with" + cipher : null;
    }

    /** One char of a head stands for one byte of the wire. */
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A signature to hold against texts. */
    private record Check(PublicKey key, String algorithm, byte[] signature) {

        boolean passes(byte[] text) {
            try {
                Signature verifier = Signature.getInstance(algorithm);
                verifier.initVerify(key);
                verifier.update(text);
                return verifier.verify(signature);
            } catch (GeneralSecurityException _) {
                // How the JDK says that the bytes have not even the form of a signature.
                return false;
            }
        }
    }
}
