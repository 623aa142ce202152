package dev.nearside.edge.functions.js;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code exports} member of a {@code package.json}, as {@code require} and imports read it. */
final class PackageExports {

    private static final Set<String> CONDITIONS = Set.of("node", "default", "module-sync");

    /** Who asks a package for a target; the package may offer each another one. */
    enum Asker {
        REQUIRE("require"),
        IMPORT("import");

        private final String condition;

        Asker(String condition) {
            this.condition = condition;
        }

        private boolean takes(String offered) {
            return offered.equals(condition) || CONDITIONS.contains(offered);
        }
    }

    private PackageExports() {}

    /**
     * Where a package maps a subpath to.
     *
     * @param subpath {@code .} or one that begins with {@code ./}
     */
    static Optional<String> target(JsonNode exports, String subpath, Asker asker) {
        if (!hasSubpaths(exports)) {
            return subpath.equals(".") ? choose(exports, asker) : Optional.empty();
        }
        JsonNode exact = exports.get(subpath);
        if (exact != null) {
            return choose(exact, asker);
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
        return choose(exports.get(bestKey), asker).map(target -> target.replace("*", stem));
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
    private static Optional<String> choose(JsonNode target, Asker asker) {
        if (target.isTextual()) {
            return Optional.of(target.asText());
        }
        if (target.isArray()) {
            for (JsonNode element : target) {
                Optional<String> chosen = choose(element, asker);
                if (chosen.isPresent()) {
                    return chosen;
                }
            }
        }
        for (Map.Entry<String, JsonNode> entry : target.properties()) {
            if (asker.takes(entry.getKey())) {
                Optional<String> chosen = choose(entry.getValue(), asker);
                if (chosen.isPresent()) {
                    return chosen;
                }
            }
        }
        return Optional.empty();
    }
}
