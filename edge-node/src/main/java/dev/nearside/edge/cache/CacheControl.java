package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;
import org.jspecify.annotations.Nullable;

/**
 * The directives of a Cache-Control field (RFC 9111 §5.2), or of the field that replaces it for CDNs (RFC 9213). Names ignore case; of repeated directives the first counts
 * (RFC 9111 §4.2.1 leaves the choice); a quoted argument may hold commas.
 */
public final class CacheControl {

    private static final Set<String> TAKE_SECONDS =
            Set.of("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error");
    private static final Set<String> TAKE_NOTHING =
            Set.of("no-store", "must-revalidate", "proxy-revalidate", "must-understand", "public", "immutable");
    private static final CacheControl NONE = new CacheControl(Map.of(), false);

    private final Map<String, String> directives;
    private final boolean targeted;

    private CacheControl(Map<String, String> directives, boolean targeted) {
        this.directives = directives;
        this.targeted = targeted;
    }

    public static CacheControl of(Fields headers) {
        String value = headers.combined("cache-control");
        return value == null ? NONE : parse(value);
    }

    /**
     * What rules a shared cache: CDN-Cache-Control if there is a valid one, else Cache-Control.
     *
     * @return the directives of CDN-Cache-Control; null if the field is absent, empty or no valid structured field, or
     *     if a directive has a value of the wrong type (RFC 9213 §2.1)
     */
    static @Nullable CacheControl targeted(Fields headers) {
        String value = headers.combined("cdn-cache-control");
        if (value == null) {
            return null;
        }
        Map<String, String> directives = new HashMap<>();
        try {
            for (Map.Entry<String, ListElement<?>> member :
                    Parser.parseDictionary(value).get().entrySet()) {
                Object argument = member.getValue().get();
                if (TAKE_SECONDS.contains(member.getKey()) != argument instanceof Long
                        && (TAKE_SECONDS.contains(member.getKey()) || TAKE_NOTHING.contains(member.getKey()))) {
                    return null;
                }
                if (!Boolean.FALSE.equals(argument)) {
                    directives.put(member.getKey(), argument instanceof Long seconds ? seconds.toString() : "");
                }
            }
        } catch (ParseException _) {
            return null;
        }
        return directives.isEmpty() ? null : new CacheControl(directives, true);
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
        return new CacheControl(directives, false);
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

    /** Whether these directives replace Expires too, as those of CDN-Cache-Control do (RFC 9213 §2.2). */
    boolean replacesExpires() {
        return targeted;
    }

    public boolean has(String directive) {
        return directives.containsKey(directive);
    }

    /** The argument of a directive; empty if it has none, or if the directive is absent. */
    public String argument(String directive) {
        return directives.getOrDefault(directive, "");
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
