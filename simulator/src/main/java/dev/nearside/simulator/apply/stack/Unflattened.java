package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.template.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Recorded properties as values again: enough to find a resource by its name when no template tells it any more. */
final class Unflattened {

    private Unflattened() {}

    /** The values of properties by path; of secrets there is the digest only. */
    static Value.Members of(Map<String, String> leaves) {
        Map<String, Map<String, String>> byFirst = new LinkedHashMap<>();
        leaves.forEach((path, text) -> {
            int end = endOfFirst(path);
            byFirst.computeIfAbsent(path.substring(0, end), _ -> new LinkedHashMap<>())
                    .put(path.substring(end), text);
        });
        Map<String, Value> members = new LinkedHashMap<>();
        byFirst.forEach((name, rest) -> members.put(name, value(rest)));
        return new Value.Members(members, 0);
    }

    private static int endOfFirst(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '.' || path.charAt(i) == '[') {
                return i;
            }
        }
        return path.length();
    }

    /** What follows one name: nothing, an index in brackets, or a dot with another name. */
    private static Value value(Map<String, String> rest) {
        String first = rest.keySet().iterator().next();
        if (first.isEmpty()) {
            return leaf(String.valueOf(rest.get(first)));
        }
        if (first.startsWith(".")) {
            Map<String, String> inner = new LinkedHashMap<>();
            rest.forEach((path, text) -> inner.put(path.substring(1), text));
            return of(inner);
        }
        Map<Integer, Map<String, String>> byIndex = new TreeMap<>();
        rest.forEach((path, text) -> {
            int close = path.indexOf(']');
            byIndex.computeIfAbsent(Integer.valueOf(path.substring(1, close)), _ -> new LinkedHashMap<>())
                    .put(path.substring(close + 1), text);
        });
        List<Value> items = new ArrayList<>();
        byIndex.values().forEach(item -> items.add(value(item)));
        return new Value.Items(items, 0);
    }

    private static Value leaf(String text) {
        return switch (text) {
            case "[]" -> new Value.Items(List.of(), 0);
            case "{}" -> new Value.Members(Map.of(), 0);
            default -> Value.Text.of(text, 0);
        };
    }
}
