package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Which request fields select among the variants of one key (RFC 9111 §4.1).
 *
 * @param names lower case, sorted, without repetition
 */
public record VaryRule(List<String> names) implements Stored {

    public static final VaryRule NONE = new VaryRule(List.of());

    public VaryRule {
        names = List.copyOf(names);
    }

    /** Reads the value of a Vary field. */
    public static VaryRule of(String vary) {
        TreeSet<String> names = new TreeSet<>();
        for (String name : vary.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return new VaryRule(new ArrayList<>(names));
    }

    /** {@code Vary: *}: no other request ever matches. */
    public boolean matchesNothing() {
        return names.contains("*");
    }

    /** The key of the variant that a request with these fields selects. */
    public CacheKey variant(CacheKey primary, Fields requestHeaders) {
        if (names.isEmpty()) {
            return primary;
        }
        StringBuilder text = new StringBuilder(primary.text());
        for (String name : names) {
            String value = requestHeaders.combined(name);
            text.append('\n').append(name).append(value == null ? "" : ":" + normalised(value));
        }
        return new CacheKey(text.toString());
    }

    /** White space around list members does not make another variant. */
    private static String normalised(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (String member : value.split(",", -1)) {
            out.append(out.isEmpty() ? "" : ",").append(member.strip());
        }
        return out.toString();
    }

    @Override
    public long weight() {
        return 64 + names.stream().mapToLong(name -> 48 + name.length()).sum();
    }
}
