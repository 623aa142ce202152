package dev.nearside.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.control.state.StateException;
import java.util.Map;
import java.util.TreeMap;

/** A resource's tags in the form in which they are stored. */
final class Tags {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Tags() {}

    static String toJson(Map<String, String> tags) {
        try {
            return MAPPER.writeValueAsString(new TreeMap<>(tags));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings can be written as JSON", e);
        }
    }

    static Map<String, String> fromJson(String json) {
        try {
            return MAPPER.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new StateException("stored tags are not readable: " + json, e);
        }
    }
}
