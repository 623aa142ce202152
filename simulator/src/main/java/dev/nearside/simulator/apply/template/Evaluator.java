package dev.nearside.simulator.apply.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Calls the functions in a template's values. */
public final class Evaluator {

    private static final String FUNCTION = "Fn::";
    private static final String NO_VALUE = "AWS::NoValue";
    private static final String KNOWN = "Ref, Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::GetAZs, Fn::If, Fn::Join, "
            + "Fn::Select, Fn::Split, Fn::Sub";
    private static final List<String> ZONES = List.of("a", "b", "c", "d", "e", "f");

    /** How a reference to a secret or to a parameter of Systems Manager begins. */
    private static final String DYNAMIC = "{{resolve:";

    /** The longest text that functions may make. */
    private static final int MAX_TEXT = 4 * 1024 * 1024;

    private final Map<String, Node.Mapping> mappings;
    private final Parameters parameters;
    private final Pseudo pseudo;
    private final Conditions conditions;
    private final References references;

    /**
     * For one template.
     *
     * @param references what its resources are known by now
     */
    public Evaluator(Template template, Parameters parameters, Pseudo pseudo, References references) {
        this.mappings = template.mappings();
        this.parameters = parameters;
        this.pseudo = pseudo;
        this.references = references;
        this.conditions = new Conditions(template.conditions(), this::evaluate);
    }

    /** Whether a condition of the template holds. */
    public boolean holds(String condition, int line) {
        return conditions.holds(condition, line);
    }

    /** The members of a mapping, whose values may hold functions. */
    public Value.Members members(Node.Mapping node) {
        Value value = evaluate(node);
        if (value instanceof Value.Members members) {
            return members;
        }
        throw new TemplateException(node.line(), "a function stands where names with values are expected");
    }

    /**
     * A value with its functions called.
     *
     * @throws TemplateException if one cannot be
     */
    public Value evaluate(Node node) {
        Value value = called(node);
        if (value instanceof Value.Text text && text.text().contains(DYNAMIC)) {
            throw new TemplateException(
                    node.line(),
                    "dynamic references ('" + DYNAMIC + "…}}') are not offered here; use a parameter with NoEcho");
        }
        return value;
    }

    private Value called(Node node) {
        return switch (node) {
            case Node.Scalar scalar
            when scalar.kind() == Node.Kind.NULL ->
                throw new TemplateException(node.line(), "null is no value; leave the name out, or use AWS::NoValue");
            case Node.Scalar scalar -> new Value.Text(scalar.text(), scalar.kind(), Value.Trait.PLAIN, scalar.line());
            case Node.Sequence sequence -> new Value.Items(all(sequence.items()), sequence.line());
            case Node.Mapping mapping -> mapping(mapping);
        };
    }

    private List<Value> all(List<Node> nodes) {
        return nodes.stream()
                .map(this::evaluate)
                .filter(value -> !(value instanceof Value.Nothing))
                .toList();
    }

    private Value mapping(Node.Mapping mapping) {
        if (mapping.members().size() == 1) {
            Map.Entry<String, Node> only =
                    mapping.members().entrySet().iterator().next();
            if (only.getKey().equals("Ref") || only.getKey().startsWith(FUNCTION)) {
                return call(only.getKey(), only.getValue());
            }
        }
        Map<String, Value> members = new LinkedHashMap<>();
        mapping.members().forEach((name, node) -> {
            if (name.startsWith(FUNCTION)) {
                throw new TemplateException(
                        node.line(), name + " stands among other names, expected it alone as a value");
            }
            Value value = evaluate(node);
            if (!(value instanceof Value.Nothing)) {
                members.put(name, value);
            }
        });
        return new Value.Members(members, mapping.line());
    }

    private Value call(String function, Node operand) {
        return switch (function) {
            case "Ref" -> ref(Node.text(operand, function), operand.line());
            case "Fn::GetAtt" -> getAtt(operand);
            case "Fn::Sub" -> sub(operand);
            case "Fn::Join" -> join(operand);
            case "Fn::Split" -> split(operand);
            case "Fn::Select" -> select(operand);
            case "Fn::If" -> choose(operand);
            case "Fn::FindInMap" -> findInMap(operand);
            case "Fn::Base64" -> base64(operand);
            case "Fn::GetAZs" -> zones(operand);
            default ->
                throw new TemplateException(
                        operand.line(), "the function " + function + " is not offered here, expected one of " + KNOWN);
        };
    }

    private Value ref(String name, int line) {
        if (name.equals(NO_VALUE)) {
            return new Value.Nothing(line);
        }
        if (name.startsWith("AWS::")) {
            return Value.Text.of(pseudo.get(name, line), line);
        }
        Value parameter = parameters.get(name);
        return parameter == null ? references.ref(name, line) : parameter;
    }

    private Value.Text getAtt(Node operand) {
        if (operand instanceof Node.Sequence list && list.items().size() == 2) {
            Value attribute = evaluate(list.items().get(1));
            return references.attribute(
                    Node.text(list.items().getFirst(), "Fn::GetAtt"),
                    text(attribute, "Fn::GetAtt").text(),
                    operand.line());
        }
        String name = Node.text(operand, "Fn::GetAtt");
        return attribute(name, operand.line());
    }

    private Value.Text attribute(String name, int line) {
        int dot = name.indexOf('.');
        if (dot < 1) {
            throw new TemplateException(line, "Fn::GetAtt has '" + name + "', expected RESOURCE.ATTRIBUTE");
        }
        return references.attribute(name.substring(0, dot), name.substring(dot + 1), line);
    }

    private Value.Text sub(Node operand) {
        Node pattern = operand;
        Map<String, Value.Text> variables = new LinkedHashMap<>();
        if (operand instanceof Node.Sequence) {
            List<Node> two = operands("Fn::Sub", operand, 2);
            pattern = two.getFirst();
            Node.mapping(two.get(1), "the variables of Fn::Sub")
                    .members()
                    .forEach((name, node) -> variables.put(name, text(evaluate(node), "Fn::Sub's " + name)));
        }
        int line = operand.line();
        return Substitution.of(Node.text(pattern, "Fn::Sub"), line, name -> {
            Value.Text variable = variables.get(name);
            if (variable != null) {
                return variable;
            }
            return name.contains(".") ? attribute(name, line) : text(ref(name, line), "${" + name + "}");
        });
    }

    private Value.Text join(Node operand) {
        List<Node> two = operands("Fn::Join", operand, 2);
        String delimiter = Node.text(two.getFirst(), "the delimiter of Fn::Join");
        List<Value> items = list(two.get(1), "Fn::Join");
        Value.Trait trait = Value.Trait.PLAIN;
        List<String> texts = new ArrayList<>();
        long length = 0;
        for (Value item : items) {
            Value.Text text = text(item, "an item of Fn::Join");
            trait = trait.and(text.trait());
            texts.add(text.text());
            length += text.text().length() + delimiter.length();
        }
        requireLength(length, operand.line());
        return new Value.Text(String.join(delimiter, texts), Node.Kind.TEXT, trait, operand.line());
    }

    private Value split(Node operand) {
        List<Node> two = operands("Fn::Split", operand, 2);
        String delimiter = Node.text(two.getFirst(), "the delimiter of Fn::Split");
        if (delimiter.isEmpty()) {
            throw new TemplateException(operand.line(), "the delimiter of Fn::Split is empty");
        }
        Value.Text whole = text(evaluate(two.get(1)), "Fn::Split");
        if (whole.trait() == Value.Trait.UNKNOWN) {
            return whole;
        }
        List<Value> parts = new ArrayList<>();
        for (String part : whole.text().split(Pattern.quote(delimiter), -1)) {
            parts.add(new Value.Text(part, Node.Kind.TEXT, whole.trait(), operand.line()));
        }
        return new Value.Items(parts, operand.line());
    }

    private Value select(Node operand) {
        List<Node> two = operands("Fn::Select", operand, 2);
        String index = text(evaluate(two.getFirst()), "the index of Fn::Select").text();
        Value whole = evaluate(two.get(1));
        if (whole instanceof Value.Text unknown && unknown.trait() == Value.Trait.UNKNOWN) {
            return unknown;
        }
        List<Value> items = items(whole, "Fn::Select");
        if (!index.matches("[0-9]{1,6}") || Integer.parseInt(index) >= items.size()) {
            throw new TemplateException(
                    operand.line(), "Fn::Select has the index " + index + ", expected 0 to " + (items.size() - 1));
        }
        return items.get(Integer.parseInt(index));
    }

    private Value choose(Node operand) {
        List<Node> three = operands("Fn::If", operand, 3);
        String condition = Node.text(three.getFirst(), "the condition of Fn::If");
        return evaluate(three.get(holds(condition, operand.line()) ? 1 : 2));
    }

    private Value findInMap(Node operand) {
        List<Node> three = operands("Fn::FindInMap", operand, 3);
        List<String> names = three.stream()
                .map(node -> text(evaluate(node), "a name in Fn::FindInMap").text())
                .toList();
        Node.Mapping map = mappings.get(names.getFirst());
        Node second = map == null ? null : map.get(names.get(1));
        Node found = second instanceof Node.Mapping values ? values.get(names.get(2)) : null;
        if (found == null) {
            throw new TemplateException(operand.line(), "Fn::FindInMap finds nothing under " + String.join(".", names));
        }
        requireNoFunctions(found);
        return evaluate(found);
    }

    /** Values of mappings are texts and lists of them. */
    private static void requireNoFunctions(Node found) {
        boolean isPlain = found instanceof Node.Scalar
                || (found instanceof Node.Sequence list
                        && list.items().stream().allMatch(Node.Scalar.class::isInstance));
        if (!isPlain) {
            throw new TemplateException(
                    found.line(), "a mapping holds " + found.shown() + ", expected a text or a list of texts");
        }
    }

    private Value.Text base64(Node operand) {
        Value.Text text = text(evaluate(operand), "Fn::Base64");
        String encoded = Base64.getEncoder().encodeToString(text.text().getBytes(StandardCharsets.UTF_8));
        return new Value.Text(encoded, Node.Kind.TEXT, text.trait(), operand.line());
    }

    private Value zones(Node operand) {
        String region = text(evaluate(operand), "Fn::GetAZs").text();
        String where = region.isEmpty() ? pseudo.region() : region;
        return new Value.Items(
                ZONES.stream()
                        .map(zone -> (Value) Value.Text.of(where + zone, operand.line()))
                        .collect(Collectors.toList()),
                operand.line());
    }

    private static List<Node> operands(String function, Node operand, int count) {
        if (operand instanceof Node.Sequence list && list.items().size() == count) {
            return list.items();
        }
        throw new TemplateException(
                operand.line(), function + " has " + operand.shown() + ", expected a list of " + count);
    }

    private List<Value> list(Node node, String function) {
        return items(evaluate(node), function);
    }

    private static List<Value> items(Value value, String function) {
        if (value instanceof Value.Items list) {
            return list.items();
        }
        if (value instanceof Value.Text unknown && unknown.trait() == Value.Trait.UNKNOWN) {
            return List.of(unknown);
        }
        throw new TemplateException(value.line(), function + " has something that is no list, expected a list");
    }

    static Value.Text text(Value value, String what) {
        if (value instanceof Value.Text text) {
            return text;
        }
        throw new TemplateException(value.line(), what + " is not a text, expected a text");
    }

    static void requireLength(long length, int line) {
        if (length > MAX_TEXT) {
            throw new TemplateException(
                    line, "a text grows to " + length + " characters, expected at most " + MAX_TEXT);
        }
    }
}
