package dev.nearside.control.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as the protocols see it.
 *
 * @param path as sent, still percent-encoded
 * @param query decoded, in the order sent; a name without {@code =} has the empty value
 * @param headers case does not matter
 */
public record WireRequest(
        String method, String path, Map<String, List<String>> query, Map<String, String> headers, byte[] body) {

    public WireRequest {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = Collections.unmodifiableMap(anyCase);
        query = Collections.unmodifiableMap(query);
    }

    /**
     * The same request with a query string, still encoded.
     *
     * @throws AwsError if a percent sign is not followed by two hexadecimal digits
     */
    public WireRequest withQuery(@Nullable String encoded) {
        return new WireRequest(method, path, parse(encoded == null ? "" : encoded), headers, body);
    }

    private static Map<String, List<String>> parse(String query) {
        Map<String, List<String>> parsed = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parsed.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
            }
        }
        return parsed;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The operation that a form-encoded body names. */
    Optional<String> actionName() {
        boolean form = method.equals("POST")
                && header("content-type").orElse("").startsWith("application/x-www-form-urlencoded");
        return form ? form().getOrDefault("Action", List.of()).stream().findFirst() : Optional.empty();
    }

    /** The fields of a form-encoded body. */
    Map<String, List<String>> form() {
        return parse(new String(body, StandardCharsets.UTF_8));
    }

    /** The part of the signature that says who calls which service; it is read, not verified. */
    Optional<CredentialScope> credentialScope() {
        return header("authorization")
                .flatMap(CredentialScope::parse)
                .or(() -> query.getOrDefault("X-Amz-Credential", List.of()).stream()
                        .findFirst()
                        .flatMap(CredentialScope::parsePresigned));
    }

    static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw AwsError.badRequest(
                    "InvalidURI",
                    "cannot decode '" + encoded + "', expected percent signs before two hexadecimal digits");
        }
    }
}
