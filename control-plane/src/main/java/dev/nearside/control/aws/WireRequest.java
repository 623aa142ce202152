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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern RPC_PATH = Pattern.compile("/service/[^/]+/operation/([^/]+)/?");

    /** Alone among a form's fields, because a body may say it is a form and be none, as curl's are. */
    private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([A-Za-z0-9]+)(?:&|$)");

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

    /** By which host and port the caller knows this server. */
    String authority() {
        return header(":authority").or(() -> header("host")).orElse("localhost");
    }

    /** The same request with the body that belongs to it. */
    public WireRequest withBody(byte[] whole) {
        return new WireRequest(method, path, query, headers, whole);
    }

    /** Whether its body says that it is form-encoded. */
    boolean isForm() {
        return method.equals("POST")
                && header("content-type").orElse("").startsWith("application/x-www-form-urlencoded");
    }

    /** The operation that a form-encoded body names. */
    Optional<String> actionName() {
        if (!isForm()) {
            return Optional.empty();
        }
        Matcher action = ACTION.matcher(new String(body, StandardCharsets.ISO_8859_1));
        return action.find() ? Optional.of(action.group(1)) : Optional.empty();
    }

    /** The operation that the request itself names, in whichever protocol does so: a form's, a target's, or RPCv2's. */
    Optional<String> operationName() {
        Optional<String> named = actionName().or(() -> header(AwsJson.TARGET));
        if (named.isPresent()) {
            return named;
        }
        Matcher rpc = RPC_PATH.matcher(path);
        return header("smithy-protocol").isPresent() && rpc.matches() ? Optional.of(rpc.group(1)) : Optional.empty();
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
