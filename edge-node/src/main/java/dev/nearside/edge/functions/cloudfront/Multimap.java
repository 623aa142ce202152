package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names with one value or more each, in order: the shape of headers, cookies and query parameters in events, {@code
 * {name: {value, multiValue: [{value}]}}}, where {@code multiValue} is there only for more than one.
 */
final class Multimap {

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    void add(String name, String value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }

    Map<String, List<String>> values() {
        return values;
    }

    /** The values of that name; empty if there are none. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    void writeTo(ObjectNode json) {
        values.forEach((name, all) -> {
            ObjectNode entry = json.putObject(name).put("value", all.getFirst());
            if (all.size() > 1) {
                ArrayNode multiValue = entry.putArray("multiValue");
                all.forEach(value -> multiValue.addObject().put("value", value));
            }
        });
    }

    /**
     * What a function made of it.
     *
     * @param member how messages call it
     */
    static Multimap read(JsonNode json, String member) throws InvalidAnswerException {
        Multimap read = new Multimap();
        if (json.isMissingNode() || json.isNull()) {
            return read;
        }
        if (!json.isObject()) {
            throw new InvalidAnswerException(
                    member + " is " + InvalidAnswerException.shown(json) + ", expected an object");
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String where = member + "['" + entry.getKey() + "']";
            JsonNode multiValue = entry.getValue().path("multiValue");
            if (multiValue.isMissingNode() || multiValue.isNull()) {
                read.add(entry.getKey(), text(entry.getValue(), where));
                continue;
            }
            if (!multiValue.isArray() || multiValue.isEmpty()) {
                throw new InvalidAnswerException(where + ".multiValue is " + InvalidAnswerException.shown(multiValue)
                        + ", expected an array of objects with a value");
            }
            for (JsonNode one : multiValue) {
                read.add(entry.getKey(), text(one, where + ".multiValue"));
            }
        }
        return read;
    }

    private static String text(JsonNode entry, String where) throws InvalidAnswerException {
        JsonNode value = entry.path("value");
        if (!value.isTextual()) {
            throw new InvalidAnswerException(where + " is " + InvalidAnswerException.shown(entry)
                    + ", expected an object with a string as value");
        }
        return value.asText();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multimap map && map.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
