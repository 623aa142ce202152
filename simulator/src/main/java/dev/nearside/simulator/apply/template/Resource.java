package dev.nearside.simulator.apply.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A resource as a template declares it.
 *
 * @param properties as written, with functions
 * @param dependsOn what DependsOn names
 * @param condition without which it does not exist; null if it always does
 * @param keptOnDelete whether it stays when the stack no longer has it
 * @param keptOnReplace whether it stays when another one takes its place
 * @param line of the template on which it begins
 */
public record Resource(
        String id,
        String type,
        Node.Mapping properties,
        List<String> dependsOn,
        @Nullable String condition,
        boolean keptOnDelete,
        boolean keptOnReplace,
        int line) {

    private static final Set<String> ATTRIBUTES = Set.of(
            "Type",
            "Properties",
            "DependsOn",
            "Condition",
            "DeletionPolicy",
            "UpdateReplacePolicy",
            "UpdatePolicy",
            "CreationPolicy",
            "Metadata");

    public Resource {
        dependsOn = List.copyOf(dependsOn);
    }

    static Resource of(String id, Node.Mapping node) {
        node.members().forEach((name, value) -> {
            if (!ATTRIBUTES.contains(name)) {
                throw new TemplateException(
                        value.line(), id + " has the attribute " + name + ", which is none of a resource's");
            }
        });
        Node type = node.get("Type");
        if (type == null) {
            throw new TemplateException(node.line(), id + " has no Type");
        }
        Node properties = node.get("Properties");
        List<String> dependsOn = new ArrayList<>();
        Node names = node.get("DependsOn");
        if (names != null) {
            Node.items(names).forEach(name -> dependsOn.add(Node.text(name, "DependsOn of " + id)));
        }
        Node condition = node.get("Condition");
        return new Resource(
                id,
                Node.text(type, "Type of " + id),
                properties == null
                        ? new Node.Mapping(Map.of(), node.line())
                        : Node.mapping(properties, "Properties of " + id),
                dependsOn,
                condition == null ? null : Node.text(condition, "Condition of " + id),
                isKept(id, "DeletionPolicy", node.get("DeletionPolicy")),
                isKept(id, "UpdateReplacePolicy", node.get("UpdateReplacePolicy")),
                type.line());
    }

    /** A resource that a macro adds to this one, under the same condition and with the line of this one. */
    public Resource adding(String otherId, String otherType, Node.Mapping others) {
        return new Resource(otherId, otherType, others, List.of(), condition, false, false, line);
    }

    /** The same, to be kept when another one takes its place. */
    public Resource keptWhenReplaced() {
        return new Resource(id, type, properties, dependsOn, condition, keptOnDelete, true, line);
    }

    /** The same under another type and with other properties. */
    public Resource as(String otherType, Node.Mapping others) {
        return new Resource(id, otherType, others, dependsOn, condition, keptOnDelete, keptOnReplace, line);
    }

    private static boolean isKept(String id, String attribute, @Nullable Node node) {
        if (node == null) {
            return false;
        }
        String policy = Node.text(node, attribute + " of " + id);
        return switch (policy) {
            case "Delete" -> false;
            case "Retain", "RetainExceptOnCreate" -> true;
            default ->
                throw new TemplateException(
                        node.line(), attribute + " of " + id + " is '" + policy + "', expected Delete or Retain");
        };
    }
}
