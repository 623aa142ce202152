package dev.nearside.simulator.apply.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The values of a template's parameters: those that were given, else the defaults; each is held to its rules. */
public final class Parameters {

    private static final int MAX_LENGTH = 4_096;

    private final Map<String, Value> values = new LinkedHashMap<>();

    private Parameters() {}

    /**
     * Checks and takes the values.
     *
     * @param declared by name
     * @param given by name
     * @throws TemplateException if a value is missing, unknown, or breaks a rule of its parameter
     */
    public static Parameters of(Map<String, Node.Mapping> declared, Map<String, String> given) {
        for (String name : given.keySet()) {
            if (!declared.containsKey(name)) {
                throw new TemplateException(
                        0,
                        "the template has no parameter " + name + ", expected "
                                + (declared.isEmpty() ? "none" : String.join(", ", declared.keySet())));
            }
        }
        Parameters parameters = new Parameters();
        List<String> missing = new ArrayList<>();
        declared.forEach((name, declaration) -> {
            String text = text(name, declaration, given.get(name));
            if (text == null) {
                missing.add(name);
            } else {
                parameters.values.put(name, new Rules(name, declaration).value(text));
            }
        });
        if (!missing.isEmpty()) {
            throw new TemplateException(
                    0,
                    "no value for the parameter" + (missing.size() == 1 ? " " : "s ") + String.join(", ", missing)
                            + ", expected --parameter " + missing.getFirst() + "=VALUE");
        }
        return parameters;
    }

    private static @Nullable String text(String name, Node.Mapping declaration, @Nullable String given) {
        Node otherwise = declaration.get("Default");
        if (given != null || otherwise == null) {
            return given;
        }
        return Node.text(otherwise, "Default of " + name);
    }

    /** The value by name; null if there is no such parameter. */
    @Nullable
    Value get(String name) {
        return values.get(name);
    }

    /** All values by name. */
    public Map<String, Value> values() {
        return Collections.unmodifiableMap(values);
    }

    /** What one parameter's declaration asks of its value; secret values are never quoted. */
    private record Rules(String name, Node.Mapping declaration) {

        Value value(String text) {
            Node typeNode = declaration.get("Type");
            String type = typeNode == null ? "" : Node.text(typeNode, "Type of the parameter " + name);
            boolean isList = type.equals("CommaDelimitedList") || type.startsWith("List<");
            boolean isNumber = type.equals("Number") || type.equals("List<Number>");
            if (!isList && !isNumber && !type.equals("String") && !type.startsWith("AWS::EC2::")) {
                throw new TemplateException(
                        declaration.line(),
                        "the parameter " + name + " is of type '" + type
                                + "', expected String, Number, List<Number> or CommaDelimitedList");
            }
            if (text.length() > MAX_LENGTH) {
                throw broken(text, "at most " + MAX_LENGTH + " characters");
            }
            if (!isList) {
                check(text, isNumber);
                return new Value.Text(text, kind(isNumber), trait(), declaration.line());
            }
            List<Value> items = new ArrayList<>();
            for (String item : text.split(",", -1)) {
                check(item.strip(), isNumber);
                items.add(new Value.Text(item.strip(), kind(isNumber), trait(), declaration.line()));
            }
            return new Value.Items(items, declaration.line());
        }

        private static Node.Kind kind(boolean isNumber) {
            return isNumber ? Node.Kind.NUMBER : Node.Kind.TEXT;
        }

        private Value.Trait trait() {
            String noEcho = rule("NoEcho");
            return "true".equalsIgnoreCase(noEcho) ? Value.Trait.SECRET : Value.Trait.PLAIN;
        }

        private void check(String text, boolean isNumber) {
            Node allowed = declaration.get("AllowedValues");
            if (allowed != null) {
                if (!(allowed instanceof Node.Sequence list)) {
                    throw new TemplateException(
                            allowed.line(),
                            "AllowedValues of " + name + " is " + allowed.shown() + ", expected a list");
                }
                List<String> values = list.items().stream()
                        .map(item -> Node.text(item, "AllowedValues of " + name))
                        .toList();
                if (!values.contains(text)) {
                    throw broken(text, "one of " + String.join(", ", values));
                }
            }
            checkPattern(text);
            checkRange(text.length(), text, "MinLength", "MaxLength", " characters");
            if (isNumber) {
                checkRange(number(text), text);
            }
        }

        private void checkPattern(String text) {
            String pattern = rule("AllowedPattern");
            try {
                if (pattern != null && !Pattern.compile(pattern).matcher(text).matches()) {
                    throw broken(text, "what matches " + pattern);
                }
            } catch (PatternSyntaxException e) {
                throw new TemplateException(
                        declaration.line(),
                        "AllowedPattern of " + name + " is no regular expression: " + e.getDescription());
            }
        }

        private void checkRange(int length, String text, String least, String most, String unit) {
            String min = rule(least);
            String max = rule(most);
            if (min != null && BigDecimal.valueOf(length).compareTo(limit(min, least)) < 0) {
                throw broken(text, "at least " + min + unit);
            }
            if (max != null && BigDecimal.valueOf(length).compareTo(limit(max, most)) > 0) {
                throw broken(text, "at most " + max + unit);
            }
        }

        private void checkRange(BigDecimal value, String text) {
            String min = rule("MinValue");
            String max = rule("MaxValue");
            if (min != null && value.compareTo(limit(min, "MinValue")) < 0) {
                throw broken(text, "at least " + min);
            }
            if (max != null && value.compareTo(limit(max, "MaxValue")) > 0) {
                throw broken(text, "at most " + max);
            }
        }

        private BigDecimal number(String text) {
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException _) {
                throw broken(text, "a number");
            }
        }

        private BigDecimal limit(String text, String rule) {
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException _) {
                throw new TemplateException(
                        declaration.line(), rule + " of " + name + " is '" + text + "', expected a number");
            }
        }

        private @Nullable String rule(String rule) {
            Node node = declaration.get(rule);
            return node == null ? null : Node.text(node, rule + " of " + name);
        }

        private TemplateException broken(String text, String expected) {
            String why = rule("ConstraintDescription");
            return new TemplateException(
                    declaration.line(),
                    "the parameter " + name + " is " + (trait() == Value.Trait.SECRET ? "not valid" : "'" + text + "'")
                            + ", expected " + expected + (why == null ? "" : " (" + why + ")"));
        }
    }
}
