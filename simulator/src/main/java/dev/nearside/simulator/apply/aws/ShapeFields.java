package dev.nearside.simulator.apply.aws;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Values of a template as AWS's shapes. Names may differ in case, which is how templates and API mostly differ; a list
 * where the API has a quantity with items becomes that.
 */
public final class ShapeFields {

    private static final String ITEMS = "Items";
    private static final String QUANTITY = "Quantity";

    private final Map<String, String> renamed;

    /**
     * With a table of names.
     *
     * @param renamed the API's names by the template's, where they differ in more than case
     */
    public ShapeFields(Map<String, String> renamed) {
        this.renamed = Map.copyOf(renamed);
    }

    /**
     * Sets the members of a shape and builds it. Texts that are not known yet count as fitting every member, and are left
     * out where the member is no text.
     *
     * @param builder of the shape, perhaps with some members set
     * @param path for messages, such as {@code DistributionConfig}
     * @throws TemplateException if the shape has no such member, or a value does not fit it
     */
    public SdkPojo build(Value.Members members, SdkPojo builder, String path) {
        Map<String, SdkField<?>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        builder.sdkFields().forEach(field -> fields.put(field.memberName(), field));
        Map<String, Object> set = new HashMap<>();
        members.members().forEach((name, value) -> {
            SdkField<?> field = fields.get(renamed.getOrDefault(name, name));
            if (field == null) {
                throw new TemplateException(
                        value.line(), inside(path, name) + " is not known here, expected one of " + shown(fields));
            }
            Object converted = convert(value, field, inside(path, name));
            if (converted != null) {
                field.set(builder, converted);
                set.put(field.memberName(), converted);
            }
        });
        setQuantity(builder, fields, set);
        return (SdkPojo) ((Buildable) builder).build();
    }

    private static String inside(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String shown(Map<String, SdkField<?>> fields) {
        return fields.values().stream()
                .map(SdkField::memberName)
                .filter(name -> !name.equals(QUANTITY))
                .collect(Collectors.joining(", "));
    }

    private static void setQuantity(SdkPojo builder, Map<String, SdkField<?>> fields, Map<String, Object> set) {
        SdkField<?> quantity = fields.get(QUANTITY);
        if (quantity != null && fields.containsKey(ITEMS) && !set.containsKey(QUANTITY)) {
            quantity.set(builder, set.get(ITEMS) instanceof List<?> items ? items.size() : 0);
        }
    }

    private @Nullable Object convert(Value value, SdkField<?> field, String path) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> text(value, path).text();
            case INTEGER, SHORT -> number(value, path, Integer::valueOf);
            case LONG -> number(value, path, Long::valueOf);
            case FLOAT -> number(value, path, Float::valueOf);
            case DOUBLE -> number(value, path, Double::valueOf);
            case BOOLEAN -> flag(value, path);
            case SDK_BYTES -> bytes(value, path);
            case SDK_POJO -> structure(value, field, path);
            case LIST -> list(value, field, path);
            case MAP -> map(value, field, path);
            default -> throw new TemplateException(value.line(), path + " is not offered here");
        };
    }

    private SdkPojo structure(Value value, SdkField<?> field, String path) {
        SdkPojo builder = field.constructor().get();
        Map<String, SdkField<?>> fields = builder.sdkFieldNameToField();
        SdkField<?> items = fields.get(ITEMS);
        if (value instanceof Value.Items && items != null) {
            List<Object> list = list(value, items, path);
            items.set(builder, list);
            setQuantity(builder, fields, Map.of(ITEMS, list));
            return (SdkPojo) ((Buildable) builder).build();
        }
        if (value instanceof Value.Members members) {
            return build(members, builder, path);
        }
        throw new TemplateException(value.line(), path + " is " + shown(value) + ", expected names with values");
    }

    private List<Object> list(Value value, SdkField<?> field, String path) {
        if (!(value instanceof Value.Items list)) {
            throw new TemplateException(value.line(), path + " is " + shown(value) + ", expected a list");
        }
        SdkField<?> item = field.getTrait(ListTrait.class).memberFieldInfo();
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Object converted = convert(list.items().get(i), item, path + "[" + i + "]");
            if (converted != null) {
                items.add(converted);
            }
        }
        return items;
    }

    private Map<String, Object> map(Value value, SdkField<?> field, String path) {
        if (!(value instanceof Value.Members members)) {
            throw new TemplateException(value.line(), path + " is " + shown(value) + ", expected names with values");
        }
        SdkField<?> item = field.getTrait(MapTrait.class).valueFieldInfo();
        Map<String, Object> map = new LinkedHashMap<>();
        members.members().forEach((name, member) -> {
            Object converted = convert(member, item, path + "." + name);
            if (converted != null) {
                map.put(name, converted);
            }
        });
        return map;
    }

    private static Value.Text text(Value value, String path) {
        if (value instanceof Value.Text text) {
            return text;
        }
        throw new TemplateException(value.line(), path + " is " + shown(value) + ", expected a text");
    }

    /** How a number is read. */
    private interface Reader {
        Object read(String digits);
    }

    private static @Nullable Object number(Value value, String path, Reader reader) {
        Value.Text text = text(value, path);
        if (text.trait() == Value.Trait.UNKNOWN) {
            return null;
        }
        try {
            return reader.read(text.text().strip());
        } catch (NumberFormatException _) {
            throw new TemplateException(value.line(), path + " is " + shown(value) + ", expected a number");
        }
    }

    private static @Nullable Object flag(Value value, String path) {
        Value.Text text = text(value, path);
        if (text.trait() == Value.Trait.UNKNOWN) {
            return null;
        }
        return switch (text.text().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new TemplateException(value.line(), path + " is " + shown(value) + ", expected true or false");
        };
    }

    private static SdkBytes bytes(Value value, String path) {
        return value instanceof Value.Content content
                ? SdkBytes.fromByteArray(content.bytes())
                : SdkBytes.fromUtf8String(text(value, path).text());
    }

    /** A value in a message; a secret is not told. */
    public static String shown(Value value) {
        return switch (value) {
            case Value.Text text -> text.trait() == Value.Trait.PLAIN ? "'" + text.text() + "'" : "another value";
            case Value.Items _ -> "a list";
            case Value.Members _ -> "names with values";
            case Value.Content _ -> "bytes";
            case Value.Nothing _ -> "nothing";
        };
    }
}
