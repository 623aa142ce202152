package dev.nearside.edge.http;

import java.util.OptionalLong;

/**
 * A response without its body.
 *
 * @param reason the reason phrase; empty where the sender gave none
 */
public record ResponseHead(int status, String reason, Fields headers) {

    public ResponseHead withHeaders(Fields newHeaders) {
        return new ResponseHead(status, reason, newHeaders);
    }

    /** The same with a Date field, if it has none (RFC 9110 §6.6.1). */
    public ResponseHead dated(long epochMillis) {
        return headers.has("date") ? this : withHeaders(headers.plus("Date", HttpDates.format(epochMillis)));
    }

    /** The declared body length in bytes, if it declares exactly one that is valid. */
    public OptionalLong contentLength() {
        String length = headers.first("content-length");
        if (length == null
                || length.isEmpty()
                || length.length() > 18
                || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(length));
    }

    public boolean isBodiless() {
        return isBodiless(status);
    }

    /** Whether a response with this status never has a body (RFC 9112 §6.3). */
    public static boolean isBodiless(int status) {
        return status == 204 || status == 304 || (status >= 100 && status < 200);
    }
}
