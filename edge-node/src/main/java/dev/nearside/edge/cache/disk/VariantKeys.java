package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.VaryRule;
import dev.nearside.edge.http.Fields;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The way back from a variant's key to the rule and the key that the rule stands under. */
final class VariantKeys {

    private static final String EPOCH_LINE = "variant ";
    private static final String LANGUAGE = "accept-language";

    private VariantKeys() {}

    /** The key without the lines that the rule added to it; null if there are none. */
    static @Nullable CacheKey primary(CacheKey variant, VaryRule rule) {
        int end = startOfLines(variant.text(), rule.names());
        return end < 0 ? null : new CacheKey(variant.text().substring(0, end));
    }

    /** The rule that made a key of those names; {@link VaryRule#NONE} if none did (see {@link VaryRule#variant}). */
    static VaryRule rule(CacheKey variant, List<String> names) {
        int end = startOfLines(variant.text(), names);
        if (end < 0) {
            return VaryRule.NONE;
        }
        int start = end + 1 + EPOCH_LINE.length();
        return new VaryRule(
                names,
                Long.parseLong(variant.text().substring(start, variant.text().indexOf('\n', start))));
    }

    /**
     * Where the same response is stored as the one in its language (see {@link VaryRule#ofLanguage}), given a key that it
     * is stored under.
     *
     * @param response its fields
     * @return null if the language does not select, or the response does not say one language
     */
    static @Nullable CacheKey ofLanguage(CacheKey variant, VaryRule rule, Fields response) {
        int at = rule.names().indexOf(LANGUAGE);
        String language = at < 0 ? null : response.combined("content-language");
        if (language == null || language.contains(",") || startOfLines(variant.text(), rule.names()) < 0) {
            return null;
        }
        String text = variant.text();
        int end = text.length();
        for (int i = rule.names().size() - 1; i > at; i--) {
            end = text.lastIndexOf('\n', end - 1);
        }
        int line = text.lastIndexOf('\n', end - 1) + 1;
        return new CacheKey(text.substring(0, line) + LANGUAGE + ":="
                + language.strip().toLowerCase(Locale.ROOT) + text.substring(end));
    }

    /** Where the line feed before the rule's lines is, or -1. */
    private static int startOfLines(String text, List<String> names) {
        int end = text.length();
        for (int i = names.size() - 1; i >= 0; i--) {
            int line = text.lastIndexOf('\n', end - 1);
            String name = names.get(i);
            int nameEnd = line + 1 + name.length();
            if (line <= 0 || !text.startsWith(name, line + 1) || nameEnd > end) {
                return -1;
            }
            if (nameEnd < end && text.charAt(nameEnd) != ':') {
                return -1;
            }
            end = line;
        }
        int line = names.isEmpty() ? -1 : text.lastIndexOf('\n', end - 1);
        return line > 0 && text.substring(line + 1, end).matches(EPOCH_LINE + "[0-9]{1,18}") ? line : -1;
    }
}
