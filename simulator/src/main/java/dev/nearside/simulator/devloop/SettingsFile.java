package dev.nearside.simulator.devloop;

import dev.nearside.function.EventType;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads {@code nearside.yaml}: every fault becomes a finding with its line, and the default stands in its place. */
public final class SettingsFile {

    /** The file's name in a function's folder. */
    public static final String NAME = "nearside.yaml";

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DEPTH = 8;

    private static final Set<String> KEYS = new LinkedHashSet<>(List.of(
            "event",
            "path",
            "runtime",
            "handler",
            "timeout",
            "memory",
            "environment",
            "origin",
            "include-body",
            "forward"));

    private static final Set<String> FORWARD_KEYS = new LinkedHashSet<>(List.of("headers", "cookies", "query-strings"));

    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    private SettingsFile() {}

    /**
     * What was read, and what is wrong with it.
     *
     * @param lines in which keys stand, counted from 1
     */
    public record Content(FunctionSettings settings, List<Finding> findings, Map<String, Integer> lines) {
        public Content {
            findings = List.copyOf(findings);
            lines = Map.copyOf(lines);
        }

        /** Where a key stands, or would. */
        String placeOf(String key) {
            Integer line = lines.get(key);
            return line == null ? NAME : NAME + ":" + line;
        }
    }

    /** The settings of a folder; the defaults if it has no such file. */
    public static Content read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return new Content(FunctionSettings.DEFAULTS, List.of(), Map.of());
        }
        if (Files.size(file) > MAX_BYTES) {
            return new Content(
                    FunctionSettings.DEFAULTS,
                    List.of(new Finding(
                            NAME, "length of the file", Files.size(file) + " bytes", "at most " + MAX_BYTES)),
                    Map.of());
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException _) {
            return new Content(
                    FunctionSettings.DEFAULTS,
                    List.of(new Finding(NAME, "encoding of the file", "not UTF-8", "UTF-8")),
                    Map.of());
        }
        SettingsFile reader = new SettingsFile();
        FunctionSettings settings = reader.settings(text);
        return new Content(settings, reader.findings, reader.lines);
    }

    private FunctionSettings settings(String text) {
        Map<String, Node> top = Map.of();
        try {
            Node root = yaml().compose(new StringReader(text));
            if (root != null) {
                top = members(root, "the file", KEYS);
                top.forEach((key, value) -> lines.put(key, value.getStartMark().getLine() + 1));
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            findings.add(new Finding(NAME + ":" + line, "YAML", String.valueOf(e.getProblem()), ""));
        } catch (YAMLException e) {
            findings.add(new Finding(NAME, "YAML", String.valueOf(e.getMessage()), ""));
        }
        FunctionSettings otherwise = FunctionSettings.DEFAULTS;
        Node forward = top.get("forward");
        return new FunctionSettings(
                events(top.get("event")),
                text(top.get("path"), "path", otherwise.path()),
                text(top.get("runtime"), "runtime", otherwise.runtime()),
                text(top.get("handler"), "handler", otherwise.handler()),
                number(top.get("timeout"), "timeout", otherwise.timeoutSeconds()),
                number(top.get("memory"), "memory", otherwise.memoryMb()),
                environment(top.get("environment")),
                top.containsKey("origin") ? text(top.get("origin"), "origin", "") : null,
                flag(top.get("include-body"), "include-body"),
                forward == null ? null : forward(members(forward, "forward", FORWARD_KEYS)));
    }

    /** Composes nodes only and constructs nothing; the constructor is the safe one all the same. */
    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(MAX_DEPTH);
        return new Yaml(new SafeConstructor(options));
    }

    private List<EventType> events(@Nullable Node node) {
        if (node == null) {
            return FunctionSettings.DEFAULTS.events();
        }
        Set<EventType> events = new LinkedHashSet<>();
        for (Node each : node instanceof SequenceNode list ? list.getValue() : List.of(node)) {
            String name = text(each, "event", "");
            try {
                events.add(EventType.of(name));
            } catch (IllegalArgumentException _) {
                findings.add(new Finding(
                        at(each),
                        "event",
                        name,
                        "viewer-request, origin-request, origin-response or viewer-response, or a list of them"));
            }
        }
        return events.isEmpty() ? FunctionSettings.DEFAULTS.events() : List.copyOf(events);
    }

    private FunctionSettings.Forward forward(Map<String, Node> members) {
        return new FunctionSettings.Forward(
                texts(members.get("headers"), "forward.headers"),
                texts(members.get("cookies"), "forward.cookies"),
                flag(members.get("query-strings"), "forward.query-strings"));
    }

    private Map<String, String> environment(@Nullable Node node) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (node != null) {
            members(node, "environment", null).forEach((name, value) -> variables.put(name, text(value, name, "")));
        }
        return variables;
    }

    /**
     * The members of a mapping by name.
     *
     * @param known names that may be there; null for any
     */
    private Map<String, Node> members(Node node, String what, @Nullable Set<String> known) {
        Map<String, Node> members = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            findings.add(new Finding(at(node), what, shown(node), "names with values"));
            return members;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : shown(tuple.getKeyNode());
            if (known != null && !known.contains(name)) {
                findings.add(new Finding(at(tuple.getKeyNode()), "unknown key", name, String.join(", ", known)));
            } else if (members.putIfAbsent(name, tuple.getValueNode()) != null) {
                findings.add(new Finding(at(tuple.getKeyNode()), "repeated key", name, "each key once"));
            }
        }
        return members;
    }

    private List<String> texts(@Nullable Node node, String key) {
        List<String> texts = new ArrayList<>();
        if (node != null) {
            for (Node each : node instanceof SequenceNode list ? list.getValue() : List.of(node)) {
                texts.add(text(each, key, ""));
            }
        }
        return texts;
    }

    private String text(@Nullable Node node, String key, String otherwise) {
        if (node == null) {
            return otherwise;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        findings.add(new Finding(at(node), key, shown(node), "a text"));
        return otherwise;
    }

    private int number(@Nullable Node node, String key, int otherwise) {
        String digits = text(node, key, String.valueOf(otherwise));
        if (digits.matches("-?[0-9]{1,9}")) {
            return Integer.parseInt(digits);
        }
        findings.add(new Finding(node == null ? NAME : at(node), key, digits, "a whole number"));
        return otherwise;
    }

    private boolean flag(@Nullable Node node, String key) {
        String word = text(node, key, "false");
        if (node != null && !word.equals("true") && !word.equals("false")) {
            findings.add(new Finding(at(node), key, word, "true or false"));
        }
        return word.equals("true");
    }

    private static String at(Node node) {
        return NAME + ":" + (node.getStartMark().getLine() + 1);
    }

    private static String shown(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue();
            case SequenceNode _ -> "a list";
            default -> "names with values";
        };
    }
}
