package dev.nearside.simulator.apply.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a template as it was written; functions are mappings with one member, however they were spelled. */
public sealed interface Node {

    /** On which line it begins, counted from 1. */
    int line();

    /** What it is, in words for messages. */
    String shown();

    /** How a scalar was written: JSON's {@code true} and YAML's {@code yes} are the text {@code true}. */
    enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** A single value; numbers keep their spelling. */
    record Scalar(String text, Kind kind, int line) implements Node {
        public Scalar(String text, int line) {
            this(text, Kind.TEXT, line);
        }

        @Override
        public String shown() {
            return kind == Kind.NULL ? "null" : "'" + text + "'";
        }
    }

    /** Values in order. */
    record Sequence(List<Node> items, int line) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String shown() {
            return "a list";
        }
    }

    /** Values by name, in the order of the template. */
    record Mapping(Map<String, Node> members, int line) implements Node {
        public Mapping {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** A mapping with one member. */
        public static Mapping of(String name, Node value) {
            return new Mapping(Map.of(name, value), value.line());
        }

        public @Nullable Node get(String name) {
            return members.get(name);
        }

        /** The same with a member added or replaced. */
        public Mapping with(String name, Node value) {
            Map<String, Node> more = new LinkedHashMap<>(members);
            more.put(name, value);
            return new Mapping(more, line);
        }

        /** The same without some members. */
        public Mapping without(String... names) {
            Map<String, Node> fewer = new LinkedHashMap<>(members);
            for (String name : names) {
                fewer.remove(name);
            }
            return new Mapping(fewer, line);
        }

        @Override
        public String shown() {
            return "names with values";
        }
    }

    /**
     * The node as a mapping.
     *
     * @param what it is, for the message
     * @throws TemplateException if it is something else
     */
    static Mapping mapping(Node node, String what) {
        if (node instanceof Mapping mapping) {
            return mapping;
        }
        throw new TemplateException(node.line(), what + " is " + node.shown() + ", expected names with values");
    }

    /** The node's text. */
    static String text(Node node, String what) {
        if (node instanceof Scalar scalar && scalar.kind() != Kind.NULL) {
            return scalar.text();
        }
        throw new TemplateException(node.line(), what + " is " + node.shown() + ", expected a text");
    }

    /** The node's items; a single value counts as a list of one. */
    static List<Node> items(Node node) {
        return node instanceof Sequence sequence ? sequence.items() : List.of(node);
    }
}
