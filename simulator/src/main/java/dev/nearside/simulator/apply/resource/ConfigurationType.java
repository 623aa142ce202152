package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/**
 * The types of CloudFront whose whole is one configuration under an id: policies, keys, key groups, access controls.
 *
 * @param name of the type
 * @param property that holds the configuration
 * @param immutable paths of what cannot be changed
 * @param shape makes the builder of a configuration
 * @param calls the operations
 */
record ConfigurationType<C extends SdkPojo>(
        String name,
        String property,
        Set<String> immutable,
        Supplier<? extends SdkPojo> shape,
        Class<C> like,
        Calls<C> calls)
        implements ResourceType {

    /**
     * The operations on such configurations.
     *
     * @param <C> the configuration
     */
    interface Calls<C> {

        /** Makes one; gives its id. */
        String create(CloudFrontClient cloudFront, C config);

        /** The ETag of the one with that id. */
        String etag(CloudFrontClient cloudFront, String id);

        void update(CloudFrontClient cloudFront, String id, String etag, C config);

        void delete(CloudFrontClient cloudFront, String id, String etag);

        /** A part of all of them after a marker: ids by what tells them apart. */
        Listed list(CloudFrontClient cloudFront, @Nullable String marker);

        /** What tells a configuration apart from others of its type; null if it lacks that, so that none can be made. */
        @Nullable
        String key(C config);
    }

    /**
     * A part of a list.
     *
     * @param next the marker of the next part; null if this is the last
     */
    record Listed(Map<String, String> idByKey, @Nullable String next) {
        Listed {
            idByKey = Map.copyOf(idByKey);
        }
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Id");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Shapes.refuseOthers(properties, Set.of(property));
        config(properties);
        return properties;
    }

    private C config(Value.Members properties) {
        if (properties.get(property) instanceof Value.Members members) {
            return Shapes.build(members, shape.get(), property, like);
        }
        throw new TemplateException(properties.line(), property + " is missing, expected names with values");
    }

    private static Made made(String id) {
        return new Made(id, Map.of("Id", id));
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        return made(calls.create(target.aws().cloudFront(), config(properties)));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        calls.update(cloudFront, made.id(), calls.etag(cloudFront, made.id()), config(properties));
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> calls.etag(target.aws().cloudFront(), made.id()))
                .isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        String key = calls.key(config(properties));
        if (key == null) {
            return Optional.empty();
        }
        String marker = null;
        do {
            Listed page = calls.list(target.aws().cloudFront(), marker);
            String id = page.idByKey().get(key);
            if (id != null) {
                return Optional.of(made(id));
            }
            marker = page.next();
        } while (marker != null);
        return Optional.empty();
    }

    @Override
    public void delete(Target target, Made made) {
        CloudFrontClient cloudFront = target.aws().cloudFront();
        Missing.ignore(() -> calls.delete(cloudFront, made.id(), calls.etag(cloudFront, made.id())));
    }
}
