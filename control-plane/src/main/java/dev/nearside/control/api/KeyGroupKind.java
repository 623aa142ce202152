package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.snapshot.KeyGroup;
import dev.nearside.kit.snapshot.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** Key groups: CloudFront's checks, and the form in which nodes know them. */
final class KeyGroupKind implements ConfigKind<KeyGroupConfig> {

    static final KeyGroupKind INSTANCE = new KeyGroupKind();

    private static final Terms TERMS = new Terms(
            "key-group", "key group", "KeyGroupConfig", "NoSuchResource", "KeyGroupAlreadyExists", "ResourceInUse");
    private static final int MAX_KEYS = 5;

    private KeyGroupKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return KeyGroupConfig.builder();
    }

    @Override
    public String name(KeyGroupConfig config) {
        return config.name();
    }

    @Override
    public KeyGroupConfig checked(KeyGroupConfig config, References references) {
        ConfigErrors.checkName(config.name(), config.comment());
        List<String> ids = config.items();
        if (ids.isEmpty()) {
            throw invalidArgument("The key group has no public keys, expected at least one");
        }
        if (ids.size() > MAX_KEYS) {
            throw AwsError.badRequest(
                    "TooManyPublicKeysInKeyGroup",
                    "The key group has " + ids.size() + " public keys, expected at most " + MAX_KEYS);
        }
        if (new HashSet<>(ids).size() < ids.size()) {
            throw invalidArgument("The key group has a public key twice: " + ids);
        }
        for (String id : ids) {
            if (references.find(PublicKeyKind.INSTANCE, id).isEmpty()) {
                throw invalidArgument("The public key '" + id + "' of the key group does not exist");
            }
        }
        return config;
    }

    @Override
    public Optional<Resource> resource(String id, KeyGroupConfig config, References references) {
        return Optional.of(keyGroup(id, config, references));
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, Resource.Kind.KEY_GROUP, id);
    }

    /** A key group with its keys, as nodes know it. */
    static KeyGroup keyGroup(String id, KeyGroupConfig config, References references) {
        List<KeyGroup.PublicKey> keys = config.items().stream()
                .map(keyId -> {
                    PublicKeyConfig key =
                            references.require(PublicKeyKind.INSTANCE, keyId).config();
                    return new KeyGroup.PublicKey(keyId, PublicKeyPem.normalised(key.encodedKey()));
                })
                .toList();
        return new KeyGroup(id, config.name(), keys);
    }
}
