package dev.nearside.origin.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path with {@code {names}} for single segments and, at its end, {@code **} for any rest. */
final class RoutePattern {

    private static final Pattern WILDCARD = Pattern.compile("\\{(\\w+)}|\\*\\*$");

    private final Pattern compiled;
    private final List<String> names = new ArrayList<>();

    RoutePattern(String path) {
        StringBuilder regex = new StringBuilder();
        Matcher wildcard = WILDCARD.matcher(path);
        int literal = 0;
        while (wildcard.find()) {
            regex.append(Pattern.quote(path.substring(literal, wildcard.start())));
            String name = wildcard.group(1);
            if (name == null) {
                regex.append(".*");
            } else {
                regex.append("([^/]+)");
                names.add(name);
            }
            literal = wildcard.end();
        }
        compiled = Pattern.compile(
                regex.append(Pattern.quote(path.substring(literal))).toString());
    }

    /** What the names stand for in this path, or nothing if the path is another. */
    Optional<Map<String, String>> match(String path) {
        Matcher matcher = compiled.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> variables = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            variables.put(names.get(i), matcher.group(i + 1));
        }
        return Optional.of(variables);
    }
}
