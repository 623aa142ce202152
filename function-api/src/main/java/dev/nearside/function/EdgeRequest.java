package dev.nearside.function;

import org.jspecify.annotations.Nullable;

/**
 * The request of an event.
 *
 * @param uri path only, starts with a slash
 * @param querystring without the question mark; empty if there is none
 * @param body present only if the association asks for it (IncludeBody)
 * @param origin present in origin-request events only
 */
public record EdgeRequest(
        String clientIp,
        String method,
        String uri,
        String querystring,
        EdgeHeaders headers,
        @Nullable Body body,
        @Nullable EdgeOrigin origin)
        implements EdgeResult {

    /**
     * A request body as a function sees or replaces it.
     *
     * @param inputTruncated whether {@code data} was cut at the limit of the event type
     * @param action {@code read-only} or {@code replace}
     * @param encoding {@code base64} or {@code text}
     */
    public record Body(boolean inputTruncated, String action, String encoding, String data) {}

    public EdgeRequest withHeaders(EdgeHeaders newHeaders) {
        return new EdgeRequest(clientIp, method, uri, querystring, newHeaders, body, origin);
    }

    public EdgeRequest withUri(String newUri) {
        return new EdgeRequest(clientIp, method, newUri, querystring, headers, body, origin);
    }

    public EdgeRequest withQuerystring(String newQuerystring) {
        return new EdgeRequest(clientIp, method, uri, newQuerystring, headers, body, origin);
    }

    public EdgeRequest withOrigin(EdgeOrigin newOrigin) {
        return new EdgeRequest(clientIp, method, uri, querystring, headers, body, newOrigin);
    }
}
