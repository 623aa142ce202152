package dev.nearside.simulator.apply.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sections of a template.
 *
 * @param parameters declarations by name
 * @param mappings as written
 * @param conditions as written
 * @param resources by logical id, in the order of the template
 * @param outputs as written
 * @param globals SAM's, empty if there are none
 * @param notes what the template says and nobody acts on
 */
public record Template(
        Map<String, Node.Mapping> parameters,
        Map<String, Node.Mapping> mappings,
        Map<String, Node> conditions,
        Map<String, Resource> resources,
        Map<String, Node.Mapping> outputs,
        Node.Mapping globals,
        List<String> notes) {

    /** As CloudFormation has it. */
    private static final int MAX_RESOURCES = 500;

    private static final Pattern LOGICAL_ID = Pattern.compile("[A-Za-z0-9]{1,255}");
    private static final String SERVERLESS = "AWS::Serverless-2016-10-31";
    private static final Set<String> SECTIONS = Set.of(
            "AWSTemplateFormatVersion",
            "Description",
            "Metadata",
            "Parameters",
            "Mappings",
            "Conditions",
            "Transform",
            "Globals",
            "Resources",
            "Outputs",
            "Rules");

    public Template {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        mappings = Collections.unmodifiableMap(new LinkedHashMap<>(mappings));
        conditions = Collections.unmodifiableMap(new LinkedHashMap<>(conditions));
        resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        notes = List.copyOf(notes);
    }

    /**
     * The sections of a whole template.
     *
     * @throws TemplateException if something in it is not as CloudFormation has it
     */
    public static Template of(Node.Mapping root) {
        root.members().forEach((name, section) -> {
            if (!SECTIONS.contains(name)) {
                throw new TemplateException(section.line(), "the section " + name + " is none of a template's");
            }
        });
        boolean serverless = requireKnownTransforms(root.get("Transform"));
        Node.Mapping globals = section(root, "Globals");
        if (!globals.members().isEmpty() && !serverless) {
            throw new TemplateException(globals.line(), "Globals is SAM's; expected Transform: " + SERVERLESS);
        }
        return new Template(
                mappings(root, "Parameters"),
                mappings(root, "Mappings"),
                section(root, "Conditions").members(),
                resources(root, serverless),
                mappings(root, "Outputs"),
                globals,
                root.get("Rules") == null ? List.of() : List.of("Rules are not looked at"));
    }

    /** The same after a macro: with other resources and outputs, and more notes. */
    public Template expanded(
            Map<String, Resource> otherResources, Map<String, Node.Mapping> otherOutputs, List<String> moreNotes) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(moreNotes);
        return new Template(parameters, mappings, conditions, otherResources, otherOutputs, globals, all);
    }

    private static boolean requireKnownTransforms(@Nullable Node transform) {
        if (transform == null) {
            return false;
        }
        for (Node item : Node.items(transform)) {
            String name = Node.text(item, "Transform");
            if (!name.equals(SERVERLESS)) {
                throw new TemplateException(
                        item.line(), "the macro " + name + " is not known here, expected " + SERVERLESS + " or none");
            }
        }
        return true;
    }

    private static Node.Mapping section(Node.Mapping root, String name) {
        Node section = root.get(name);
        return section == null ? new Node.Mapping(Map.of(), 0) : Node.mapping(section, name);
    }

    private static Map<String, Node.Mapping> mappings(Node.Mapping root, String name) {
        Map<String, Node.Mapping> all = new LinkedHashMap<>();
        section(root, name).members().forEach((key, value) -> all.put(key, Node.mapping(value, name + "." + key)));
        return all;
    }

    private static Map<String, Resource> resources(Node.Mapping root, boolean serverless) {
        Node.Mapping section = section(root, "Resources");
        if (section.members().isEmpty()) {
            throw new TemplateException(section.line(), "the template has no Resources, expected at least one");
        }
        if (section.members().size() > MAX_RESOURCES) {
            throw new TemplateException(
                    section.line(),
                    "the template has " + section.members().size() + " resources, expected at most " + MAX_RESOURCES);
        }
        Map<String, Resource> resources = new LinkedHashMap<>();
        section.members().forEach((id, node) -> {
            if (!LOGICAL_ID.matcher(id).matches()) {
                throw new TemplateException(node.line(), "the logical id '" + id + "', expected letters and digits");
            }
            Resource resource = Resource.of(id, Node.mapping(node, "the resource " + id));
            if (resource.type().startsWith("AWS::Serverless::") && !serverless) {
                throw new TemplateException(
                        resource.line(),
                        id + " is of SAM's type " + resource.type() + ", expected Transform: " + SERVERLESS);
            }
            resources.put(id, resource);
        });
        return resources;
    }
}
