package dev.nearside.edge.signing;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request brings to be let in, from its URL or else from its cookies; each part null where it is absent. A URL
 * with any one of the four parameters counts as signed, and then cookies play no part.
 */
record Credentials(
        boolean inUrl,
        @Nullable String expires,
        @Nullable String policy,
        @Nullable String signature,
        @Nullable String keyPairId,
        @Nullable String hashAlgorithm) {

    private static final Set<String> MARKS = Set.of("Expires", "Policy", "Signature", "Key-Pair-Id");
    private static final String HASH_ALGORITHM = "Hash-Algorithm";
    private static final String COOKIE_PREFIX = "CloudFront-";

    static Credentials of(RequestHead request) {
        Map<String, String> parameters = new HashMap<>();
        boolean inUrl = false;
        for (String parameter : request.querystring().split("&", -1)) {
            String name = nameOf(parameter);
            inUrl |= MARKS.contains(name);
            if (isParameter(name)) {
                parameters.putIfAbsent(name, decoded(valueOf(parameter)));
            }
        }
        if (!inUrl) {
            parameters.clear();
            for (String line : request.headers().all("cookie")) {
                for (String cookie : line.split(";", -1)) {
                    String name = nameOf(cookie.strip());
                    if (isCookie(name)) {
                        parameters.putIfAbsent(name.substring(COOKIE_PREFIX.length()), valueOf(cookie.strip()));
                    }
                }
            }
        }
        return new Credentials(
                inUrl,
                parameters.get("Expires"),
                parameters.get("Policy"),
                parameters.get("Signature"),
                parameters.get("Key-Pair-Id"),
                parameters.get(HASH_ALGORITHM));
    }

    /** The query string without the parameters of a signature, the others as they were. */
    static String strippedQuery(String querystring) {
        StringBuilder kept = new StringBuilder(querystring.length());
        boolean first = true;
        for (String parameter : querystring.split("&", -1)) {
            if (!isParameter(nameOf(parameter))) {
                kept.append(first ? "" : "&").append(parameter);
                first = false;
            }
        }
        return kept.toString();
    }

    /** The fields without the cookies of a signature, the other cookies as they were. */
    static Fields strippedCookies(Fields headers) {
        Fields.Builder kept = Fields.builder();
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("cookie") || !value.contains(COOKIE_PREFIX)) {
                kept.add(name, value);
                return;
            }
            StringBuilder cookies = new StringBuilder(value.length());
            for (String cookie : value.split(";", -1)) {
                if (!isCookie(nameOf(cookie.strip()))) {
                    cookies.append(cookies.isEmpty() ? "" : "; ").append(cookie.strip());
                }
            }
            if (!cookies.isEmpty()) {
                kept.add(name, cookies.toString());
            }
        });
        return kept.build();
    }

    private static boolean isParameter(String name) {
        return MARKS.contains(name) || name.equals(HASH_ALGORITHM);
    }

    private static boolean isCookie(String name) {
        return name.startsWith(COOKIE_PREFIX) && isParameter(name.substring(COOKIE_PREFIX.length()));
    }

    private static String nameOf(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }

    private static String valueOf(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? "" : pair.substring(equals + 1);
    }

    /** Some clients percent-encode the tilde, which CloudFront's base64 uses (RFC 3986 §6.2.2.2). */
    private static String decoded(String value) {
        return value.replace("%7E", "~").replace("%7e", "~");
    }
}
