package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/** {@code AWS::Lambda::EventSourceMapping}. */
final class EventSourceMappingType implements ResourceType {

    private static final String SOURCE = "EventSourceArn";
    private static final String FUNCTION_NAME = "FunctionName";
    private static final String TAGS = "Tags";

    @Override
    public String name() {
        return "AWS::Lambda::EventSourceMapping";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Id");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(SOURCE, "StartingPosition", "StartingPositionTimestamp", "SelfManagedEventSource", TAGS);
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.required(properties, FUNCTION_NAME);
        creation(properties);
        return properties;
    }

    private static CreateEventSourceMappingRequest creation(Value.Members properties) {
        CreateEventSourceMappingRequest.Builder builder = CreateEventSourceMappingRequest.builder();
        Map<String, String> tags = Shapes.tags(properties.get(TAGS));
        if (!tags.isEmpty()) {
            builder.tags(tags);
        }
        return Shapes.build(properties.without(TAGS), builder, "", CreateEventSourceMappingRequest.class);
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        return made(target.aws()
                .lambda()
                .createEventSourceMapping(creation(properties))
                .uuid());
    }

    private static Made made(String uuid) {
        return new Made(uuid, Map.of("Id", uuid));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        Value.Members changeable = properties.without(immutable().toArray(String[]::new));
        target.aws()
                .lambda()
                .updateEventSourceMapping(Shapes.build(
                        changeable,
                        UpdateEventSourceMappingRequest.builder().uuid(made.id()),
                        "",
                        UpdateEventSourceMappingRequest.class));
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> target.aws().lambda().getEventSourceMapping(get -> get.uuid(made.id())))
                .isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        return target
                .aws()
                .lambda()
                .listEventSourceMappings(list -> list.functionName(Shapes.required(properties, FUNCTION_NAME))
                        .eventSourceArn(properties.text(SOURCE)))
                .eventSourceMappings()
                .stream()
                .findFirst()
                .map(mapping -> made(mapping.uuid()));
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws().lambda().deleteEventSourceMapping(delete -> delete.uuid(made.id())));
    }
}
