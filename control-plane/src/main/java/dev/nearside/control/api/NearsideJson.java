package dev.nearside.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.control.aws.WireResponse;
import java.util.Map;

/** Answers of the platform's own API. */
final class NearsideJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private NearsideJson() {}

    /** Says one sentence. */
    static WireResponse message(int status, String text) {
        return answer(status, MAPPER.createObjectNode().put("message", text));
    }

    static WireResponse answer(int status, JsonNode body) {
        try {
            return new WireResponse(status, Map.of("content-type", "application/json"), MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can be written", e);
        }
    }
}
