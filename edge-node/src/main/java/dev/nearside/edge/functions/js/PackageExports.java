package dev.nearside.edge.functions.js;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code exports} member of a {@code package.json}, as {@code require} reads it. */
final class PackageExports {

    private static final Set<String> CONDITIONS = Set.of("node", "require", "default", "module-sync");

    private PackageExports() {}

    /**
     * Where a package maps a subpath to.
     *
     * @param subpath {@code .} or one that begins with {@code ./}
     */
    static Optional<String> target(JsonNode exports, String subpath) {
        if (!hasSubpaths(exports)) {
            return subpath.equals(".") ? choose(exports) : Optional.empty();
        }
        JsonNode exact = exports.get(subpath);
        if (exact != null) {
            return choose(exact);
        }
        String bestKey = "";
        for (Map.Entry<String, JsonNode> entry : exports.properties()) {
            if (matches(entry.getKey(), subpath) && entry.getKey().indexOf('*') > bestKey.indexOf('*')) {
                bestKey = entry.getKey();
            }
        }
        if (bestKey.isEmpty()) {
            return Optional.empty();
        }
        int star = bestKey.indexOf('*');
        String stem = subpath.substring(star, subpath.length() - (bestKey.length() - star - 1));
        return choose(exports.get(bestKey)).map(target -> target.replace("*", stem));
    }

    private static boolean hasSubpaths(JsonNode exports) {
        return exports.isObject()
                && exports.properties().stream()
                        .anyMatch(entry -> entry.getKey().startsWith("."));
    }

    private static boolean matches(String key, String subpath) {
        int star = key.indexOf('*');
        return star >= 0
                && subpath.length() >= key.length()
                && subpath.startsWith(key.substring(0, star))
                && subpath.endsWith(key.substring(star + 1));
    }

    /** The first string that the conditions lead to, in the order written. */
    private static Optional<String> choose(JsonNode target) {
        if (target.isTextual()) {
            return Optional.of(target.asText());
        }
        if (target.isArray()) {
            for (JsonNode element : target) {
                Optional<String> chosen = choose(element);
                if (chosen.isPresent()) {
                    return chosen;
                }
            }
        }
        for (Map.Entry<String, JsonNode> entry : target.properties()) {
            if (CONDITIONS.contains(entry.getKey())) {
                Optional<String> chosen = choose(entry.getValue());
                if (chosen.isPresent()) {
                    return chosen;
                }
            }
        }
        return Optional.empty();
    }
}
