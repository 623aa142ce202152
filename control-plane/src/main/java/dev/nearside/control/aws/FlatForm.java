package dev.nearside.control.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/**
 * A posted form whose fields name members of structures, with dots between them and numbers for the items of lists.
 *
 * @param operation whose request it is; it is a part of some names
 */
record FlatForm(String operation, NavigableMap<String, List<String>> fields) {

    /** More items than any list or map of a request has at AWS, and few enough to be read at once. */
    private static final int MAX_ITEMS = 1_000;

    /** Sets the members of a structure whose fields begin with that prefix. */
    void read(SdkPojo builder, String prefix) {
        for (SdkField<?> field : builder.sdkFields()) {
            String name = prefix + field.memberName();
            switch (field.marshallingType().getKnownType()) {
                case LIST -> list(field, prefix).ifPresent(list -> field.set(builder, list));
                case MAP -> map(field, prefix).ifPresent(map -> field.set(builder, map));
                case SDK_POJO -> value(field, name).ifPresent(shape -> field.set(builder, shape));
                default -> value(field, name).ifPresent(value -> field.set(builder, value));
            }
        }
    }

    private Optional<List<Object>> list(SdkField<?> field, String prefix) {
        SdkField<?> item = field.getTrait(ListTrait.class).memberFieldInfo();
        String name = prefix + FlatQueryXml.item(operation, field.memberName()) + ".";
        List<Object> list = new ArrayList<>();
        Optional<Object> next = value(item, name + 1);
        while (next.isPresent()) {
            list.add(next.get());
            requireFew(list.size(), field);
            next = value(item, name + (list.size() + 1));
        }
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }

    private Optional<Map<String, Object>> map(SdkField<?> field, String prefix) {
        SdkField<?> item = field.getTrait(MapTrait.class).valueFieldInfo();
        String name = prefix + FlatQueryXml.item(operation, field.memberName()) + ".";
        String key = "." + FlatQueryXml.key(field.memberName());
        Map<String, Object> map = new LinkedHashMap<>();
        List<String> entry = fields.get(name + 1 + key);
        for (int i = 1; entry != null; i++, entry = fields.get(name + i + key)) {
            requireFew(i, field);
            String named = entry.getFirst();
            value(item, name + i + ".Value").ifPresent(value -> map.put(named, value));
        }
        return map.isEmpty() ? Optional.empty() : Optional.of(map);
    }

    private static void requireFew(int items, SdkField<?> field) {
        if (items > MAX_ITEMS) {
            throw AwsError.badRequest(
                    "ValidationException",
                    field.memberName() + " has more than " + MAX_ITEMS + " items, expected at most that many");
        }
    }

    private Optional<Object> value(SdkField<?> field, String name) {
        if (field.marshallingType().getKnownType() == MarshallingKnownType.SDK_POJO) {
            String prefix = name + ".";
            String first = fields.ceilingKey(prefix);
            if (first == null || !first.startsWith(prefix)) {
                return Optional.empty();
            }
            SdkPojo builder = field.constructor().get();
            read(builder, prefix);
            return Optional.of(Shapes.build(builder));
        }
        List<String> given = fields.get(name);
        return given == null ? Optional.empty() : Optional.of(RequestMembers.convert(field, given.getFirst()));
    }
}
