package dev.nearside.simulator.apply.template;

import java.util.function.Function;

/** The text of {@code Fn::Sub}: {@code ${Name}} and {@code ${Name.Attribute}} stand for values, {@code ${!x}} for itself. */
final class Substitution {

    private Substitution() {}

    static Value.Text of(String pattern, int line, Function<String, Value.Text> variables) {
        StringBuilder text = new StringBuilder();
        Value.Trait trait = Value.Trait.PLAIN;
        int at = 0;
        while (true) {
            int open = pattern.indexOf("${", at);
            int close = open < 0 ? -1 : pattern.indexOf('}', open);
            if (close < 0) {
                text.append(pattern, at, pattern.length());
                return new Value.Text(text.toString(), Node.Kind.TEXT, trait, line);
            }
            text.append(pattern, at, open);
            String name = pattern.substring(open + 2, close);
            if (name.startsWith("!")) {
                text.append("${").append(name, 1, name.length()).append('}');
            } else {
                Value.Text value = variables.apply(name.strip());
                text.append(value.text());
                trait = trait.and(value.trait());
            }
            Evaluator.requireLength(text.length(), line);
            at = close + 1;
        }
    }
}
