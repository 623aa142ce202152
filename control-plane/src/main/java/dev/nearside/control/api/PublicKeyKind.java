package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** Public keys, which nodes know as parts of key groups only. */
final class PublicKeyKind implements ConfigKind<PublicKeyConfig> {

    static final PublicKeyKind INSTANCE = new PublicKeyKind();

    private static final Terms TERMS = new Terms(
            "public-key",
            "public key",
            "PublicKeyConfig",
            "NoSuchPublicKey",
            "PublicKeyAlreadyExists",
            "PublicKeyInUse");

    private PublicKeyKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return PublicKeyConfig.builder();
    }

    @Override
    public String name(PublicKeyConfig config) {
        return config.name();
    }

    @Override
    public String newId(Account account) {
        return account.newId('K');
    }

    @Override
    public PublicKeyConfig checked(PublicKeyConfig config, References references) {
        require(config.callerReference(), "publicKeyConfig.callerReference");
        ConfigErrors.checkName(config.name(), config.comment());
        PublicKeyPem.normalised(require(config.encodedKey(), "publicKeyConfig.encodedKey"));
        return config.toBuilder()
                .comment(config.comment() == null ? "" : config.comment())
                .build();
    }

    @Override
    public void checkChange(PublicKeyConfig before, PublicKeyConfig after) {
        if (!before.toBuilder().comment(after.comment()).build().equals(after)) {
            throw AwsError.badRequest(
                    "CannotChangeImmutablePublicKeyFields",
                    "The CallerReference, Name and EncodedKey of public key '" + before.name()
                            + "' cannot be changed, expected another Comment only.");
        }
    }

    @Override
    public Optional<String> callerReference(PublicKeyConfig config) {
        return Optional.of(config.callerReference());
    }

    @Override
    public Optional<Resource> resource(String id, PublicKeyConfig config, References references) {
        return Optional.empty();
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return references.all(KeyGroupKind.INSTANCE).stream()
                .filter(group -> group.config().items().contains(id))
                .map(group -> "key group " + group.id())
                .toList();
    }
}
