package dev.nearside.function;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Headers as an event carries them: a lower-case name, then one {@link Field} for each occurrence, whose key keeps the
 * case it had on the wire. Immutable; iteration follows the order of first appearance.
 */
public record EdgeHeaders(Map<String, List<Field>> fields) {

    /** One header line: {@code key} in the case of the wire, or null to let CloudFront title-case the name. */
    public record Field(@Nullable String key, String value) {}

    private static final EdgeHeaders EMPTY = new EdgeHeaders(Map.of());

    public EdgeHeaders {
        Map<String, List<Field>> copy = new LinkedHashMap<>();
        fields.forEach((name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        fields = java.util.Collections.unmodifiableMap(copy);
    }

    public static EdgeHeaders empty() {
        return EMPTY;
    }

    /** The first value of that header, or null. The name's case does not matter. */
    public @Nullable String first(String name) {
        List<Field> values = fields.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.getFirst().value();
    }

    /** A copy in which that header has exactly this value. */
    public EdgeHeaders with(String name, String value) {
        Map<String, List<Field>> copy = new LinkedHashMap<>(fields);
        copy.put(name.toLowerCase(Locale.ROOT), List.of(new Field(name, value)));
        return new EdgeHeaders(copy);
    }

    /** A copy in which that header has one more line. */
    public EdgeHeaders plus(String name, String value) {
        Map<String, List<Field>> copy = new LinkedHashMap<>(fields);
        List<Field> values = new ArrayList<>(copy.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        values.add(new Field(name, value));
        copy.put(name.toLowerCase(Locale.ROOT), values);
        return new EdgeHeaders(copy);
    }

    /** A copy without that header. */
    public EdgeHeaders without(String name) {
        Map<String, List<Field>> copy = new LinkedHashMap<>(fields);
        copy.remove(name.toLowerCase(Locale.ROOT));
        return new EdgeHeaders(copy);
    }
}
