package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.deploy.Catalog;
import dev.nearside.kit.http.HeaderNames;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyCookiesConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyHeadersConfig;
import software.amazon.awssdk.services.cloudfront.model.CachePolicyQueryStringsConfig;
import software.amazon.awssdk.services.cloudfront.model.ParametersInCacheKeyAndForwardedToOrigin;

/** Cache policies: CloudFront's checks and defaults, and the form in which nodes know them. */
final class CachePolicyKind implements ConfigKind<CachePolicyConfig> {

    static final CachePolicyKind INSTANCE = new CachePolicyKind();

    private static final Terms TERMS = new Terms(
            "cache-policy",
            "cache policy",
            "CachePolicyConfig",
            "NoSuchCachePolicy",
            "CachePolicyAlreadyExists",
            "CachePolicyInUse");

    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;

    /** The largest TTL that CloudFront takes, in seconds: 100 years. */
    static final long LARGEST_TTL = 100 * YEAR;

    private static final List<String> HEADER_BEHAVIORS = List.of("none", "whitelist");
    private static final List<String> NAME_BEHAVIORS = List.of("none", "whitelist", "allExcept", "all");

    private CachePolicyKind() {}

    @Override
    public Terms terms() {
        return TERMS;
    }

    @Override
    public SdkPojo newConfig() {
        return CachePolicyConfig.builder();
    }

    @Override
    public String name(CachePolicyConfig config) {
        return config.name();
    }

    @Override
    public List<Configured<CachePolicyConfig>> managed() {
        return ManagedPolicies.CACHE.stream()
                .map(policy -> Configured.managed(policy.id(), PolicyShapes.config(policy)))
                .toList();
    }

    @Override
    public CachePolicyConfig checked(CachePolicyConfig config, References references) {
        ConfigErrors.checkQuantities(config, TERMS.root());
        ConfigErrors.checkPolicyName(config.name(), config.comment());
        long min = require(config.minTTL(), "cachePolicyConfig.minTTL");
        long usual = config.defaultTTL() == null ? Math.max(DAY, min) : config.defaultTTL();
        long max = config.maxTTL() == null ? Math.max(YEAR, usual) : config.maxTTL();
        if (min < 0 || min > usual || usual > max || max > LARGEST_TTL) {
            throw invalidArgument("MinTTL " + min + ", DefaultTTL " + usual + " and MaxTTL " + max
                    + " are not valid, expected 0 <= MinTTL <= DefaultTTL <= MaxTTL <= " + LARGEST_TTL);
        }
        ParametersInCacheKeyAndForwardedToOrigin key = checkedKey(config);
        if (max == 0) {
            requireEmptyKey(key);
        }
        return config.toBuilder()
                .comment(config.comment() == null ? "" : config.comment())
                .defaultTTL(usual)
                .maxTTL(max)
                .parametersInCacheKeyAndForwardedToOrigin(key)
                .build();
    }

    @Override
    public Optional<Resource> resource(String id, CachePolicyConfig config, References references) {
        ParametersInCacheKeyAndForwardedToOrigin key = config.parametersInCacheKeyAndForwardedToOrigin();
        return Optional.of(new CachePolicy(
                id,
                config.name(),
                TtlRules.CLOUDFRONT,
                config.minTTL(),
                config.defaultTTL(),
                config.maxTTL(),
                headers(key.headersConfig()).selection(),
                cookies(key.cookiesConfig()).selection(),
                queryStrings(key.queryStringsConfig()).selection(),
                key.enableAcceptEncodingGzip(),
                key.enableAcceptEncodingBrotli()));
    }

    @Override
    public List<String> users(String id, Catalog catalog, References references) {
        return ConfigKind.distributions(catalog, Resource.Kind.CACHE_POLICY, id);
    }

    private static ParametersInCacheKeyAndForwardedToOrigin checkedKey(CachePolicyConfig config) {
        ParametersInCacheKeyAndForwardedToOrigin key = config.parametersInCacheKeyAndForwardedToOrigin();
        if (key == null) {
            return ParametersInCacheKeyAndForwardedToOrigin.builder()
                    .enableAcceptEncodingGzip(false)
                    .enableAcceptEncodingBrotli(false)
                    .headersConfig(headers -> headers.headerBehavior("none"))
                    .cookiesConfig(cookies -> cookies.cookieBehavior("none"))
                    .queryStringsConfig(queries -> queries.queryStringBehavior("none"))
                    .build();
        }
        require(key.enableAcceptEncodingGzip(), "parametersInCacheKeyAndForwardedToOrigin.enableAcceptEncodingGzip");
        NameSelection headers = headers(require(key.headersConfig(), "headersConfig"));
        headers.check(HEADER_BEHAVIORS, "TooManyHeadersInCachePolicy");
        headers.checkHeaders(HeaderNames.NOT_FOR_CACHE_POLICIES);
        cookies(require(key.cookiesConfig(), "cookiesConfig")).check(NAME_BEHAVIORS, "TooManyCookiesInCachePolicy");
        queryStrings(require(key.queryStringsConfig(), "queryStringsConfig"))
                .check(NAME_BEHAVIORS, "TooManyQueryStringsInCachePolicy");
        boolean brotli = Boolean.TRUE.equals(key.enableAcceptEncodingBrotli());
        boolean normalised = key.enableAcceptEncodingGzip() || brotli;
        if (normalised && headers.names().stream().anyMatch("Accept-Encoding"::equalsIgnoreCase)) {
            throw invalidArgument("The parameter Headers contains Accept-Encoding that is not allowed. It is part of "
                    + "the key already, because EnableAcceptEncodingGzip or EnableAcceptEncodingBrotli is true.");
        }
        return key.toBuilder().enableAcceptEncodingBrotli(brotli).build();
    }

    /** With a MaxTTL of 0 nothing is kept, so CloudFront wants no key. */
    private static void requireEmptyKey(ParametersInCacheKeyAndForwardedToOrigin key) {
        requireUnset("EnableAcceptEncodingGzip", !key.enableAcceptEncodingGzip());
        requireUnset("EnableAcceptEncodingBrotli", !key.enableAcceptEncodingBrotli());
        requireUnset("HeaderBehavior", headers(key.headersConfig()).isNone());
        requireUnset("CookieBehavior", cookies(key.cookiesConfig()).isNone());
        requireUnset(
                "QueryStringBehavior", queryStrings(key.queryStringsConfig()).isNone());
    }

    private static void requireUnset(String member, boolean unset) {
        if (!unset) {
            throw invalidArgument("The parameter " + member
                    + " is invalid for policy with caching disabled: MaxTTL is 0, expected none or false.");
        }
    }

    private static NameSelection headers(CachePolicyHeadersConfig config) {
        return NameSelection.of(
                "HeaderBehavior",
                config.headerBehaviorAsString(),
                config.headers() == null ? null : config.headers().items());
    }

    private static NameSelection cookies(CachePolicyCookiesConfig config) {
        return NameSelection.of(
                "CookieBehavior",
                config.cookieBehaviorAsString(),
                config.cookies() == null ? null : config.cookies().items());
    }

    private static NameSelection queryStrings(CachePolicyQueryStringsConfig config) {
        return NameSelection.of(
                "QueryStringBehavior",
                config.queryStringBehaviorAsString(),
                config.queryStrings() == null ? null : config.queryStrings().items());
    }
}
