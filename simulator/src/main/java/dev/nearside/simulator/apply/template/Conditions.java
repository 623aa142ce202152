package dev.nearside.simulator.apply.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The conditions of a template, each worked out when it is first asked for. */
final class Conditions {

    private static final int MAX_OPERANDS = 10;
    private static final int MAX_DEPTH = 100;

    private final Map<String, Node> declared;
    private final Function<Node, Value> evaluator;
    private final Map<String, Boolean> known = new HashMap<>();
    private final Deque<String> underWay = new ArrayDeque<>();

    /**
     * Over those of a template.
     *
     * @param evaluator of the values that conditions compare
     */
    Conditions(Map<String, Node> declared, Function<Node, Value> evaluator) {
        this.declared = declared;
        this.evaluator = evaluator;
    }

    /**
     * Whether a condition holds.
     *
     * @param line of whatever asks
     */
    boolean holds(String name, int line) {
        Boolean before = known.get(name);
        if (before != null) {
            return before;
        }
        Node node = declared.get(name);
        if (node == null) {
            throw new TemplateException(line, "there is no condition " + name);
        }
        if (underWay.contains(name)) {
            throw new TemplateException(
                    node.line(), "conditions go in a circle: " + String.join(" -> ", underWay) + " -> " + name);
        }
        if (underWay.size() >= MAX_DEPTH) {
            throw new TemplateException(
                    node.line(), "conditions refer to each other more than " + MAX_DEPTH + " deep, at " + name);
        }
        underWay.addLast(name);
        boolean holds = holds(node);
        underWay.removeLast();
        known.put(name, holds);
        return holds;
    }

    private boolean holds(Node node) {
        if (node instanceof Node.Mapping mapping && mapping.members().size() == 1) {
            Map.Entry<String, Node> call =
                    mapping.members().entrySet().iterator().next();
            Node operand = call.getValue();
            switch (call.getKey()) {
                case "Condition" -> {
                    return holds(Node.text(operand, "Condition"), operand.line());
                }
                case "Fn::Equals" -> {
                    List<Node> two = operands(call.getKey(), operand, 2, 2);
                    return plain(two.get(0)).equals(plain(two.get(1)));
                }
                case "Fn::Not" -> {
                    return !holds(operands(call.getKey(), operand, 1, 1).getFirst());
                }
                case "Fn::And" -> {
                    return operands(call.getKey(), operand, 2, MAX_OPERANDS).stream()
                            .allMatch(this::holds);
                }
                case "Fn::Or" -> {
                    return operands(call.getKey(), operand, 2, MAX_OPERANDS).stream()
                            .anyMatch(this::holds);
                }
                default -> {}
            }
        }
        throw new TemplateException(
                node.line(),
                "a condition is " + node.shown()
                        + ", expected Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition, and nothing else");
    }

    private String plain(Node node) {
        Value value = evaluator.apply(node);
        if (value instanceof Value.Text text && text.trait() != Value.Trait.UNKNOWN) {
            return text.text();
        }
        throw new TemplateException(node.line(), "Fn::Equals compares " + node.shown() + ", expected texts");
    }

    private static List<Node> operands(String name, Node node, int least, int most) {
        if (node instanceof Node.Sequence list
                && list.items().size() >= least
                && list.items().size() <= most) {
            return list.items();
        }
        throw new TemplateException(
                node.line(),
                name + " has " + node.shown() + ", expected a list of " + least + (most > least ? " to " + most : ""));
    }
}
