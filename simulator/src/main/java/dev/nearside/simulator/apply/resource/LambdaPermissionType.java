package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.GetPolicyResponse;

/** {@code AWS::Lambda::Permission}: kept and told as AWS does; nothing here is held to it. */
final class LambdaPermissionType implements ResourceType {

    private static final String FUNCTION_NAME = "FunctionName";
    private static final int MAX_ID = 100;

    @Override
    public String name() {
        return "AWS::Lambda::Permission";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Id");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(
                "Action",
                "EventSourceToken",
                FUNCTION_NAME,
                "FunctionUrlAuthType",
                "Principal",
                "PrincipalOrgID",
                "SourceAccount",
                "SourceArn");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, immutable());
        Shapes.required(properties, FUNCTION_NAME);
        Shapes.build(properties, AddPermissionRequest.builder(), "", AddPermissionRequest.class);
        return properties;
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        String id = target.name(MAX_ID);
        target.aws()
                .lambda()
                .addPermission(Shapes.build(
                        properties, AddPermissionRequest.builder().statementId(id), "", AddPermissionRequest.class));
        return made(id, Shapes.required(properties, FUNCTION_NAME));
    }

    private static Made made(String id, String function) {
        return new Made(id, Map.of("Id", id, "-function", function));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return has(target, made.attribute("-function"), made.id());
    }

    private static boolean has(Target target, String function, String id) {
        return Missing.find(() -> target.aws().lambda().getPolicy(get -> get.functionName(function)))
                .map(GetPolicyResponse::policy)
                .filter(policy -> policy.contains("\"Sid\":\"" + id + "\""))
                .isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        String id = target.name(MAX_ID);
        String function = Shapes.required(properties, FUNCTION_NAME);
        return has(target, function, id) ? Optional.of(made(id, function)) : Optional.empty();
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws()
                .lambda()
                .removePermission(remove ->
                        remove.functionName(made.attribute("-function")).statementId(made.id())));
    }
}
