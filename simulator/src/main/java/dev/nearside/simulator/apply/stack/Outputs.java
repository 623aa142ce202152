package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.template.Evaluator;
import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a template says of itself when it is applied. */
final class Outputs {

    private static final String HIDDEN = "****";

    private Outputs() {}

    /**
     * The outputs whose conditions hold, by name; secrets are hidden.
     *
     * @throws TemplateException if one has no value
     */
    static Map<String, String> of(StackTemplate template, StackReferences references) {
        Evaluator evaluator = references.evaluator();
        Map<String, String> outputs = new LinkedHashMap<>();
        template.template().outputs().forEach((name, output) -> {
            Node condition = output.get("Condition");
            if (condition != null && !evaluator.holds(Node.text(condition, "Condition of " + name), condition.line())) {
                return;
            }
            Node node = output.get("Value");
            if (node == null) {
                throw new TemplateException(output.line(), "the output " + name + " has no Value");
            }
            Value value = evaluator.evaluate(node);
            if (!(value instanceof Value.Text text)) {
                throw new TemplateException(node.line(), "the output " + name + " is no text, expected one");
            }
            outputs.put(name, text.trait() == Value.Trait.SECRET ? HIDDEN : text.text());
        });
        return outputs;
    }
}
