package dev.nearside.control.auth;

import dev.nearside.control.aws.SignatureException;
import dev.nearside.control.aws.SignatureException.Kind;
import dev.nearside.control.aws.WireRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its signature, in its Authorization header or, if it is presigned, in its query.
 *
 * @param elliptic whether it is of Version 4A, which has no region
 * @param date the day of the credential scope, {@code yyyyMMdd}
 * @param signedHeaders lower case, in the order given
 * @param signature hexadecimal
 * @param at when it was signed
 * @param expiresSeconds how long a presigned request is good; 0 if it is not presigned
 * @param sessionToken null if none is shown
 */
record SignedRequest(
        boolean elliptic,
        String accessKeyId,
        String date,
        String region,
        String service,
        List<String> signedHeaders,
        String signature,
        Instant at,
        long expiresSeconds,
        @Nullable String sessionToken) {

    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String ELLIPTIC_ALGORITHM = "AWS4-ECDSA-P256-SHA256";
    static final String SIGNATURE_PARAMETER = "X-Amz-Signature";
    static final String STAMP = "yyyyMMdd'T'HHmmss'Z'";

    private static final DateTimeFormatter STAMP_FORMAT = DateTimeFormatter.ofPattern(STAMP, Locale.ROOT);
    private static final long LONGEST_EXPIRY_SECONDS = 7L * 24 * 60 * 60;
    private static final String TERMINATOR = "aws4_request";

    /**
     * Reads it.
     *
     * @throws SignatureException if there is none, or a part is missing or malformed
     */
    static SignedRequest of(WireRequest request) {
        String authorization = request.headers().get("authorization");
        if (authorization != null) {
            return ofHeader(request, authorization);
        }
        if (request.query().containsKey(SIGNATURE_PARAMETER)) {
            return ofQuery(request);
        }
        throw new SignatureException(Kind.MISSING, "Request is missing Authentication Token");
    }

    boolean isPresigned() {
        return expiresSeconds > 0;
    }

    private static SignedRequest ofHeader(WireRequest request, String authorization) {
        int space = authorization.indexOf(' ');
        boolean elliptic = isElliptic(space < 0 ? authorization : authorization.substring(0, space));
        Map<String, String> parts = new HashMap<>();
        for (String part : authorization.substring(space + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                String name = part.substring(0, equals).strip();
                if (parts.put(name, part.substring(equals + 1).strip()) != null) {
                    throw new SignatureException(
                            Kind.INCOMPLETE, "Authorization header has '" + name + "' twice, expected it once.");
                }
            }
        }
        for (String name : List.of("Credential", "SignedHeaders", "Signature")) {
            if (parts.getOrDefault(name, "").isEmpty()) {
                throw new SignatureException(
                        Kind.INCOMPLETE, "Authorization header requires '" + name + "' parameter.");
            }
        }
        String stamp = request.headers().get("x-amz-date");
        if (stamp == null) {
            throw new SignatureException(
                    Kind.INCOMPLETE, "Authorization header requires existence of a 'X-Amz-Date' header.");
        }
        return of(elliptic, parts, stamp, 0, request.headers().get("x-amz-security-token"));
    }

    private static SignedRequest ofQuery(WireRequest request) {
        boolean elliptic = isElliptic(parameter(request, "X-Amz-Algorithm"));
        String expires = parameter(request, "X-Amz-Expires");
        if (!expires.matches("[1-9][0-9]{0,6}") || Long.parseLong(expires) > LONGEST_EXPIRY_SECONDS) {
            throw new SignatureException(
                    Kind.INCOMPLETE,
                    "X-Amz-Expires is '" + expires + "', expected 1 to " + LONGEST_EXPIRY_SECONDS + " seconds");
        }
        Map<String, String> parts = Map.of(
                "Credential", parameter(request, "X-Amz-Credential"),
                "SignedHeaders", parameter(request, "X-Amz-SignedHeaders"),
                "Signature", parameter(request, SIGNATURE_PARAMETER));
        List<String> token = request.query().get("X-Amz-Security-Token");
        return of(
                elliptic,
                parts,
                parameter(request, "X-Amz-Date"),
                Long.parseLong(expires),
                token == null ? null : token.getFirst());
    }

    private static SignedRequest of(
            boolean elliptic,
            Map<String, String> parts,
            String stamp,
            long expiresSeconds,
            @Nullable String sessionToken) {
        String credential = String.valueOf(parts.get("Credential"));
        String[] scope = credential.split("/", -1);
        String form = elliptic ? "keyid/date/service/aws4_request" : "keyid/date/region/service/aws4_request";
        int elements = form.split("/", -1).length;
        if (scope.length != elements || !scope[elements - 1].equals(TERMINATOR)) {
            throw new SignatureException(
                    Kind.INCOMPLETE,
                    "Credential must have exactly " + elements + " slash-delimited elements, e.g. " + form + ", got '"
                            + credential + "'");
        }
        return new SignedRequest(
                elliptic,
                scope[0],
                scope[1],
                elliptic ? "" : scope[2],
                scope[elements - 2],
                List.of(String.valueOf(parts.get("SignedHeaders")).split(";", -1)),
                String.valueOf(parts.get("Signature")),
                parseStamp(stamp),
                expiresSeconds,
                sessionToken);
    }

    private static boolean isElliptic(String algorithm) {
        if (!algorithm.equals(ALGORITHM) && !algorithm.equals(ELLIPTIC_ALGORITHM)) {
            throw new SignatureException(
                    Kind.INCOMPLETE,
                    "Unsupported AWS 'algorithm': '" + algorithm + "', expected '" + ALGORITHM + "' or '"
                            + ELLIPTIC_ALGORITHM + "'");
        }
        return algorithm.equals(ELLIPTIC_ALGORITHM);
    }

    private static String parameter(WireRequest request, String name) {
        List<String> values = request.query().getOrDefault(name, List.of());
        if (values.size() != 1 || values.getFirst().isEmpty()) {
            throw new SignatureException(
                    Kind.INCOMPLETE, "AWS query-string parameters must include '" + name + "' once.");
        }
        return values.getFirst();
    }

    private static Instant parseStamp(String stamp) {
        try {
            return LocalDateTime.parse(stamp, STAMP_FORMAT).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw new SignatureException(
                    Kind.INCOMPLETE, "Date must be in ISO-8601 'basic format'. Got '" + stamp + "'.");
        }
    }
}
