package dev.nearside.simulator.apply.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a template after its functions were called. */
public sealed interface Value {

    /** On which line of the template it stands, counted from 1. */
    int line();

    /** What a text may be used for. */
    enum Trait {
        /** Anything. */
        PLAIN,
        /** It holds a parameter with NoEcho: it is neither shown nor stored. */
        SECRET,
        /** It holds something of a resource that is not made yet. */
        UNKNOWN;

        /** The trait of a text that is made of two. */
        public Trait and(Trait other) {
            return compareTo(other) > 0 ? this : other;
        }
    }

    /** A single value. */
    record Text(String text, Node.Kind kind, Trait trait, int line) implements Value {
        public static Text of(String text, int line) {
            return new Text(text, Node.Kind.TEXT, Trait.PLAIN, line);
        }

        @Override
        public String toString() {
            return trait == Trait.PLAIN ? text : trait.toString();
        }
    }

    /** Values in order. */
    record Items(List<Value> items, int line) implements Value {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Values by name. */
    record Members(Map<String, Value> members, int line) implements Value {
        public Members {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        public @Nullable Value get(String name) {
            return members.get(name);
        }

        /** The text of a member, null if there is none or it is no text. */
        public @Nullable String text(String name) {
            return members.get(name) instanceof Text text ? text.text() : null;
        }

        /** The same with a member added or replaced. */
        public Members with(String name, Value value) {
            Map<String, Value> more = new LinkedHashMap<>(members);
            more.put(name, value);
            return new Members(more, line);
        }

        /** The same without some members. */
        public Members without(String... names) {
            Map<String, Value> fewer = new LinkedHashMap<>(members);
            for (String name : names) {
                fewer.remove(name);
            }
            return new Members(fewer, line);
        }
    }

    /** Bytes that a template names by a file or writes inline: a function's package. */
    final class Content implements Value {
        private final byte[] bytes;
        private final int line;

        public Content(byte[] bytes, int line) {
            this.bytes = bytes.clone();
            this.line = line;
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public int line() {
            return line;
        }
    }

    /** AWS::NoValue: the member or item is as if it were not there. */
    record Nothing(int line) implements Value {}

    /** Whether a part of it is not known before some resource is made. */
    static boolean isKnown(Value value) {
        return switch (value) {
            case Text text -> text.trait() != Trait.UNKNOWN;
            case Items list -> list.items().stream().allMatch(Value::isKnown);
            case Members members -> members.members().values().stream().allMatch(Value::isKnown);
            case Content _, Nothing _ -> true;
        };
    }

    /**
     * The leaves by their path, such as {@code Origins[0].Id}; of secrets and bytes what {@code digest} makes of them.
     * Empty lists and mappings are leaves, too.
     */
    static Map<String, String> leaves(Value value, Leaf leaf) {
        Map<String, String> leaves = new LinkedHashMap<>();
        collect(value, "", leaf, leaves);
        return leaves;
    }

    /** How a leaf is written down. */
    @FunctionalInterface
    interface Leaf {
        String of(String path, Value value);
    }

    private static void collect(Value value, String path, Leaf leaf, Map<String, String> leaves) {
        switch (value) {
            case Members members
            when !members.members().isEmpty() ->
                members.members()
                        .forEach((name, member) ->
                                collect(member, path.isEmpty() ? name : path + "." + name, leaf, leaves));
            case Items list
            when !list.items().isEmpty() -> {
                List<Value> items = new ArrayList<>(list.items());
                for (int i = 0; i < items.size(); i++) {
                    collect(items.get(i), path + "[" + i + "]", leaf, leaves);
                }
            }
            case Nothing _ -> {}
            default -> leaves.put(path, leaf.of(path, value));
        }
    }
}
