package dev.nearside.simulator.apply.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which resource needs which, by references in properties and by DependsOn. */
public final class ResourceGraph {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\s*([A-Za-z0-9]+)[^}]*\\}");

    private final Map<String, Set<String>> needs = new LinkedHashMap<>();

    /**
     * Of the resources that exist.
     *
     * @throws TemplateException if DependsOn names nothing
     */
    public ResourceGraph(Map<String, Resource> resources, Set<String> declared) {
        resources.forEach((id, resource) -> {
            Set<String> names = new LinkedHashSet<>();
            for (String name : resource.dependsOn()) {
                if (!declared.contains(name)) {
                    throw new TemplateException(
                            resource.line(),
                            "DependsOn of " + id + " names " + name + ", and there is no such resource");
                }
                names.add(name);
            }
            collect(resource.properties(), names);
            names.retainAll(resources.keySet());
            needs.put(id, names);
        });
    }

    /** What a resource needs directly. */
    public Set<String> needsOf(String id) {
        return needs.getOrDefault(id, Set.of());
    }

    /**
     * The resources, each after those that it needs, else as in the template.
     *
     * @throws TemplateException if they need each other in a circle, which is named
     */
    public List<String> order() {
        Set<String> ordered = new LinkedHashSet<>();
        needs.keySet().forEach(id -> place(id, ordered, new ArrayList<>(), new HashSet<>()));
        return List.copyOf(ordered);
    }

    private void place(String id, Set<String> ordered, List<String> path, Set<String> onPath) {
        if (ordered.contains(id)) {
            return;
        }
        path.add(id);
        if (!onPath.add(id)) {
            List<String> circle = path.subList(path.indexOf(id), path.size());
            throw new TemplateException(0, "resources need each other in a circle: " + String.join(" -> ", circle));
        }
        needsOf(id).forEach(other -> place(other, ordered, path, onPath));
        path.removeLast();
        onPath.remove(id);
        ordered.add(id);
    }

    private static void collect(Node node, Set<String> names) {
        switch (node) {
            case Node.Scalar _ -> {}
            case Node.Sequence list -> list.items().forEach(item -> collect(item, names));
            case Node.Mapping mapping ->
                mapping.members().forEach((name, value) -> {
                    switch (name) {
                        case "Ref" -> names.add(first(value));
                        case "Fn::GetAtt" -> names.add(first(value).split("\\.", 2)[0]);
                        case "Fn::Sub" -> variables(first(value), names);
                        default -> {}
                    }
                    collect(value, names);
                });
        }
    }

    /** A function's first or only operand if it is a text. */
    private static String first(Node node) {
        List<Node> items = Node.items(node);
        return !items.isEmpty() && items.getFirst() instanceof Node.Scalar scalar ? scalar.text() : "";
    }

    private static void variables(String pattern, Set<String> names) {
        Matcher matcher = VARIABLE.matcher(pattern);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
    }
}
