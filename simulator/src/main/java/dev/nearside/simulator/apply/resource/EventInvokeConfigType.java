package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigRequest;

/** {@code AWS::Lambda::EventInvokeConfig}. */
final class EventInvokeConfigType implements ResourceType {

    private static final String FUNCTION_NAME = "FunctionName";
    private static final String QUALIFIER = "Qualifier";

    @Override
    public String name() {
        return "AWS::Lambda::EventInvokeConfig";
    }

    @Override
    public Set<String> attributes() {
        return Set.of();
    }

    @Override
    public Set<String> immutable() {
        return Set.of(FUNCTION_NAME, QUALIFIER);
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.required(properties, FUNCTION_NAME);
        Shapes.required(properties, QUALIFIER);
        request(properties);
        return properties;
    }

    private static PutFunctionEventInvokeConfigRequest request(Value.Members properties) {
        return Shapes.build(
                properties,
                PutFunctionEventInvokeConfigRequest.builder(),
                "",
                PutFunctionEventInvokeConfigRequest.class);
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        target.aws().lambda().putFunctionEventInvokeConfig(request(properties));
        return made(properties);
    }

    private static Made made(Value.Members properties) {
        String function = Shapes.required(properties, FUNCTION_NAME);
        String qualifier = Shapes.required(properties, QUALIFIER);
        return new Made(function + "|" + qualifier, Map.of("-function", function, "-qualifier", qualifier));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        return create(target, properties);
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> target.aws()
                        .lambda()
                        .getFunctionEventInvokeConfig(get ->
                                get.functionName(made.attribute("-function")).qualifier(made.attribute("-qualifier"))))
                .isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        Made made = made(properties);
        return exists(target, made) ? Optional.of(made) : Optional.empty();
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws()
                .lambda()
                .deleteFunctionEventInvokeConfig(delete ->
                        delete.functionName(made.attribute("-function")).qualifier(made.attribute("-qualifier"))));
    }
}
