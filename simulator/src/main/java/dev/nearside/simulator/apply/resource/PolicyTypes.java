package dev.nearside.simulator.apply.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;

/** CloudFront's policies for caching, for requests to origins and for headers of responses. */
final class PolicyTypes {

    private PolicyTypes() {}

    /** {@code AWS::CloudFront::CachePolicy}. */
    static ResourceType cachePolicy() {
        return new ConfigurationType<>(
                "AWS::CloudFront::CachePolicy",
                "CachePolicyConfig",
                Set.of(),
                CachePolicyConfig::builder,
                CachePolicyConfig.class,
                new CachePolicyCalls());
    }

    private static final class CachePolicyCalls implements ConfigurationType.Calls<CachePolicyConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, CachePolicyConfig config) {
            return cloudFront
                    .createCachePolicy(create -> create.cachePolicyConfig(config))
                    .cachePolicy()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getCachePolicy(get -> get.id(id)).eTag();
        }

        @Override
        public void update(CloudFrontClient cloudFront, String id, String etag, CachePolicyConfig config) {
            cloudFront.updateCachePolicy(update -> update.id(id).ifMatch(etag).cachePolicyConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deleteCachePolicy(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront
                    .listCachePolicies(list -> list.type("custom").marker(marker))
                    .cachePolicyList();
            Map<String, String> ids = new HashMap<>();
            page.items()
                    .forEach(item -> ids.put(
                            item.cachePolicy().cachePolicyConfig().name(),
                            item.cachePolicy().id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public String key(CachePolicyConfig config) {
            return config.name();
        }
    }

    /** {@code AWS::CloudFront::OriginRequestPolicy}. */
    static ResourceType originRequestPolicy() {
        return new ConfigurationType<>(
                "AWS::CloudFront::OriginRequestPolicy",
                "OriginRequestPolicyConfig",
                Set.of(),
                OriginRequestPolicyConfig::builder,
                OriginRequestPolicyConfig.class,
                new OriginRequestPolicyCalls());
    }

    private static final class OriginRequestPolicyCalls implements ConfigurationType.Calls<OriginRequestPolicyConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, OriginRequestPolicyConfig config) {
            return cloudFront
                    .createOriginRequestPolicy(create -> create.originRequestPolicyConfig(config))
                    .originRequestPolicy()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getOriginRequestPolicy(get -> get.id(id)).eTag();
        }

        @Override
        public void update(CloudFrontClient cloudFront, String id, String etag, OriginRequestPolicyConfig config) {
            cloudFront.updateOriginRequestPolicy(
                    update -> update.id(id).ifMatch(etag).originRequestPolicyConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deleteOriginRequestPolicy(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront
                    .listOriginRequestPolicies(list -> list.type("custom").marker(marker))
                    .originRequestPolicyList();
            Map<String, String> ids = new HashMap<>();
            page.items()
                    .forEach(item -> ids.put(
                            item.originRequestPolicy()
                                    .originRequestPolicyConfig()
                                    .name(),
                            item.originRequestPolicy().id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public String key(OriginRequestPolicyConfig config) {
            return config.name();
        }
    }

    /** {@code AWS::CloudFront::ResponseHeadersPolicy}. */
    static ResourceType responseHeadersPolicy() {
        return new ConfigurationType<>(
                "AWS::CloudFront::ResponseHeadersPolicy",
                "ResponseHeadersPolicyConfig",
                Set.of(),
                ResponseHeadersPolicyConfig::builder,
                ResponseHeadersPolicyConfig.class,
                new ResponseHeadersPolicyCalls());
    }

    private static final class ResponseHeadersPolicyCalls
            implements ConfigurationType.Calls<ResponseHeadersPolicyConfig> {
        @Override
        public String create(CloudFrontClient cloudFront, ResponseHeadersPolicyConfig config) {
            return cloudFront
                    .createResponseHeadersPolicy(create -> create.responseHeadersPolicyConfig(config))
                    .responseHeadersPolicy()
                    .id();
        }

        @Override
        public String etag(CloudFrontClient cloudFront, String id) {
            return cloudFront.getResponseHeadersPolicy(get -> get.id(id)).eTag();
        }

        @Override
        public void update(CloudFrontClient cloudFront, String id, String etag, ResponseHeadersPolicyConfig config) {
            cloudFront.updateResponseHeadersPolicy(
                    update -> update.id(id).ifMatch(etag).responseHeadersPolicyConfig(config));
        }

        @Override
        public void delete(CloudFrontClient cloudFront, String id, String etag) {
            cloudFront.deleteResponseHeadersPolicy(delete -> delete.id(id).ifMatch(etag));
        }

        @Override
        public ConfigurationType.Listed list(CloudFrontClient cloudFront, @Nullable String marker) {
            var page = cloudFront
                    .listResponseHeadersPolicies(list -> list.type("custom").marker(marker))
                    .responseHeadersPolicyList();
            Map<String, String> ids = new HashMap<>();
            page.items()
                    .forEach(item -> ids.put(
                            item.responseHeadersPolicy()
                                    .responseHeadersPolicyConfig()
                                    .name(),
                            item.responseHeadersPolicy().id()));
            return new ConfigurationType.Listed(ids, page.nextMarker());
        }

        @Override
        public String key(ResponseHeadersPolicyConfig config) {
            return config.name();
        }
    }
}
