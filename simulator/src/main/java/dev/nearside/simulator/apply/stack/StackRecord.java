package dev.nearside.simulator.apply.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.apply.resource.Made;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a stack has made, by logical id. Nothing in it is secret. */
final class StackRecord {

    private final String salt;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Retired> retired = new ArrayList<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();

    /**
     * Something that another one has taken the place of, and that is still to be deleted.
     *
     * @param entry with something that exists
     */
    record Retired(String logicalId, Entry entry) {}

    /**
     * An empty one.
     *
     * @param salt of the digests in it
     */
    StackRecord(String salt) {
        this.salt = salt;
    }

    static StackRecord of(JsonNode json) {
        StackRecord record = new StackRecord(json.path("salt").asText());
        json.path("resources").properties().forEach(one -> record.entries.put(one.getKey(), Entry.of(one.getValue())));
        json.path("retired")
                .forEach(one ->
                        record.retired.add(new Retired(one.path("logicalId").asText(), Entry.of(one.path("entry")))));
        record.outputs.putAll(Entry.texts(json.path("outputs")));
        return record;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("salt", salt);
        ObjectNode resources = json.putObject("resources");
        entries.forEach((id, entry) -> resources.set(id, entry.toJson()));
        ArrayNode old = json.putArray("retired");
        retired.forEach(one -> old.addObject()
                .put("logicalId", one.logicalId())
                .set("entry", one.entry().toJson()));
        ObjectNode texts = json.putObject("outputs");
        outputs.forEach(texts::put);
        return json;
    }

    String salt() {
        return salt;
    }

    @Nullable
    Entry get(String logicalId) {
        return entries.get(logicalId);
    }

    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    List<Retired> retired() {
        return Collections.unmodifiableList(retired);
    }

    Map<String, String> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /** Under which other logical id the same thing is recorded, if it is. */
    Optional<String> holder(String logicalId, String type, Made made) {
        return entries.entrySet().stream()
                .filter(one -> !one.getKey().equals(logicalId) && isOf(one.getValue(), type, made))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Whether it is recorded anywhere, also as something that is still to be deleted. */
    boolean has(String type, Made made) {
        return Stream.concat(entries.values().stream(), retired.stream().map(Retired::entry))
                .anyMatch(entry -> isOf(entry, type, made));
    }

    private static boolean isOf(Entry entry, String type, Made made) {
        return entry.type().equals(type) && entry.made() != null && entry.made().isSameAs(made);
    }

    void put(String logicalId, Entry entry) {
        entries.put(logicalId, entry);
    }

    void remove(String logicalId) {
        entries.remove(logicalId);
    }

    void retire(Retired old) {
        retired.add(old);
    }

    void forget(Retired old) {
        retired.remove(old);
    }

    void setOutputs(Map<String, String> values) {
        outputs.clear();
        outputs.putAll(values);
    }
}
