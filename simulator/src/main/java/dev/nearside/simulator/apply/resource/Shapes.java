package dev.nearside.simulator.apply.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.apply.aws.ShapeFields;
import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/** What several types do with values on their way to the API. */
final class Shapes {

    private static final ShapeFields FIELDS =
            new ShapeFields(Map.of("IPV6Enabled", "IsIPV6Enabled", "OriginCustomHeaders", "CustomHeaders"));

    private Shapes() {}

    /**
     * A shape of the SDK with members of a template.
     *
     * @param like names the type that comes out
     */
    static <T extends SdkPojo> T build(Value.Members members, SdkPojo builder, String path, Class<T> like) {
        return like.cast(FIELDS.build(members, builder, path));
    }

    /** Refuses what a shape would take and templates do not have. */
    static void refuseOthers(Value.Members members, Set<String> known) {
        members.members().forEach((name, value) -> {
            if (!known.contains(name)) {
                throw new TemplateException(
                        value.line(),
                        name + " is not known here, expected one of "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        });
    }

    /** Tags as a map, which templates write as a list of keys with values. */
    static Map<String, String> tags(@Nullable Value tags) {
        Map<String, String> map = new LinkedHashMap<>();
        if (tags instanceof Value.Items list) {
            for (Value item : list.items()) {
                String key = item instanceof Value.Members tag ? tag.text("Key") : null;
                String value = item instanceof Value.Members tag ? tag.text("Value") : null;
                if (key == null || value == null) {
                    throw new TemplateException(item.line(), "a tag has no Key or no Value, expected both");
                }
                map.put(key, value);
            }
        } else if (tags != null) {
            throw new TemplateException(tags.line(), "Tags is no list, expected a list of Key with Value");
        }
        return map;
    }

    /** A member's text, or what stands for it if there is none. */
    static String text(Value.Members members, String name, String otherwise) {
        String text = members.text(name);
        return text == null ? otherwise : text;
    }

    /**
     * A member's text.
     *
     * @throws TemplateException if there is none
     */
    static String required(Value.Members members, String name) {
        String text = members.text(name);
        if (text == null) {
            throw new TemplateException(members.line(), name + " is missing");
        }
        return text;
    }

    /** A member that is a document, as JSON text: where templates write names and values, the API takes text. */
    static Value.Members withDocument(Value.Members members, String name) {
        Value value = members.get(name);
        return value instanceof Value.Members || value instanceof Value.Items
                ? members.with(name, new Value.Text(json(value).toString(), Node.Kind.TEXT, trait(value), value.line()))
                : members;
    }

    private static Value.Trait trait(Value value) {
        return switch (value) {
            case Value.Text text -> text.trait();
            case Value.Items list -> list.items().stream().map(Shapes::trait).reduce(Value.Trait.PLAIN, Shapes::worse);
            case Value.Members members ->
                members.members().values().stream().map(Shapes::trait).reduce(Value.Trait.PLAIN, Shapes::worse);
            case Value.Content _, Value.Nothing _ -> Value.Trait.PLAIN;
        };
    }

    private static Value.Trait worse(Value.Trait one, Value.Trait other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** A value as JSON; numbers and words that were written as such stay what they are. */
    static JsonNode json(Value value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case Value.Text text
            when text.kind() == Node.Kind.BOOLEAN -> nodes.booleanNode(Boolean.parseBoolean(text.text()));
            case Value.Text text
            when text.kind() == Node.Kind.NUMBER && text.text().matches("-?[0-9]{1,18}") ->
                nodes.numberNode(Long.parseLong(text.text()));
            case Value.Text text -> nodes.textNode(text.text());
            case Value.Items list -> {
                ArrayNode array = nodes.arrayNode();
                list.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case Value.Members members -> {
                ObjectNode object = nodes.objectNode();
                members.members().forEach((name, member) -> object.set(name, json(member)));
                yield object;
            }
            case Value.Content _, Value.Nothing _ -> nodes.nullNode();
        };
    }
}
