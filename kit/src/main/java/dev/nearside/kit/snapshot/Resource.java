package dev.nearside.kit.snapshot;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One part of a snapshot: what a delta adds, replaces or removes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.PROPERTY, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Distribution.class, name = "distribution"),
    @JsonSubTypes.Type(value = CachePolicy.class, name = "cache-policy"),
    @JsonSubTypes.Type(value = OriginRequestPolicy.class, name = "origin-request-policy"),
    @JsonSubTypes.Type(value = ResponseHeadersPolicy.class, name = "response-headers-policy"),
    @JsonSubTypes.Type(value = KeyGroup.class, name = "key-group"),
    @JsonSubTypes.Type(value = ContinuousDeploymentPolicy.class, name = "continuous-deployment-policy"),
    @JsonSubTypes.Type(value = FunctionVersion.class, name = "function-version"),
    @JsonSubTypes.Type(value = KeyValueStore.class, name = "key-value-store"),
    @JsonSubTypes.Type(value = CloudFrontFunction.class, name = "cloudfront-function"),
    @JsonSubTypes.Type(value = Invalidation.class, name = "invalidation")
})
public sealed interface Resource
        permits Distribution,
                CachePolicy,
                OriginRequestPolicy,
                ResponseHeadersPolicy,
                KeyGroup,
                ContinuousDeploymentPolicy,
                FunctionVersion,
                KeyValueStore,
                CloudFrontFunction,
                Invalidation {

    /** Unique among the resources of its kind. */
    String id();

    @JsonIgnore
    default ResourceKey key() {
        return new ResourceKey(Kind.of(this), id());
    }

    /**
     * The kinds of resources, in the order in which a node may load them: nothing refers to a later kind, except that a
     * policy for continuous deployment names a distribution.
     */
    enum Kind {
        CACHE_POLICY,
        ORIGIN_REQUEST_POLICY,
        RESPONSE_HEADERS_POLICY,
        KEY_GROUP,
        CONTINUOUS_DEPLOYMENT_POLICY,
        FUNCTION_VERSION,
        KEY_VALUE_STORE,
        CLOUDFRONT_FUNCTION,
        DISTRIBUTION,
        INVALIDATION;

        static Kind of(Resource resource) {
            return switch (resource) {
                case CachePolicy _ -> CACHE_POLICY;
                case OriginRequestPolicy _ -> ORIGIN_REQUEST_POLICY;
                case ResponseHeadersPolicy _ -> RESPONSE_HEADERS_POLICY;
                case KeyGroup _ -> KEY_GROUP;
                case ContinuousDeploymentPolicy _ -> CONTINUOUS_DEPLOYMENT_POLICY;
                case FunctionVersion _ -> FUNCTION_VERSION;
                case KeyValueStore _ -> KEY_VALUE_STORE;
                case CloudFrontFunction _ -> CLOUDFRONT_FUNCTION;
                case Distribution _ -> DISTRIBUTION;
                case Invalidation _ -> INVALIDATION;
            };
        }
    }
}
