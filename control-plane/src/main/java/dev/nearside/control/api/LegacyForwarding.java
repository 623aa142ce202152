package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import dev.nearside.kit.snapshot.SnapshotCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CookiePreference;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;

/**
 * The ForwardedValues of older configurations (and of the AWS CLI's shorthand) as the two policies that mean the same.
 * Their ids derive from their content, so that behaviors that forward alike share them.
 *
 * @param originRequest null if the origin gets to see nothing beyond the cache key
 */
@SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
record LegacyForwarding(CachePolicy cache, @Nullable OriginRequestPolicy originRequest) {

    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;
    private static final String UNNAMED = "legacy";
    private static final int DIGEST_CHARACTERS = 20;

    /** Translates what a behavior forwards; cache behaviors are given in the form of the default behavior. */
    static LegacyForwarding of(DefaultCacheBehavior behavior) {
        ForwardedValues values = behavior.forwardedValues();
        boolean compress = Boolean.TRUE.equals(behavior.compress());
        List<String> headers =
                values.headers() == null ? List.of() : values.headers().items();
        boolean everyHeader = headers.contains("*");
        boolean everyQuery = require(values.queryString(), "forwardedValues.queryString");
        List<String> queryKeys = values.queryStringCacheKeys() == null
                ? List.of()
                : values.queryStringCacheKeys().items();
        Selection queries = !everyQuery
                ? Selection.NONE
                : queryKeys.isEmpty() || queryKeys.contains("*") ? Selection.ALL : whitelist(queryKeys);
        long minTtl = behavior.minTTL() == null ? 0 : behavior.minTTL();
        long defaultTtl = behavior.defaultTTL() == null ? Math.max(minTtl, DAY) : behavior.defaultTTL();
        long maxTtl = behavior.maxTTL() == null ? Math.max(defaultTtl, YEAR) : behavior.maxTTL();
        if (minTtl < 0 || minTtl > defaultTtl || defaultTtl > maxTtl) {
            throw AwsError.badRequest(
                    "InvalidTTLOrder",
                    "MinTTL " + minTtl + ", DefaultTTL " + defaultTtl + " and MaxTTL " + maxTtl
                            + " are not in order, expected 0 <= MinTTL <= DefaultTTL <= MaxTTL");
        }
        // With every header forwarded CloudFront keeps nothing.
        CachePolicy cache = named(new CachePolicy(
                UNNAMED,
                UNNAMED,
                TtlRules.CLOUDFRONT,
                everyHeader ? 0 : minTtl,
                everyHeader ? 0 : defaultTtl,
                everyHeader ? 0 : maxTtl,
                everyHeader || headers.isEmpty() ? Selection.NONE : whitelist(headers),
                cookies(values.cookies()),
                queries,
                compress,
                false));
        boolean moreQueries = everyQuery && queries.mode() != Selection.Mode.ALL;
        OriginRequestPolicy originRequest = everyHeader || moreQueries
                ? named(new OriginRequestPolicy(
                        UNNAMED,
                        UNNAMED,
                        everyHeader ? Selection.ALL : Selection.NONE,
                        Selection.NONE,
                        Selection.NONE,
                        everyQuery ? Selection.ALL : Selection.NONE))
                : null;
        return new LegacyForwarding(cache, originRequest);
    }

    private static Selection cookies(@Nullable CookiePreference cookies) {
        if (cookies == null) {
            return Selection.NONE;
        }
        return switch (require(cookies.forward(), "forwardedValues.cookies.forward")) {
            case NONE -> Selection.NONE;
            case ALL -> Selection.ALL;
            case WHITELIST -> {
                List<String> names = cookies.whitelistedNames() == null
                        ? List.of()
                        : cookies.whitelistedNames().items();
                if (names.isEmpty()) {
                    throw invalidArgument(
                            "The parameter WhitelistedNames is empty, expected cookie names because Forward is whitelist");
                }
                yield whitelist(names);
            }
            case UNKNOWN_TO_SDK_VERSION ->
                throw invalidArgument("The parameter Forward is '" + cookies.forwardAsString()
                        + "', expected none, whitelist or all");
        };
    }

    private static Selection whitelist(List<String> names) {
        return new Selection(Selection.Mode.WHITELIST, names.stream().sorted().toList());
    }

    private static CachePolicy named(CachePolicy policy) {
        String id = idOf(policy);
        return new CachePolicy(
                id,
                id,
                policy.ttlRules(),
                policy.minTtlSeconds(),
                policy.defaultTtlSeconds(),
                policy.maxTtlSeconds(),
                policy.headers(),
                policy.cookies(),
                policy.queryStrings(),
                policy.gzip(),
                policy.brotli());
    }

    private static OriginRequestPolicy named(OriginRequestPolicy policy) {
        String id = idOf(policy);
        return new OriginRequestPolicy(
                id, id, policy.viewerHeaders(), policy.cloudFrontHeaders(), policy.cookies(), policy.queryStrings());
    }

    private static String idOf(Object unnamed) {
        return UNNAMED + "-" + CodeDigest.hex(SnapshotCodec.encode(unnamed)).substring(0, DIGEST_CHARACTERS);
    }
}
