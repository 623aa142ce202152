package dev.nearside.edge.exchange;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.http.Wildcards;
import dev.nearside.kit.snapshot.ResponseHeadersPolicy.Cors;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The CORS fields that a response headers policy gives to a request (Fetch standard, CORS protocol); pure. */
final class CorsFields {

    private static final List<String> ALL_METHODS = List.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS");
    private static final String ANY = "*";

    private CorsFields() {}

    /** The fields for a request with an Origin; none if the policy does not allow that origin. */
    static Fields of(Cors cors, RequestHead request, String origin) {
        String allowed = allowedOrigin(cors, origin);
        if (allowed == null) {
            return Fields.EMPTY;
        }
        Fields.Builder fields = Fields.builder().add("Access-Control-Allow-Origin", allowed);
        if (cors.allowCredentials()) {
            fields.add("Access-Control-Allow-Credentials", "true");
        }
        if (isPreflight(request)) {
            List<String> methods = cors.allowMethods().contains("ALL") ? ALL_METHODS : cors.allowMethods();
            addList(fields, "Access-Control-Allow-Methods", methods);
            addList(fields, "Access-Control-Allow-Headers", cors.allowHeaders());
            if (cors.maxAgeSeconds() != null) {
                fields.add("Access-Control-Max-Age", cors.maxAgeSeconds().toString());
            }
        }
        addList(fields, "Access-Control-Expose-Headers", cors.exposeHeaders());
        return fields.build();
    }

    /**
     * Whether caches behind this node must know that the fields depend on the request's Origin. A request without one
     * gets no CORS fields, so its response must not be taken for one that came with it.
     */
    static boolean dependsOnOrigin(Cors cors, @Nullable String origin) {
        return origin == null || !ANY.equals(allowedOrigin(cors, origin));
    }

    private static @Nullable String allowedOrigin(Cors cors, String origin) {
        for (String pattern : cors.allowOrigins()) {
            if (pattern.equals(ANY)) {
                // With credentials browsers take no wildcard.
                return cors.allowCredentials() ? origin : ANY;
            }
            if (matches(pattern.toLowerCase(Locale.ROOT), origin.toLowerCase(Locale.ROOT))) {
                return origin;
            }
        }
        return null;
    }

    /** A pattern without a scheme stands for any; a star stands for one or more labels, or for a port. */
    private static boolean matches(String pattern, String origin) {
        int scheme = origin.indexOf("://");
        if (scheme < 0 || origin.indexOf('/', scheme + 3) >= 0) {
            return pattern.equals(origin);
        }
        return Wildcards.matches(pattern, pattern.contains("://") ? origin : origin.substring(scheme + 3));
    }

    private static boolean isPreflight(RequestHead request) {
        return request.method().equals("OPTIONS") && request.headers().has("access-control-request-method");
    }

    private static void addList(Fields.Builder fields, String name, List<String> values) {
        if (!values.isEmpty()) {
            fields.add(name, String.join(", ", values));
        }
    }
}
