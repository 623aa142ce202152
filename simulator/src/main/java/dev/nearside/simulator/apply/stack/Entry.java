package dev.nearside.simulator.apply.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.apply.resource.Made;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A resource in the record of a stack.
 *
 * @param generation 1, and one more each time that another one took its place; one that was deleted by hand keeps it
 * @param made what exists; null while it is made, so that after a crash somebody looks for it
 * @param properties what it was given, by path; of secrets and long texts a digest
 * @param needs the logical ids of what it refers to
 * @param kept whether it stays when the stack no longer has it
 */
record Entry(
        String type,
        int generation,
        @Nullable Made made,
        Map<String, String> properties,
        List<String> needs,
        boolean kept) {

    Entry {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        needs = List.copyOf(needs);
    }

    /** The same with something that exists. */
    Entry with(Made exists) {
        return new Entry(type, generation, exists, properties, needs, kept);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("generation", generation)
                .put("kept", kept);
        if (made != null) {
            json.put("physicalId", made.id());
            ObjectNode attributes = json.putObject("attributes");
            new TreeMap<>(made.attributes()).forEach(attributes::put);
        }
        ObjectNode values = json.putObject("properties");
        properties.forEach(values::put);
        needs.forEach(json.putArray("needs")::add);
        return json;
    }

    static Entry of(JsonNode json) {
        Map<String, String> attributes = texts(json.path("attributes"));
        List<String> needs = new ArrayList<>();
        json.path("needs").forEach(name -> needs.add(name.asText()));
        return new Entry(
                json.path("type").asText(),
                json.path("generation").asInt(1),
                json.has("physicalId") ? new Made(json.path("physicalId").asText(), attributes) : null,
                texts(json.path("properties")),
                needs,
                json.path("kept").asBoolean());
    }

    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }
}
