package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateFunctionRequest;

/** {@code AWS::CloudFront::Function}; with AutoPublish what is made or changed is also published. */
final class CloudFrontFunctionType implements ResourceType {

    private static final String NAME = "Name";
    private static final String AUTO_PUBLISH = "AutoPublish";
    private static final String METADATA = "FunctionMetadata";
    private static final String FUNCTION = "-name";
    private static final int MAX_NAME = 64;

    @Override
    public String name() {
        return "AWS::CloudFront::Function";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("FunctionARN", "FunctionMetadata.FunctionARN", "Stage");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(NAME);
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(NAME, AUTO_PUBLISH, "FunctionCode", "FunctionConfig", METADATA));
        Shapes.required(properties, "FunctionCode");
        creation(properties, "");
        return properties;
    }

    private static CreateFunctionRequest creation(Value.Members properties, String name) {
        return Shapes.build(
                properties.without(NAME, AUTO_PUBLISH, METADATA),
                CreateFunctionRequest.builder().name(name),
                "",
                CreateFunctionRequest.class);
    }

    private static String functionName(Target target, Value.Members properties) {
        return Shapes.text(properties, NAME, target.name(MAX_NAME));
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        String name = functionName(target, properties);
        String etag = cloudFront.createFunction(creation(properties, name)).eTag();
        publish(cloudFront, name, etag, properties);
        return made(cloudFront, name, properties);
    }

    private static void publish(CloudFrontClient cloudFront, String name, String etag, Value.Members properties) {
        if (isPublished(properties)) {
            cloudFront.publishFunction(publish -> publish.name(name).ifMatch(etag));
        }
    }

    private static boolean isPublished(Value.Members properties) {
        return "true".equalsIgnoreCase(properties.text(AUTO_PUBLISH));
    }

    private static Made made(CloudFrontClient cloudFront, String name, Value.Members properties) {
        String arn = cloudFront
                .describeFunction(describe -> describe.name(name))
                .functionSummary()
                .functionMetadata()
                .functionARN();
        return new Made(
                arn,
                Map.of(
                        "FunctionARN",
                        arn,
                        "FunctionMetadata.FunctionARN",
                        arn,
                        "Stage",
                        isPublished(properties) ? "LIVE" : "DEVELOPMENT",
                        FUNCTION,
                        name));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        String name = made.attribute(FUNCTION);
        String present = etag(cloudFront, name);
        UpdateFunctionRequest update = Shapes.build(
                properties.without(NAME, AUTO_PUBLISH, METADATA),
                UpdateFunctionRequest.builder().name(name).ifMatch(present),
                "",
                UpdateFunctionRequest.class);
        publish(cloudFront, name, cloudFront.updateFunction(update).eTag(), properties);
        return made(cloudFront, name, properties);
    }

    private static String etag(CloudFrontClient cloudFront, String name) {
        return cloudFront.describeFunction(describe -> describe.name(name)).eTag();
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> etag(target.aws().cloudFront(), made.attribute(FUNCTION)))
                .isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        return Missing.find(() -> made(cloudFront, functionName(target, properties), properties));
    }

    @Override
    public void delete(Target target, Made made) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        Missing.ignore(() -> {
            String etag = etag(cloudFront, made.attribute(FUNCTION));
            cloudFront.deleteFunction(
                    delete -> delete.name(made.attribute(FUNCTION)).ifMatch(etag));
        });
    }
}
