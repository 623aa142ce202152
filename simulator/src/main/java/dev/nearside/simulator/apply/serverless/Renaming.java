package dev.nearside.simulator.apply.serverless;

import dev.nearside.simulator.apply.template.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * References to what SAM made for a function, such as {@code !Ref Hello.Version}.
 *
 * @param names logical ids by what templates call the resources
 */
record Renaming(Map<String, String> names) {

    Renaming {
        names = Map.copyOf(names);
    }

    /** The node with such references replaced. */
    Node of(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar;
            case Node.Sequence list ->
                new Node.Sequence(list.items().stream().map(this::of).toList(), list.line());
            case Node.Mapping mapping -> {
                Map<String, Node> members = new LinkedHashMap<>();
                mapping.members().forEach((name, value) -> members.put(name, member(name, value)));
                yield new Node.Mapping(members, mapping.line());
            }
        };
    }

    private Node member(String name, Node value) {
        if (name.equals("Ref") && value instanceof Node.Scalar scalar) {
            return new Node.Scalar(names.getOrDefault(scalar.text(), scalar.text()), scalar.line());
        }
        if (!name.equals("Fn::Sub")) {
            return of(value);
        }
        if (value instanceof Node.Scalar scalar) {
            return substituted(scalar);
        }
        if (value instanceof Node.Sequence list
                && !list.items().isEmpty()
                && list.items().getFirst() instanceof Node.Scalar scalar) {
            return new Node.Sequence(
                    Stream.concat(
                                    Stream.of((Node) substituted(scalar)),
                                    list.items().stream().skip(1).map(this::of))
                            .toList(),
                    list.line());
        }
        return of(value);
    }

    private Node.Scalar substituted(Node.Scalar scalar) {
        String text = scalar.text();
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace("${" + name.getKey() + "}", "${" + name.getValue() + "}");
        }
        return new Node.Scalar(text, scalar.line());
    }
}
