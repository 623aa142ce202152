package dev.nearside.control.api;

import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CookieNames;
import software.amazon.awssdk.services.cloudfront.model.Headers;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.QueryStringNames;

/** Managed policies as CloudFront describes them, from what nodes know. */
final class PolicyShapes {

    private PolicyShapes() {}

    static CachePolicyConfig config(CachePolicy policy) {
        return CachePolicyConfig.builder()
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
    }

    static OriginRequestPolicyConfig config(OriginRequestPolicy policy) {
        List<String> headers = new ArrayList<>(policy.viewerHeaders().items());
        headers.addAll(policy.cloudFrontHeaders().items());
        String headerBehavior = policy.cloudFrontHeaders().selectsSome()
                ? "allViewerAndWhitelistCloudFront"
                : policy.viewerHeaders().mode() == Selection.Mode.ALL ? "allViewer" : behavior(policy.viewerHeaders());
        return OriginRequestPolicyConfig.builder()
                .name(policy.name())
                .comment("")
                .headersConfig(shape -> shape.headerBehavior(headerBehavior).headers(headers(headers)))
                .cookiesConfig(shape -> shape.cookieBehavior(behavior(policy.cookies()))
                        .cookies(cookies(policy.cookies().items())))
                .queryStringsConfig(shape -> shape.queryStringBehavior(behavior(policy.queryStrings()))
                        .queryStrings(queries(policy.queryStrings().items())))
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
