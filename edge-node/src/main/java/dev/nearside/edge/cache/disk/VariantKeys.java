package dev.nearside.edge.cache.disk;

import dev.nearside.edge.cache.CacheKey;
import dev.nearside.edge.cache.VaryRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way back from a variant's key to the key that its rule stands under. */
final class VariantKeys {

    private VariantKeys() {}

    /**
     * The key without the lines that the rule added to it (see {@link VaryRule#variant}); null if it does not end in
     * such lines, and where the rule names no fields.
     */
    static @Nullable CacheKey primary(CacheKey variant, VaryRule rule) {
        List<String> names = rule.names();
        String text = variant.text();
        int end = text.length();
        for (int i = names.size() - 1; i >= 0; i--) {
            int line = text.lastIndexOf('\n', end - 1);
            String name = names.get(i);
            int nameEnd = line + 1 + name.length();
            boolean named = line > 0 && text.startsWith(name, line + 1) && nameEnd <= end;
            if (!named || (nameEnd < end && text.charAt(nameEnd) != ':')) {
                return null;
            }
            end = line;
        }
        return names.isEmpty() ? null : new CacheKey(text.substring(0, end));
    }
}
