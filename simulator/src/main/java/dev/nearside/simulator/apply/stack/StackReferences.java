package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.resource.Made;
import dev.nearside.simulator.apply.resource.ResourceType;
import dev.nearside.simulator.apply.resource.ResourceTypes;
import dev.nearside.simulator.apply.resource.StandIns;
import dev.nearside.simulator.apply.resource.StandIns.StandIn;
import dev.nearside.simulator.apply.template.Evaluator;
import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.References;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resources of a template as the record of its stack knows them now. */
final class StackReferences implements References {

    private final StackTemplate template;
    private final StackRecord record;
    private final Set<String> unknown = new HashSet<>();
    private final Evaluator evaluator;

    StackReferences(StackTemplate template, StackRecord record) {
        this.template = template;
        this.record = record;
        this.evaluator = template.evaluator(this);
    }

    /** Calls functions with these resources. */
    Evaluator evaluator() {
        return evaluator;
    }

    /** From now on a resource is one that will be made. */
    void willBeMade(String logicalId) {
        unknown.add(logicalId);
    }

    @Override
    public Value.Text ref(String logicalId, int line) {
        Resource resource = resource(logicalId, "Ref", line);
        if (StandIns.has(resource.type())) {
            Known known = standIn(resource);
            return new Value.Text(known.standIn.ref(), Node.Kind.TEXT, known.trait, line);
        }
        typeOf(resource, line);
        Made made = made(logicalId);
        return made == null ? notYet(logicalId, line) : Value.Text.of(made.id(), line);
    }

    @Override
    public Value.Text attribute(String logicalId, String attribute, int line) {
        Resource resource = resource(logicalId, "Fn::GetAtt", line);
        Set<String> known;
        String value;
        Value.Trait trait = Value.Trait.PLAIN;
        if (StandIns.has(resource.type())) {
            Known standIn = standIn(resource);
            known = standIn.standIn.attributes().keySet();
            value = standIn.standIn.attributes().get(attribute);
            trait = standIn.trait;
        } else {
            known = typeOf(resource, line).attributes();
            Made made = made(logicalId);
            if (known.contains(attribute) && (made == null || !made.attributes().containsKey(attribute))) {
                return notYet(logicalId + "." + attribute, line);
            }
            value = made == null ? null : made.attributes().get(attribute);
        }
        if (!known.contains(attribute) || value == null) {
            throw new TemplateException(
                    line,
                    logicalId + " (" + resource.type() + ") has no attribute " + attribute + ", expected "
                            + (known.isEmpty()
                                    ? "none"
                                    : "one of "
                                            + String.join(
                                                    ", ",
                                                    known.stream().sorted().toList())));
        }
        return new Value.Text(value, Node.Kind.TEXT, trait, line);
    }

    private static Value.Text notYet(String what, int line) {
        return new Value.Text("${" + what + "}", Node.Kind.TEXT, Value.Trait.UNKNOWN, line);
    }

    private Resource resource(String logicalId, String function, int line) {
        if (template.isLeftOut(logicalId)) {
            throw new TemplateException(line, function + " names " + logicalId + ", whose condition does not hold");
        }
        return template.resource(logicalId)
                .orElseThrow(() -> new TemplateException(
                        line,
                        function + " names " + logicalId + ", and there is no "
                                + (function.equals("Ref") ? "parameter or " : "") + "resource of that name"));
    }

    private static ResourceType typeOf(Resource resource, int line) {
        return ResourceTypes.find(resource.type())
                .orElseThrow(() -> new TemplateException(
                        line,
                        "this refers to " + resource.id() + ", and nothing can stand for its type " + resource.type()));
    }

    private @Nullable Made made(String logicalId) {
        Entry entry = record.get(logicalId);
        return entry == null || unknown.contains(logicalId) ? null : entry.made();
    }

    /**
     * What stands for a resource.
     *
     * @param trait of the properties that its names are made of
     */
    private record Known(StandIn standIn, Value.Trait trait) {}

    private Known standIn(Resource resource) {
        List<Value.Text> used = new ArrayList<>();
        StandIn standIn = StandIns.find(resource.type(), template.pseudo(), resource.id(), name -> {
                    Value.Text text = textOf(resource, name);
                    if (text == null) {
                        return null;
                    }
                    used.add(text);
                    return text.text();
                })
                .orElseThrow();
        return new Known(standIn, used.stream().map(Value.Text::trait).reduce(Value.Trait.PLAIN, Value.Trait::and));
    }

    private Value.@Nullable Text textOf(Resource resource, String property) {
        Node node = resource.properties().get(property);
        return node != null && evaluator.evaluate(node) instanceof Value.Text text ? text : null;
    }
}
