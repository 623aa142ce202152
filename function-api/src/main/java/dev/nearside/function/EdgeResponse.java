package dev.nearside.function;

import org.jspecify.annotations.Nullable;

/**
 * A response: the origin's (without its body, which functions never see), or one made by a function.
 *
 * @param status 200 to 599
 * @param statusDescription the reason phrase; empty for the standard one
 * @param body null keeps the origin's body; empty removes it
 * @param bodyEncoding {@code text} or {@code base64}
 */
public record EdgeResponse(
        int status,
        String statusDescription,
        EdgeHeaders headers,
        @Nullable String body,
        String bodyEncoding) implements EdgeResult {

    /** A response with a text body. */
    public static EdgeResponse text(int status, EdgeHeaders headers, String body) {
        return new EdgeResponse(status, "", headers, body, "text");
    }

    public EdgeResponse withHeaders(EdgeHeaders newHeaders) {
        return new EdgeResponse(status, statusDescription, newHeaders, body, bodyEncoding);
    }
}
