package dev.nearside.simulator.apply.template;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Templates in YAML, with CloudFormation's short tags for functions. Nothing but plain nodes is ever constructed. */
final class YamlText {

    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> NULL = Set.of("", "~", "null");

    private YamlText() {}

    static Node parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(TemplateText.MAX_BYTES);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(TemplateText.MAX_DEPTH);
        try {
            org.yaml.snakeyaml.nodes.Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            if (root == null) {
                throw new TemplateException(1, "the template is empty, expected at least Resources");
            }
            return node(root);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new TemplateException(line, "YAML: " + firstLine(String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            String message = String.valueOf(e.getMessage());
            throw new TemplateException(
                    0,
                    message.contains("aliases")
                            ? "YAML: aliases of lists and mappings are not taken, as by CloudFormation"
                            : "YAML: " + firstLine(message));
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    private static Node node(org.yaml.snakeyaml.nodes.Node node) {
        String tag = node.getTag().getValue();
        if (!tag.startsWith("!")) {
            return untagged(node);
        }
        return Node.Mapping.of(function(tag.substring(1), line(node)), untagged(node));
    }

    /** The long name of a short tag; whether there is such a function is seen when it is called. */
    private static String function(String name, int line) {
        if (name.isEmpty()) {
            throw new TemplateException(line, "the tag '!' names no function");
        }
        return name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name;
    }

    private static Node untagged(org.yaml.snakeyaml.nodes.Node node) {
        return switch (node) {
            case MappingNode mapping -> mapping(mapping);
            case SequenceNode sequence -> {
                List<Node> items = new ArrayList<>();
                sequence.getValue().forEach(item -> items.add(node(item)));
                yield new Node.Sequence(items, line(node));
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new TemplateException(line(node), "YAML: this kind of value is not taken");
        };
    }

    private static Node mapping(MappingNode node) {
        Map<String, Node> members = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new TemplateException(line(tuple.getKeyNode()), "a key is a list or a mapping, expected a name");
            }
            if (key.getTag().equals(Tag.MERGE)) {
                throw new TemplateException(line(key), "YAML: merges (<<) are not taken, as by CloudFormation");
            }
            if (members.putIfAbsent(key.getValue(), node(tuple.getValueNode())) != null) {
                throw new TemplateException(
                        line(key), "the key " + key.getValue() + " is there twice, expected it once");
            }
        }
        return new Node.Mapping(members, line(node));
    }

    private static Node.Scalar scalar(ScalarNode node) {
        int line = line(node);
        if (!node.isPlain()) {
            return new Node.Scalar(node.getValue(), line);
        }
        Tag tag = node.getTag();
        String text = node.getValue();
        if (tag.equals(Tag.BOOL)) {
            boolean isTrue = TRUE.contains(text.toLowerCase(Locale.ROOT));
            return new Node.Scalar(String.valueOf(isTrue), Node.Kind.BOOLEAN, line);
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return new Node.Scalar(text, Node.Kind.NUMBER, line);
        }
        if (tag.equals(Tag.NULL) && NULL.contains(text.toLowerCase(Locale.ROOT))) {
            return new Node.Scalar("", Node.Kind.NULL, line);
        }
        return new Node.Scalar(text, line);
    }

    private static int line(org.yaml.snakeyaml.nodes.Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
