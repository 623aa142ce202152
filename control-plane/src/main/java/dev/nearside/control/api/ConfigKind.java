package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.XmlShapes;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.Resource;
import dev.nearside.kit.snapshot.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.Origin;

/**
 * A kind of thing that CloudFront keeps under a name of its own and that other configurations name by id: a policy, a
 * public key or a key group.
 *
 * @param <C> CloudFront's configuration of that kind
 */
interface ConfigKind<C extends SdkPojo> {

    /**
     * How a kind and what can be wrong with it is called.
     *
     * @param key in the database
     * @param words in messages
     * @param root the element that holds a configuration
     * @param noSuch AWS's code for an id that does not exist
     * @param alreadyExists AWS's code for a name that is taken
     * @param inUse AWS's code for one that cannot be deleted
     */
    record Terms(String key, String words, String root, String noSuch, String alreadyExists, String inUse) {}

    Terms terms();

    /** An empty builder of the configuration. */
    SdkPojo newConfig();

    String name(C config);

    /** A new random id in the form that CloudFront gives to this kind. */
    default String newId(Account account) {
        return account.newUuid();
    }

    /**
     * Checks a configuration as CloudFront does.
     *
     * @return the configuration with every absent member set that has a default
     * @throws AwsError if CloudFront would refuse it
     */
    C checked(C config, References references);

    /**
     * Checks what a configuration is about to be changed to.
     *
     * @throws AwsError if it changes what cannot be changed
     */
    default void checkChange(C before, C after) {}

    /** By which a request that is made twice is known; empty for kinds whose requests are not. */
    default Optional<String> callerReference(C config) {
        return Optional.empty();
    }

    /**
     * Checks a new one beside those that exist.
     *
     * @throws AwsError if there may not be both, or not so many
     */
    default void checkNew(C config, List<Configured<C>> existing) {}

    /** Whether a change ends what viewers have begun under it. */
    default boolean renews(C before, C after) {
        return false;
    }

    /** Those that CloudFront has without anybody making them. */
    default List<Configured<C>> managed() {
        return List.of();
    }

    /** What nodes know of it; empty if they know it only as a part of something else. */
    Optional<Resource> resource(String id, C config, References references);

    /** What uses it, in words; empty if it may be deleted. */
    List<String> users(String id, Catalog catalog, References references);

    default AwsError noSuch(String id) {
        return new AwsError(404, terms().noSuch(), "The " + terms().words() + " '" + id + "' does not exist.");
    }

    default String write(C config) {
        byte[] xml = XmlShapes.document(config, AwsServices.CLOUDFRONT_NAMESPACE, terms().root());
        return new String(xml, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // the kind's own builder makes the kind's configuration
    default C read(String xml) {
        return (C) XmlShapes.read(xml.getBytes(StandardCharsets.UTF_8), terms().root(), newConfig());
    }

    /** The distributions that use a resource, as users. */
    static List<String> distributions(Catalog catalog, Resource.Kind kind, String id) {
        return catalog.users(new ResourceKey(kind, id)).stream()
                .map(user -> "distribution " + user)
                .toList();
    }

    /** The distributions of which an origin uses something that nodes do not know, as users. */
    static List<String> distributions(Catalog catalog, References references, Predicate<Origin> uses) {
        return catalog.deployed()
                .map(Distribution::id)
                .filter(id -> references.distribution(id).stream()
                        .flatMap(config -> config.origins().items().stream())
                        .anyMatch(uses))
                .map(user -> "distribution " + user)
                .toList();
    }
}
