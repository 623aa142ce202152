package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.aws.ShapeFields;
import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/** {@code AWS::Lambda::Function}. Code comes from a path, as {@code aws cloudformation package} takes it, or inline. */
final class LambdaFunctionType implements ResourceType {

    private static final String FUNCTION_NAME = "FunctionName";
    private static final String CODE = "Code";
    private static final String ZIP_FILE = "ZipFile";
    private static final String TAGS = "Tags";
    private static final String RESERVED = "ReservedConcurrentExecutions";
    private static final String ENVIRONMENT = "Environment";
    private static final String VARIABLES = "Variables";
    private static final int MAX_NAME = 64;

    private static final String ARCHITECTURES = "Architectures";

    /** What UpdateFunctionConfiguration does not take. */
    private static final List<String> NO_CONFIGURATION =
            List.of(FUNCTION_NAME, CODE, TAGS, RESERVED, ARCHITECTURES, "PackageType");

    /** What a property is when a template leaves it out. */
    private static final Map<String, String> USUAL =
            Map.of("Description", "", "Timeout", "3", "MemorySize", "128", "KmsKeyArn", "");

    @Override
    public String name() {
        return "AWS::Lambda::Function";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Arn");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(FUNCTION_NAME, "PackageType");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Value code = properties.get(CODE);
        if (code == null) {
            throw new TemplateException(
                    properties.line(), "Code is missing, expected a path or names with ZipFile in them");
        }
        for (String no : List.of("Publish", "PublishTo")) {
            Value value = properties.get(no);
            if (value != null) {
                throw new TemplateException(value.line(), no + " is no property of a function");
            }
        }
        Value signing = properties.get("CodeSigningConfigArn");
        if (signing != null) {
            throw new TemplateException(
                    signing.line(), "CodeSigningConfigArn is not offered here: nothing checks signatures of code");
        }
        Value.Members prepared = properties.with(
                CODE,
                new Value.Members(
                        Map.of(ZIP_FILE, content(code, Shapes.text(properties, "Runtime", ""), folder)), code.line()));
        creation(prepared, properties.text(FUNCTION_NAME));
        requireNumber(properties.get(RESERVED));
        return prepared;
    }

    private static Value.Content content(Value code, String runtime, Path folder) {
        if (code instanceof Value.Text path) {
            if (path.text().startsWith("s3://") || path.text().startsWith("https://")) {
                throw new TemplateException(code.line(), fromS3("'" + path.text() + "'"));
            }
            return new Value.Content(CodePackage.ofPath(path.text(), folder, code.line()), code.line());
        }
        if (code instanceof Value.Members members) {
            if (members.get("S3Bucket") != null || members.get("Bucket") != null) {
                throw new TemplateException(code.line(), fromS3("a bucket"));
            }
            if (members.get("ImageUri") != null) {
                throw new TemplateException(
                        code.line(),
                        "the code is an image, and images are not offered here; expected a path or ZipFile");
            }
            Shapes.refuseOthers(members, Set.of(ZIP_FILE));
            if (members.get(ZIP_FILE) instanceof Value.Content content) {
                return content;
            }
            if (members.get(ZIP_FILE) instanceof Value.Text text) {
                return new Value.Content(CodePackage.inline(runtime, text.text()), text.line());
            }
        }
        throw new TemplateException(code.line(), "Code has no ZipFile, expected one, or a path in place of the names");
    }

    private static String fromS3(String what) {
        return "the code lies in " + what
                + ", and there is no S3 here; name the local folder instead, as before 'aws cloudformation package'";
    }

    private static CreateFunctionRequest creation(Value.Members properties, @Nullable String name) {
        CreateFunctionRequest.Builder builder = CreateFunctionRequest.builder().tags(Shapes.tags(properties.get(TAGS)));
        if (name != null) {
            builder.functionName(name);
        }
        return Shapes.build(properties.without(TAGS, RESERVED), builder, "", CreateFunctionRequest.class);
    }

    private static String functionName(Target target, Value.Members properties) {
        return Shapes.text(properties, FUNCTION_NAME, target.name(MAX_NAME));
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        String name = functionName(target, properties);
        LambdaClient lambda = target.aws().lambda();
        Made made = made(name, lambda.createFunction(creation(properties, name)).functionArn());
        reserve(lambda, name, properties);
        return made;
    }

    private static Made made(String name, String arn) {
        return new Made(name, Map.of("Arn", arn));
    }

    private static void requireNumber(@Nullable Value reserved) {
        if (reserved == null || !Value.isKnown(reserved)) {
            return;
        }
        if (!(reserved instanceof Value.Text text) || !text.text().matches("[0-9]{1,9}")) {
            throw new TemplateException(
                    reserved.line(), RESERVED + " is " + ShapeFields.shown(reserved) + ", expected a whole number");
        }
    }

    private static void reserve(LambdaClient lambda, String name, Value.Members properties) {
        String reserved = properties.text(RESERVED);
        if (reserved == null) {
            return;
        }
        lambda.putFunctionConcurrency(
                put -> put.functionName(name).reservedConcurrentExecutions(Integer.valueOf(reserved)));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        LambdaClient lambda = target.aws().lambda();
        if (changes.touch(CODE) || changes.touch(ARCHITECTURES)) {
            updateCode(lambda, made.id(), properties);
        }
        if (!changes.touchOnly(Set.of(CODE, TAGS, RESERVED, ARCHITECTURES))) {
            lambda.updateFunctionConfiguration(configuration(made.id(), properties));
        }
        if (changes.touch(TAGS)) {
            updateTags(lambda, made.attribute("Arn"), Shapes.tags(properties.get(TAGS)));
        }
        if (changes.touch(RESERVED)) {
            if (properties.get(RESERVED) == null) {
                lambda.deleteFunctionConcurrency(delete -> delete.functionName(made.id()));
            }
            reserve(lambda, made.id(), properties);
        }
        return made;
    }

    private static void updateCode(LambdaClient lambda, String name, Value.Members properties) {
        if (properties.get(CODE) instanceof Value.Members code && code.get(ZIP_FILE) instanceof Value.Content content) {
            List<String> architectures = properties.get(ARCHITECTURES) instanceof Value.Items items
                    ? items.items().stream().map(String::valueOf).toList()
                    : List.of();
            lambda.updateFunctionCode(update -> update.functionName(name)
                    .zipFile(SdkBytes.fromByteArray(content.bytes()))
                    .architecturesWithStrings(architectures));
        }
    }

    private static UpdateFunctionConfigurationRequest configuration(String name, Value.Members properties) {
        Map<String, Value> members = new LinkedHashMap<>();
        USUAL.forEach((usual, text) -> members.put(usual, Value.Text.of(text, properties.line())));
        members.put(
                ENVIRONMENT,
                new Value.Members(
                        Map.of(VARIABLES, new Value.Members(Map.of(), properties.line())), properties.line()));
        members.put(
                "DeadLetterConfig",
                new Value.Members(
                        Map.of("TargetArn", new Value.Text("", Node.Kind.TEXT, Value.Trait.PLAIN, properties.line())),
                        properties.line()));
        members.putAll(
                properties.without(NO_CONFIGURATION.toArray(String[]::new)).members());
        return Shapes.build(
                new Value.Members(members, properties.line()),
                UpdateFunctionConfigurationRequest.builder().functionName(name),
                "",
                UpdateFunctionConfigurationRequest.class);
    }

    private static void updateTags(LambdaClient lambda, String arn, Map<String, String> wanted) {
        Map<String, String> present =
                lambda.listTags(list -> list.resource(arn)).tags();
        List<String> gone = new ArrayList<>(present.keySet());
        gone.removeAll(wanted.keySet());
        if (!gone.isEmpty()) {
            lambda.untagResource(untag -> untag.resource(arn).tagKeys(gone));
        }
        if (!wanted.isEmpty()) {
            lambda.tagResource(tag -> tag.resource(arn).tags(wanted));
        }
    }

    @Override
    public boolean exists(Target target, Made made) {
        return arn(target, made.id()).isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        String name = functionName(target, properties);
        return arn(target, name).map(arn -> made(name, arn));
    }

    private static Optional<String> arn(Target target, String name) {
        return Missing.find(() -> target.aws()
                .lambda()
                .getFunctionConfiguration(get -> get.functionName(name))
                .functionArn());
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws().lambda().deleteFunction(delete -> delete.functionName(made.id())));
    }
}
