package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The directives of a Cache-Control field (RFC 9111 §5.2). Names ignore case; of repeated directives the first counts
 * (RFC 9111 §4.2.1 leaves the choice); a quoted argument may hold commas.
 */
public final class CacheControl {

    private static final CacheControl NONE = new CacheControl(Map.of());

    private final Map<String, String> directives;

    private CacheControl(Map<String, String> directives) {
        this.directives = directives;
    }

    public static CacheControl of(Fields headers) {
        String value = headers.combined("cache-control");
        return value == null ? NONE : parse(value);
    }

    static CacheControl parse(String value) {
        Map<String, String> directives = new HashMap<>();
        int position = 0;
        while (position < value.length()) {
            int end = endOfElement(value, position);
            String element = value.substring(position, end).strip();
            if (!element.isEmpty()) {
                int equals = element.indexOf('=');
                String name = (equals < 0 ? element : element.substring(0, equals)).strip();
                String argument =
                        equals < 0 ? "" : unquote(element.substring(equals + 1).strip());
                directives.putIfAbsent(name.toLowerCase(Locale.ROOT), argument);
            }
            position = end + 1;
        }
        return new CacheControl(directives);
    }

    private static int endOfElement(String value, int start) {
        for (int i = start; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',') {
                return i;
            }
            if (c == '"') {
                // A quote that nothing closes is no quote: it must not hide the directives behind it.
                i = Math.max(i, closingQuote(value, i + 1));
            }
        }
        return value.length();
    }

    /** The position of the quote that ends a quoted string (RFC 9110 §5.6.4), or -1. */
    private static int closingQuote(String value, int start) {
        for (int i = start; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                return i;
            }
            if (c == '\\') {
                i++;
            }
        }
        return -1;
    }

    private static String unquote(String argument) {
        boolean quoted = argument.length() >= 2 && argument.startsWith("\"") && argument.endsWith("\"");
        return quoted ? argument.substring(1, argument.length() - 1).replaceAll("\\\\(.)", "$1") : argument;
    }

    public boolean has(String directive) {
        return directives.containsKey(directive);
    }

    /** The argument as delta-seconds; 0 for one that is not a number, as RFC 9111 §4.2.1 advises (stale). */
    public OptionalLong seconds(String directive) {
        String argument = directives.get(directive);
        if (argument == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(DeltaSeconds.parse(argument).orElse(0));
    }
}
