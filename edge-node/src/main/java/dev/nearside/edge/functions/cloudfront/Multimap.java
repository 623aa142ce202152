package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.functions.Shown;
import dev.nearside.edge.trace.TraceRenderer;
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
            throw new InvalidAnswerException(member + " is " + Shown.kind(json) + ", expected an object");
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            Place where = new Place(member, entry.getKey());
            JsonNode multiValue = entry.getValue().path("multiValue");
            if (multiValue.isMissingNode() || multiValue.isNull()) {
                read.add(entry.getKey(), text(entry.getValue(), where, ""));
                continue;
            }
            if (!multiValue.isArray() || multiValue.isEmpty()) {
                throw new InvalidAnswerException(where + ".multiValue is " + where.shown(multiValue)
                        + ", expected an array of objects with a value");
            }
            for (JsonNode one : multiValue) {
                read.add(entry.getKey(), text(one, where, ".multiValue"));
            }
        }
        return read;
    }

    /** Where something stands in an answer: {@code cookies['a']}. */
    private record Place(String member, String name) {

        /** A value from there, unless it may be a credential. */
        String shown(JsonNode value) {
            return member.equals("cookies") ? TraceRenderer.MASK : Shown.header(name, value);
        }

        @Override
        public String toString() {
            return member + '[' + Shown.text(name) + ']';
        }
    }

    private static String text(JsonNode entry, Place where, String inside) throws InvalidAnswerException {
        JsonNode value = entry.path("value");
        if (!value.isTextual()) {
            throw new InvalidAnswerException(
                    where + inside + " is " + where.shown(entry) + ", expected an object with a string as value");
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
