package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.resource.StandIns;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Works out what an apply would do, without doing it. */
final class Planner {

    private static final String VERSION = "AWS::Lambda::Version";
    private static final String FUNCTION = "AWS::Lambda::Function";

    private final StackTemplate template;
    private final StackRecord record;
    private final StackReferences references;
    private final Comparison comparison;

    Planner(StackTemplate template, StackRecord record, StackReferences references, Comparison comparison) {
        this.template = template;
        this.record = record;
        this.references = references;
        this.comparison = comparison;
    }

    /**
     * The plan.
     *
     * @throws TemplateException if the template asks for something that cannot be done
     */
    Plan make() {
        Map<String, Comparison.Result> results = new LinkedHashMap<>();
        boolean saves = !record.retired().isEmpty();
        for (Resource resource : template.toMake()) {
            Comparison.Result result = comparison.of(resource);
            results.put(resource.id(), result);
            if (result.action() == Action.CREATE || result.action() == Action.REPLACE) {
                references.willBeMade(resource.id());
            }
            saves |= isRecordedOtherwise(result);
        }
        List<Step> steps = new ArrayList<>();
        results.values().forEach(result -> steps.add(result.step()));
        steps.addAll(removals());
        boolean changes = steps.stream().anyMatch(step -> step.action() != Action.UNCHANGED);
        Map<String, String> outputs = Outputs.of(template, references);
        saves |= !changes && !outputs.equals(record.outputs());
        return new Plan(steps, notEmulated(), notes(results), saves);
    }

    /** Whether the record is to say something else of a resource that itself stays as it is. */
    private boolean isRecordedOtherwise(Comparison.Result result) {
        Entry before = record.get(result.resource().id());
        return result.action() == Action.UNCHANGED && !result.entry().equals(before);
    }

    private List<Step> removals() {
        List<Step> steps = new ArrayList<>();
        Removal.gone(template, record).forEach(id -> {
            Entry entry = Objects.requireNonNull(record.get(id));
            steps.add(
                    entry.kept()
                            ? new Step(
                                    Action.KEEP,
                                    id,
                                    entry.type(),
                                    "DeletionPolicy is Retain; it is no longer the stack's")
                            : new Step(Action.DELETE, id, entry.type(), ""));
        });
        record.retired()
                .forEach(old -> steps.add(new Step(
                        Action.DELETE, old.logicalId(), old.entry().type(), "another one has taken its place")));
        return steps;
    }

    private List<String> notEmulated() {
        List<String> lines = new ArrayList<>();
        for (Resource resource : template.standIns()) {
            Value.Text ref = references.ref(resource.id(), resource.line());
            String known = ref.trait() == Value.Trait.SECRET ? "****" : StandIns.shown(resource.type(), ref.text());
            lines.add(resource.id() + "  " + resource.type() + "  known as " + known);
        }
        template.unsupported().forEach(resource -> lines.add(resource.id() + "  " + resource.type() + "  skipped"));
        return lines;
    }

    private List<String> notes(Map<String, Comparison.Result> results) {
        List<String> notes = new ArrayList<>(template.template().notes());
        results.forEach((id, result) -> {
            if (!result.resource().type().equals(VERSION) || result.action() != Action.UNCHANGED) {
                return;
            }
            for (String function : template.needsOf(id)) {
                Comparison.Result needed = results.get(function);
                if (needed != null && needed.resource().type().equals(FUNCTION) && needed.action() == Action.CHANGE) {
                    notes.add(id + " stays the version that it is, as with CloudFormation, although " + function
                            + " changes; for a new version give it another logical id or Description, "
                            + "or use SAM's AutoPublishAlias");
                }
            }
        });
        return notes;
    }
}
