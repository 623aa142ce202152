package dev.nearside.simulator.apply.serverless;

import dev.nearside.simulator.apply.resource.CodePackage;
import dev.nearside.simulator.apply.template.Evaluator;
import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.Resource;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One function of SAM's and all that it stands for: a function, a role, a version with an alias, event sources. */
final class ServerlessFunction {

    private static final String CODE = "Code";
    private static final String CODE_URI = "CodeUri";
    private static final String INLINE_CODE = "InlineCode";
    private static final String ALIAS = "AutoPublishAlias";
    private static final String ROLE = "Role";
    private static final String EVENTS = "Events";
    private static final String INVOKE_CONFIG = "EventInvokeConfig";
    private static final String QUEUE = "Queue";

    /** What SAM hands on as it is. */
    private static final Set<String> SAME = Set.of(
            "Architectures",
            "CodeSigningConfigArn",
            "Description",
            "Environment",
            "EphemeralStorage",
            "FileSystemConfigs",
            "FunctionName",
            "Handler",
            "ImageConfig",
            "KmsKeyArn",
            "Layers",
            "LoggingConfig",
            "MemorySize",
            "PackageType",
            "ReservedConcurrentExecutions",
            ROLE,
            "Runtime",
            "SnapStart",
            "Timeout",
            "VpcConfig");

    /** What concerns the role that nothing here asks for, or makes no difference here. */
    private static final Set<String> OF_THE_ROLE =
            Set.of("AssumeRolePolicyDocument", "PermissionsBoundary", "Policies", "PropagateTags", "RolePath");

    private static final Set<String> QUEUE_PROPERTIES = Set.of(
            "BatchSize",
            "Enabled",
            "FilterCriteria",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "ScalingConfig");

    private final Resource declared;
    private final Evaluator evaluator;
    private final Path folder;
    private final Map<String, Node> function = new LinkedHashMap<>();
    private final List<Resource> added = new ArrayList<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * One function, not expanded yet.
     *
     * @param declared with Globals merged into its properties
     */
    ServerlessFunction(Resource declared, Evaluator evaluator, Path folder) {
        this.declared = declared;
        this.evaluator = evaluator;
        this.folder = folder;
    }

    /** The resources that it stands for, itself first. */
    List<Resource> expand() {
        declared.properties().members().forEach(this::property);
        if (!function.containsKey(ROLE)) {
            String role = declared.id() + ROLE;
            added.add(declared.adding(role, "AWS::IAM::Role", new Node.Mapping(Map.of(), declared.line())));
            function.put(ROLE, Node.Mapping.of("Fn::GetAtt", text(role + ".Arn")));
        }
        Node alias = declared.properties().get(ALIAS);
        String qualified = alias == null ? declared.id() : publish(alias);
        Node invokeConfig = declared.properties().get(INVOKE_CONFIG);
        if (invokeConfig != null) {
            invokeConfig(Node.mapping(invokeConfig, INVOKE_CONFIG), alias);
        }
        Node events = declared.properties().get(EVENTS);
        if (events != null) {
            Node.mapping(events, EVENTS)
                    .members()
                    .forEach((name, event) -> event(name, Node.mapping(event, EVENTS + "." + name), qualified));
        }
        List<Resource> all = new ArrayList<>();
        all.add(declared.as("AWS::Lambda::Function", new Node.Mapping(function, declared.line())));
        all.addAll(added);
        return all;
    }

    /** What templates call the resources that were added, with their logical ids. */
    Map<String, String> renamed() {
        return Collections.unmodifiableMap(renamed);
    }

    List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    private void property(String name, Node value) {
        if (SAME.contains(name)) {
            function.put(name, value);
            return;
        }
        switch (name) {
            case CODE_URI -> function.put(CODE, value);
            case INLINE_CODE -> function.put(CODE, Node.Mapping.of("ZipFile", value));
            case "ImageUri" -> function.put(CODE, Node.Mapping.of(name, value));
            case "Tracing" -> function.put("TracingConfig", Node.Mapping.of("Mode", value));
            case "DeadLetterQueue" ->
                function.put("DeadLetterConfig", Node.mapping(value, name).without("Type"));
            case "Tags" -> function.put(name, tags(Node.mapping(value, name)));
            case "FunctionUrlConfig" ->
                added.add(declared.adding(declared.id() + "Url", "AWS::Lambda::Url", Node.mapping(value, name)));
            case "DeploymentPreference" ->
                notes.add("DeploymentPreference of " + declared.id()
                        + " is not emulated: its alias moves to a new version at once");
            case ALIAS, "VersionDescription", "AutoPublishCodeSha256", INVOKE_CONFIG, EVENTS -> {}
            default -> {
                if (!OF_THE_ROLE.contains(name)) {
                    throw new TemplateException(
                            value.line(), declared.id() + " (" + declared.type() + "): " + name + " is not known here");
                }
            }
        }
    }

    private static Node tags(Node.Mapping tags) {
        List<Node> list = new ArrayList<>();
        tags.members()
                .forEach((key, value) -> list.add(new Node.Mapping(
                        Map.of("Key", new Node.Scalar(key, value.line()), "Value", value), value.line())));
        return new Node.Sequence(list, tags.line());
    }

    /** Adds a version of this very code, and the alias that names it; the result is the alias's logical id. */
    private String publish(Node alias) {
        String name = known(alias, ALIAS);
        String version = declared.id() + "Version";
        String aliasId = declared.id() + "Alias" + name.replaceAll("[^A-Za-z0-9]", "");
        Map<String, Node> properties = new LinkedHashMap<>();
        properties.put("FunctionName", Node.Mapping.of("Ref", text(declared.id())));
        properties.put("CodeSha256", text(codeSha256()));
        Node description = declared.properties().get("VersionDescription");
        if (description != null) {
            properties.put("Description", description);
        }
        added.add(declared.adding(version, "AWS::Lambda::Version", new Node.Mapping(properties, declared.line()))
                .keptWhenReplaced());
        added.add(declared.adding(
                aliasId,
                "AWS::Lambda::Alias",
                new Node.Mapping(
                        Map.of(
                                "FunctionName",
                                Node.Mapping.of("Ref", text(declared.id())),
                                "Name",
                                alias,
                                "FunctionVersion",
                                Node.Mapping.of("Fn::GetAtt", text(version + ".Version"))),
                        declared.line())));
        renamed.put(declared.id() + ".Version", version);
        renamed.put(declared.id() + ".Alias", aliasId);
        return aliasId;
    }

    /** Of the code as it lies there now; of a function that does not exist nobody needs it. */
    private String codeSha256() {
        if (declared.condition() != null && !evaluator.holds(declared.condition(), declared.line())) {
            return "";
        }
        Node uri = declared.properties().get(CODE_URI);
        Node inline = declared.properties().get(INLINE_CODE);
        if (uri instanceof Node.Mapping mapping && mapping.get("Bucket") != null) {
            throw new TemplateException(
                    uri.line(),
                    declared.id()
                            + ": the code lies in a bucket, and there is no S3 here; name the local folder instead");
        }
        if (uri != null) {
            return CodePackage.sha256(CodePackage.ofPath(known(uri, CODE_URI), folder, uri.line()));
        }
        if (inline != null) {
            Node runtime = declared.properties().get("Runtime");
            String words = runtime == null ? "" : known(runtime, "Runtime");
            return CodePackage.sha256(CodePackage.inline(words, known(inline, INLINE_CODE)));
        }
        throw new TemplateException(
                declared.line(), declared.id() + " has neither " + CODE_URI + " nor " + INLINE_CODE);
    }

    private void invokeConfig(Node.Mapping config, @Nullable Node alias) {
        Map<String, Node> properties = new LinkedHashMap<>(config.members());
        properties.put("FunctionName", Node.Mapping.of("Ref", text(declared.id())));
        properties.put("Qualifier", alias == null ? text("$LATEST") : alias);
        if (config.get("DestinationConfig") instanceof Node.Mapping destinations) {
            Map<String, Node> plain = new LinkedHashMap<>();
            destinations.members().forEach((name, destination) -> {
                Node.Mapping one = Node.mapping(destination, name);
                if (one.get("Destination") == null) {
                    throw new TemplateException(one.line(), name + " of " + declared.id() + " has no Destination");
                }
                plain.put(name, one.without("Type"));
            });
            properties.put("DestinationConfig", new Node.Mapping(plain, destinations.line()));
        }
        String id = declared.id() + INVOKE_CONFIG;
        added.add(declared.adding(id, "AWS::Lambda::EventInvokeConfig", new Node.Mapping(properties, config.line())));
    }

    private void event(String name, Node.Mapping event, String qualified) {
        Node type = event.get("Type");
        String what = type == null ? "" : Node.text(type, "Type of " + name);
        if (!what.equals("SQS")) {
            notes.add("the event " + name + " of " + declared.id() + " is of type " + what
                    + ", which is not emulated: nothing here calls the function for it");
            return;
        }
        Map<String, Node> mapping = new LinkedHashMap<>();
        mapping.put("FunctionName", Node.Mapping.of("Ref", text(qualified)));
        Node properties = event.get("Properties");
        if (properties != null) {
            Node.mapping(properties, "Properties of " + name).members().forEach((key, value) -> {
                if (key.equals(QUEUE)) {
                    mapping.put("EventSourceArn", value);
                } else if (QUEUE_PROPERTIES.contains(key)) {
                    mapping.put(key, value);
                } else {
                    throw new TemplateException(value.line(), key + " of the event " + name + " is not known here");
                }
            });
        }
        String id = declared.id() + name;
        added.add(declared.adding(id, "AWS::Lambda::EventSourceMapping", new Node.Mapping(mapping, event.line())));
    }

    private String known(Node node, String what) {
        if (evaluator.evaluate(node) instanceof Value.Text text) {
            return text.text();
        }
        throw new TemplateException(node.line(), what + " of " + declared.id() + " is no text, expected one");
    }

    private Node.Scalar text(String text) {
        return new Node.Scalar(text, declared.line());
    }
}
