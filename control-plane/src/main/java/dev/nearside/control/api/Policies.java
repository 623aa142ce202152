package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicySummary;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyType;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetCachePolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyRequest;
import software.amazon.awssdk.services.cloudfront.model.GetOriginRequestPolicyResponse;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListCachePoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListOriginRequestPoliciesResponse;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicySummary;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyType;
import software.amazon.awssdk.services.cloudfront.model.QueryStringNames;

/** CloudFront's operations on cache policies and origin request policies, of which the managed ones exist. */
final class Policies {

    private static final int PAGE = 100;

    /** The ETag of every managed policy: they never change. */
    private static final String ETAG = "E23ZP02F085DFQ";

    private static final Instant LAST_MODIFIED = Instant.EPOCH;

    ListCachePoliciesResponse listCachePolicies(ListCachePoliciesRequest request, Caller caller) {
        List<CachePolicy> all = "custom".equals(request.typeAsString()) ? List.of() : ManagedPolicies.CACHE;
        Page<CachePolicy> page =
                Page.of(all, CachePolicy::id, request.marker(), Page.maxItems(request.maxItems()), PAGE);
        return ListCachePoliciesResponse.builder()
                .cachePolicyList(list -> list.items(page.items().stream()
                                .map(policy -> CachePolicySummary.builder()
                                        .type(CachePolicyType.MANAGED)
                                        .cachePolicy(shape(policy))
                                        .build())
                                .toList())
                        .quantity(page.items().size())
                        .maxItems(PAGE)
                        .nextMarker(page.nextMarker()))
                .build();
    }

    GetCachePolicyResponse getCachePolicy(GetCachePolicyRequest request, Caller caller) {
        CachePolicy policy = requireCachePolicy(request.id());
        return GetCachePolicyResponse.builder()
                .cachePolicy(shape(policy))
                .eTag(ETAG)
                .build();
    }

    ListOriginRequestPoliciesResponse listOriginRequestPolicies(
            ListOriginRequestPoliciesRequest request, Caller caller) {
        List<OriginRequestPolicy> all =
                "custom".equals(request.typeAsString()) ? List.of() : ManagedPolicies.ORIGIN_REQUEST;
        Page<OriginRequestPolicy> page =
                Page.of(all, OriginRequestPolicy::id, request.marker(), Page.maxItems(request.maxItems()), PAGE);
        return ListOriginRequestPoliciesResponse.builder()
                .originRequestPolicyList(list -> list.items(page.items().stream()
                                .map(policy -> OriginRequestPolicySummary.builder()
                                        .type(OriginRequestPolicyType.MANAGED)
                                        .originRequestPolicy(shape(policy))
                                        .build())
                                .toList())
                        .quantity(page.items().size())
                        .maxItems(PAGE)
                        .nextMarker(page.nextMarker()))
                .build();
    }

    GetOriginRequestPolicyResponse getOriginRequestPolicy(GetOriginRequestPolicyRequest request, Caller caller) {
        OriginRequestPolicy policy = requireOriginRequestPolicy(request.id());
        return GetOriginRequestPolicyResponse.builder()
                .originRequestPolicy(shape(policy))
                .eTag(ETAG)
                .build();
    }

    static CachePolicy requireCachePolicy(String id) {
        return ManagedPolicies.cache(id)
                .orElseThrow(() -> new AwsError(
                        404,
                        "NoSuchCachePolicy",
                        "The cache policy '" + id + "' does not exist, expected the id of a " + "managed policy or "
                                + CachePolicy.RFC9111_ID));
    }

    static OriginRequestPolicy requireOriginRequestPolicy(String id) {
        return ManagedPolicies.originRequest(id)
                .orElseThrow(() -> new AwsError(
                        404,
                        "NoSuchOriginRequestPolicy",
                        "The origin request policy '" + id + "' does not exist, expected the id of a managed policy"));
    }

    private static software.amazon.awssdk.services.cloudfront.model.CachePolicy shape(CachePolicy policy) {
        CachePolicyConfig config = CachePolicyConfig.builder()
                .name(policy.name())
                .comment("")
                .minTTL(policy.minTtlSeconds())
                .defaultTTL(policy.defaultTtlSeconds())
                .maxTTL(policy.maxTtlSeconds())
                .parametersInCacheKeyAndForwardedToOrigin(key -> key.enableAcceptEncodingGzip(policy.gzip())
                        .enableAcceptEncodingBrotli(policy.brotli())
                        .headersConfig(headers -> headers.headerBehavior(behavior(policy.headers()))
                                .headers(headers(policy.headers().items())))
                        .cookiesConfig(cookies -> cookies.cookieBehavior(behavior(policy.cookies()))
                                .cookies(cookies(policy.cookies().items())))
                        .queryStringsConfig(queries -> queries.queryStringBehavior(behavior(policy.queryStrings()))
                                .queryStrings(queries(policy.queryStrings().items()))))
                .build();
        return software.amazon.awssdk.services.cloudfront.model.CachePolicy.builder()
                .id(policy.id())
                .lastModifiedTime(LAST_MODIFIED)
                .cachePolicyConfig(config)
                .build();
    }

    private static software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy shape(
            OriginRequestPolicy policy) {
        List<String> headers = new ArrayList<>(policy.viewerHeaders().items());
        headers.addAll(policy.cloudFrontHeaders().items());
        String headerBehavior = policy.cloudFrontHeaders().selectsSome()
                ? "allViewerAndWhitelistCloudFront"
                : policy.viewerHeaders().mode() == Selection.Mode.ALL ? "allViewer" : behavior(policy.viewerHeaders());
        OriginRequestPolicyConfig config = OriginRequestPolicyConfig.builder()
                .name(policy.name())
                .comment("")
                .headersConfig(shape -> shape.headerBehavior(headerBehavior).headers(headers(headers)))
                .cookiesConfig(shape -> shape.cookieBehavior(behavior(policy.cookies()))
                        .cookies(cookies(policy.cookies().items())))
                .queryStringsConfig(shape -> shape.queryStringBehavior(behavior(policy.queryStrings()))
                        .queryStrings(queries(policy.queryStrings().items())))
                .build();
        return software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicy.builder()
                .id(policy.id())
                .lastModifiedTime(LAST_MODIFIED)
                .originRequestPolicyConfig(config)
                .build();
    }

    private static String behavior(Selection selection) {
        return switch (selection.mode()) {
            case NONE -> "none";
            case WHITELIST -> "whitelist";
            case ALL_EXCEPT -> "allExcept";
            case ALL -> "all";
        };
    }

    private static @Nullable Headers headers(List<String> names) {
        return names.isEmpty()
                ? null
                : Headers.builder().quantity(names.size()).items(names).build();
    }

    private static @Nullable CookieNames cookies(List<String> names) {
        return names.isEmpty()
                ? null
                : CookieNames.builder().quantity(names.size()).items(names).build();
    }

    private static @Nullable QueryStringNames queries(List<String> names) {
        return names.isEmpty()
                ? null
                : QueryStringNames.builder().quantity(names.size()).items(names).build();
    }
}
