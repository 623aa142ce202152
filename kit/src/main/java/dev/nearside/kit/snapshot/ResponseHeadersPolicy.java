package dev.nearside.kit.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a behavior changes in the header of every response: it removes fields first, then sets those of CORS, then the
 * others.
 *
 * @param cors null if the policy says nothing of CORS
 * @param headers the security headers and the custom ones, in the order in which they are set
 * @param removedHeaders names of the origin's fields that viewers do not get
 * @param serverTimingSamplingRate per cent of responses that carry Server-Timing, 0 to 100, besides those whose viewers
 *     ask for it; null if no response carries it
 */
public record ResponseHeadersPolicy(
        String id,
        String name,
        @Nullable Cors cors,
        List<Header> headers,
        List<String> removedHeaders,
        @Nullable Double serverTimingSamplingRate)
        implements Resource {
    public ResponseHeadersPolicy {
        headers = List.copyOf(headers);
        removedHeaders = List.copyOf(removedHeaders);
    }

    /**
     * A field to set.
     *
     * @param override whether it replaces what the origin sent; if not, the origin's field stays
     */
    public record Header(String name, String value, boolean override) {}

    /**
     * What other sites' pages may do.
     *
     * @param maxAgeSeconds how long a preflight's answer may be kept; null to leave it out
     * @param override whether it replaces the origin's CORS fields
     */
    public record Cors(
            boolean allowCredentials,
            List<String> allowOrigins,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            @Nullable Integer maxAgeSeconds,
            boolean override) {
        public Cors {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
        }
    }
}
