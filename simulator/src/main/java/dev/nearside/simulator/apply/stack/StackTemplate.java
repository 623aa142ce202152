package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.resource.ResourceTypes;
import dev.nearside.simulator.apply.resource.StandIns;
import dev.nearside.simulator.apply.template.Evaluator;
import dev.nearside.simulator.apply.template.NoReferences;
import dev.nearside.simulator.apply.template.Parameters;
import dev.nearside.simulator.apply.template.Pseudo;
import dev.nearside.simulator.apply.template.References;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.ResourceGraph;
import dev.nearside.simulator.apply.template.Template;
import dev.nearside.simulator.apply.template.TemplateException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A template with its parameters: which resources it has now, and in which order they are made. */
final class StackTemplate {

    private final Template template;
    private final Parameters parameters;
    private final Pseudo pseudo;
    private final Path folder;
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private final ResourceGraph graph;

    /**
     * Works out which conditions hold.
     *
     * @param folder against which the template's paths stand
     * @throws TemplateException if something in it does not hold together
     */
    StackTemplate(Template template, Parameters parameters, Pseudo pseudo, Path folder) {
        this.template = template;
        this.parameters = parameters;
        this.pseudo = pseudo;
        this.folder = folder;
        Evaluator conditions = evaluator(new NoReferences("a condition"));
        template.resources().forEach((id, resource) -> {
            if (resource.condition() == null || conditions.holds(resource.condition(), resource.line())) {
                resources.put(id, resource);
            }
        });
        graph = new ResourceGraph(resources, template.resources().keySet());
    }

    Evaluator evaluator(References references) {
        return new Evaluator(template, parameters, pseudo, references);
    }

    Template template() {
        return template;
    }

    Pseudo pseudo() {
        return pseudo;
    }

    Path folder() {
        return folder;
    }

    /** The resources whose conditions hold, made here or not. */
    Map<String, Resource> resources() {
        return Collections.unmodifiableMap(resources);
    }

    Optional<Resource> resource(String logicalId) {
        return Optional.ofNullable(resources.get(logicalId));
    }

    /** Whether the template has it, with a condition that does not hold. */
    boolean isLeftOut(String logicalId) {
        return template.resources().containsKey(logicalId) && !resources.containsKey(logicalId);
    }

    /** Those that are made here, each after what it needs. */
    List<Resource> toMake() {
        return graph.order().stream()
                .map(resources::get)
                .filter(resource -> ResourceTypes.find(resource.type()).isPresent())
                .toList();
    }

    /** Those for which something stands in. */
    List<Resource> standIns() {
        return resources.values().stream()
                .filter(resource -> StandIns.has(resource.type()))
                .toList();
    }

    /** Those that nothing can be done about. */
    List<Resource> unsupported() {
        return resources.values().stream()
                .filter(resource -> ResourceTypes.find(resource.type()).isEmpty() && !StandIns.has(resource.type()))
                .toList();
    }

    /** What of the stack a resource needs directly. */
    Set<String> needsOf(String logicalId) {
        return graph.needsOf(logicalId);
    }
}
