package dev.nearside.simulator.apply.serverless;

import dev.nearside.simulator.apply.template.Evaluator;
import dev.nearside.simulator.apply.template.NoReferences;
import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.Parameters;
import dev.nearside.simulator.apply.template.Pseudo;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.Template;
import dev.nearside.simulator.apply.template.TemplateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The macro that turns functions of SAM's into resources of CloudFormation's. */
public final class Serverless {

    static final String FUNCTION = "AWS::Serverless::Function";

    private Serverless() {}

    /**
     * The template as CloudFormation would see it; one without functions of SAM's comes back as it is.
     *
     * @param folder against which the template's paths stand
     * @throws TemplateException if SAM would not take it
     */
    public static Template expand(Template template, Parameters parameters, Pseudo pseudo, Path folder) {
        if (template.resources().values().stream()
                .noneMatch(resource -> resource.type().equals(FUNCTION))) {
            return template;
        }
        Evaluator evaluator =
                new Evaluator(template, parameters, pseudo, new NoReferences("what SAM must know beforehand"));
        Node globals = template.globals().get("Function");
        Node.Mapping usual =
                globals == null ? new Node.Mapping(Map.of(), 0) : Node.mapping(globals, "Globals.Function");
        Map<String, Resource> resources = new LinkedHashMap<>();
        Map<String, String> renamed = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        template.resources().forEach((id, resource) -> {
            if (resource.type().equals(FUNCTION)) {
                Resource whole = resource.as(FUNCTION, merged(usual, resource.properties()));
                ServerlessFunction function = new ServerlessFunction(whole, evaluator, folder);
                function.expand().forEach(made -> put(resources, template, made, id));
                renamed.putAll(function.renamed());
                notes.addAll(function.notes());
            } else {
                put(resources, template, resource, id);
            }
        });
        Renaming renaming = new Renaming(renamed);
        resources.replaceAll((_, resource) ->
                resource.as(resource.type(), Node.mapping(renaming.of(resource.properties()), "Properties")));
        Map<String, Node.Mapping> outputs = new LinkedHashMap<>();
        template.outputs()
                .forEach((name, output) -> outputs.put(name, Node.mapping(renaming.of(output), "Outputs." + name)));
        return template.expanded(resources, outputs, notes);
    }

    private static void put(Map<String, Resource> resources, Template template, Resource made, String owner) {
        boolean isTaken = !made.id().equals(owner) && template.resources().containsKey(made.id());
        if (isTaken || resources.putIfAbsent(made.id(), made) != null) {
            throw new TemplateException(
                    made.line(),
                    "SAM adds a resource " + made.id() + " for " + owner + ", and the template has one of that name");
        }
    }

    /** Globals with a function's own properties: names are merged, lists put after each other, the rest replaced. */
    private static Node.Mapping merged(Node.Mapping usual, Node.Mapping own) {
        Map<String, Node> all = new LinkedHashMap<>(usual.members());
        own.members().forEach((name, value) -> {
            Node before = usual.get(name);
            if (before instanceof Node.Mapping one && value instanceof Node.Mapping other && !isCall(one, other)) {
                all.put(name, merged(one, other));
            } else if (before instanceof Node.Sequence one && value instanceof Node.Sequence other) {
                List<Node> items = new ArrayList<>(one.items());
                items.addAll(other.items());
                all.put(name, new Node.Sequence(items, other.line()));
            } else {
                all.put(name, value);
            }
        });
        return new Node.Mapping(all, own.line());
    }

    private static boolean isCall(Node.Mapping... mappings) {
        for (Node.Mapping mapping : mappings) {
            if (mapping.members().keySet().stream().anyMatch(name -> name.equals("Ref") || name.startsWith("Fn::"))) {
                return true;
            }
        }
        return false;
    }
}
