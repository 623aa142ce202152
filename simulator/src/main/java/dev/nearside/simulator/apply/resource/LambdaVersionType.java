package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;

/** {@code AWS::Lambda::Version}: published once; other properties publish another one. */
final class LambdaVersionType implements ResourceType {

    private static final String FUNCTION = "-function";
    private static final String VERSION = "Version";

    @Override
    public String name() {
        return "AWS::Lambda::Version";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("FunctionArn", VERSION);
    }

    @Override
    public Set<String> immutable() {
        return Set.of("FunctionName", "CodeSha256", "Description");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, immutable());
        Shapes.required(properties, "FunctionName");
        return properties;
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        PublishVersionResponse published = target.aws()
                .lambda()
                .publishVersion(
                        Shapes.build(properties, PublishVersionRequest.builder(), "", PublishVersionRequest.class));
        return new Made(
                published.functionArn(),
                Map.of(
                        "FunctionArn",
                        published.functionArn(),
                        VERSION,
                        published.version(),
                        FUNCTION,
                        published.functionName()));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> target.aws()
                        .lambda()
                        .getFunctionConfiguration(get ->
                                get.functionName(made.attribute(FUNCTION)).qualifier(made.attribute(VERSION))))
                .isPresent();
    }

    /** Lambda gives the version that there is when nothing changed since, so that publishing again finds it. */
    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        return Optional.empty();
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws()
                .lambda()
                .deleteFunction(
                        delete -> delete.functionName(made.attribute(FUNCTION)).qualifier(made.attribute(VERSION))));
    }
}
