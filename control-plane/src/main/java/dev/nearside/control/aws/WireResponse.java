package dev.nearside.control.aws;

import java.util.Map;

/** An HTTP response as the protocols make it. */
public record WireResponse(int status, Map<String, String> headers, byte[] body) {
    public WireResponse {
        headers = Map.copyOf(headers);
    }
}
