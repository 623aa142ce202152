package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;

/** {@code AWS::Lambda::Alias}. */
final class LambdaAliasType implements ResourceType {

    private static final String FUNCTION_NAME = "FunctionName";
    private static final String NAME = "Name";
    private static final String VERSION = "FunctionVersion";
    private static final String ROUTING = "RoutingConfig";
    private static final String WEIGHTS = "AdditionalVersionWeights";
    private static final String FUNCTION = "-function";
    private static final String ALIAS = "-alias";

    @Override
    public String name() {
        return "AWS::Lambda::Alias";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("AliasArn");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(FUNCTION_NAME, NAME);
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(FUNCTION_NAME, NAME, VERSION, ROUTING, "Description"));
        Shapes.required(properties, FUNCTION_NAME);
        Shapes.required(properties, NAME);
        Shapes.required(properties, VERSION);
        routing(properties);
        return properties;
    }

    /** Templates list the weights, and the API has them by version. */
    private static AliasRoutingConfiguration routing(Value.Members properties) {
        Map<String, Double> weights = new LinkedHashMap<>();
        if (properties.get(ROUTING) instanceof Value.Members routing
                && routing.get(WEIGHTS) instanceof Value.Items list) {
            for (Value item : list.items()) {
                if (!(item instanceof Value.Members weight)) {
                    throw new TemplateException(
                            item.line(), WEIGHTS + " has something that is not FunctionVersion with FunctionWeight");
                }
                String share = Shapes.required(weight, "FunctionWeight");
                if (!share.matches("0|1|[01]?\\.[0-9]{1,9}")) {
                    throw new TemplateException(
                            item.line(), "FunctionWeight is '" + share + "', expected a number from 0 to 1");
                }
                weights.put(Shapes.required(weight, VERSION), Double.valueOf(share));
            }
        }
        return AliasRoutingConfiguration.builder()
                .additionalVersionWeights(weights)
                .build();
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        CreateAliasRequest request = Shapes.build(
                properties.without(ROUTING),
                CreateAliasRequest.builder().routingConfig(routing(properties)),
                "",
                CreateAliasRequest.class);
        return made(target.aws().lambda().createAlias(request).aliasArn(), properties);
    }

    private static Made made(String arn, Value.Members properties) {
        return new Made(
                arn,
                Map.of(
                        "AliasArn",
                        arn,
                        FUNCTION,
                        Shapes.required(properties, FUNCTION_NAME),
                        ALIAS,
                        Shapes.required(properties, NAME)));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        target.aws()
                .lambda()
                .updateAlias(Shapes.build(
                        properties.without(ROUTING),
                        UpdateAliasRequest.builder().description("").routingConfig(routing(properties)),
                        "",
                        UpdateAliasRequest.class));
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return arn(target, made.attribute(FUNCTION), made.attribute(ALIAS)).isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        return arn(target, Shapes.required(properties, FUNCTION_NAME), Shapes.required(properties, NAME))
                .map(arn -> made(arn, properties));
    }

    private static Optional<String> arn(Target target, String function, String alias) {
        return Missing.find(() -> target.aws()
                .lambda()
                .getAlias(get -> get.functionName(function).name(alias))
                .aliasArn());
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws()
                .lambda()
                .deleteAlias(
                        delete -> delete.functionName(made.attribute(FUNCTION)).name(made.attribute(ALIAS))));
    }
}
