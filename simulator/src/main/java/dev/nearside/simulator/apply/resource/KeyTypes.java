package dev.nearside.simulator.apply.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

/** CloudFront's public keys, and groups of them. */
final class KeyTypes {

    private KeyTypes() {}

    /** {@code AWS::CloudFront::PublicKey}. */
    static ResourceType publicKey() {
        return new ConfigurationType<>(
                "AWS::CloudFront::PublicKey",
                "PublicKeyConfig",
                Set.of("PublicKeyConfig.CallerReference", "PublicKeyConfig.EncodedKey", "PublicKeyConfig.Name"),
                PublicKeyConfig::builder,
                PublicKeyConfig.class,
                new PublicKeyCalls());
    }

    private static final class PublicKeyCalls implements ConfigurationType.Calls<PublicKeyConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, PublicKeyConfig config) {
            return cloudFront
                    .createPublicKey(create -> create.publicKeyConfig(config))
                    .publicKey()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getPublicKey(get -> get.id(id)).eTag();
        }

        @Override
        public void update(CloudFrontClient cloudFront, String id, String etag, PublicKeyConfig config) {
            cloudFront.updatePublicKey(update -> update.id(id).ifMatch(etag).publicKeyConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deletePublicKey(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront.listPublicKeys(list -> list.marker(marker)).publicKeyList();
            Map<String, String> ids = new HashMap<>();
            page.items().forEach(item -> ids.put(item.name(), item.id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public String key(PublicKeyConfig config) {
            return config.name();
        }
    }

    /** {@code AWS::CloudFront::KeyGroup}. */
    static ResourceType keyGroup() {
        return new ConfigurationType<>(
                "AWS::CloudFront::KeyGroup",
                "KeyGroupConfig",
                Set.of(),
                KeyGroupConfig::builder,
                KeyGroupConfig.class,
                new KeyGroupCalls());
    }

    private static final class KeyGroupCalls implements ConfigurationType.Calls<KeyGroupConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, KeyGroupConfig config) {
            return cloudFront
                    .createKeyGroup(create -> create.keyGroupConfig(config))
                    .keyGroup()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getKeyGroup(get -> get.id(id)).eTag();
        }

        @Override
        public void update(CloudFrontClient cloudFront, String id, String etag, KeyGroupConfig config) {
            cloudFront.updateKeyGroup(update -> update.id(id).ifMatch(etag).keyGroupConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deleteKeyGroup(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront.listKeyGroups(list -> list.marker(marker)).keyGroupList();
            Map<String, String> ids = new HashMap<>();
            page.items()
                    .forEach(item -> ids.put(
                            item.keyGroup().keyGroupConfig().name(),
                            item.keyGroup().id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public String key(KeyGroupConfig config) {
            return config.name();
        }
    }
}
