package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyValueStoreRequest;
import software.amazon.awssdk.services.cloudfront.model.DescribeKeyValueStoreResponse;

/** {@code AWS::CloudFront::KeyValueStore}; what it holds is written by other means. */
final class KeyValueStoreType implements ResourceType {

    private static final String NAME = "Name";
    private static final String COMMENT = "Comment";

    @Override
    public String name() {
        return "AWS::CloudFront::KeyValueStore";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Arn", "Id", "Status");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(NAME, "ImportSource");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(NAME, COMMENT, "ImportSource"));
        Shapes.required(properties, NAME);
        creation(properties);
        return properties;
    }

    private static CreateKeyValueStoreRequest creation(Value.Members properties) {
        return Shapes.build(properties, CreateKeyValueStoreRequest.builder(), "", CreateKeyValueStoreRequest.class);
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        cloudFront.createKeyValueStore(creation(properties));
        return made(described(cloudFront, Shapes.required(properties, NAME)));
    }

    private static DescribeKeyValueStoreResponse described(CloudFrontClient cloudFront, String name) {
        return cloudFront.describeKeyValueStore(describe -> describe.name(name));
    }

    private static Made made(DescribeKeyValueStoreResponse store) {
        return new Made(
                store.keyValueStore().name(),
                Map.of(
                        "Arn",
                        store.keyValueStore().arn(),
                        "Id",
                        store.keyValueStore().id(),
                        "Status",
                        store.keyValueStore().status()));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        if (changes.touch(COMMENT)) {
            String etag = described(cloudFront, made.id()).eTag();
            cloudFront.updateKeyValueStore(
                    update -> update.name(made.id()).ifMatch(etag).comment(Shapes.text(properties, COMMENT, "")));
        }
        return made(described(cloudFront, made.id()));
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> described(target.aws().cloudFront(), made.id()))
                .isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        return Missing.find(() -> made(described(target.aws().cloudFront(), Shapes.required(properties, NAME))));
    }

    @Override
    public void delete(Target target, Made made) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        Missing.ignore(() -> {
            String etag = described(cloudFront, made.id()).eTag();
            cloudFront.deleteKeyValueStore(delete -> delete.name(made.id()).ifMatch(etag));
        });
    }
}
