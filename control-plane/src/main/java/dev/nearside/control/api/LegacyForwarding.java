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
 * <p>Unlike a cache policy, ForwardedValues let every header of the viewer through to the origin but for a few
 * (CloudFront's guide, "HTTP request headers and CloudFront behavior"); headers that are named join the key and, of
 * those few, reach the origin too. The viewer's {@code gzip} is always part of the key and forwarded alone.
 */
@SuppressWarnings("deprecation") // AWS deprecates these members and accepts them for good
record LegacyForwarding(CachePolicy cache, OriginRequestPolicy originRequest) {

    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;
    private static final String UNNAMED = "legacy";
    private static final int DIGEST_CHARACTERS = 20;
    private static final int MAX_NAMES = 10;

    /** What CloudFront takes from a request or sets itself unless the behavior names it. */
    private static final Selection ALL_BUT_A_FEW = new Selection(
            Selection.Mode.ALL_EXCEPT,
            List.of(
                    "Accept",
                    "Accept-Charset",
                    "Accept-Encoding",
                    "Accept-Language",
                    "Authorization",
                    "Host",
                    "Referer",
                    "User-Agent",
                    "X-HTTP-Method-Override"));

    /** Translates what a behavior forwards; cache behaviors are given in the form of the default behavior. */
    static LegacyForwarding of(DefaultCacheBehavior behavior) {
        ForwardedValues values = behavior.forwardedValues();
        List<String> headers =
                values.headers() == null ? List.of() : values.headers().items();
        boolean everyHeader = headers.contains("*");
        Selection keyHeaders = everyHeader || headers.isEmpty()
                ? Selection.NONE
                : whitelist(headers, "TooManyHeadersInForwardedValues", "headers");
        boolean everyQuery = require(values.queryString(), "forwardedValues.queryString");
        List<String> queryKeys = values.queryStringCacheKeys() == null
                ? List.of()
                : values.queryStringCacheKeys().items();
        Selection queries = !everyQuery
                ? Selection.NONE
                : queryKeys.isEmpty() || queryKeys.contains("*")
                        ? Selection.ALL
                        : whitelist(queryKeys, "TooManyQueryStringParameters", "query string parameters");
        Ttls ttls = Ttls.of(behavior, everyHeader);
        boolean compress = Boolean.TRUE.equals(behavior.compress());
        CachePolicy cache = named(new CachePolicy(
                UNNAMED,
                UNNAMED,
                TtlRules.CLOUDFRONT,
                ttls.min,
                ttls.usual,
                ttls.max,
                keyHeaders,
                cookies(values.cookies()),
                queries,
                compress || !keyHeaders.selectsHeader("accept-encoding"),
                false));
        OriginRequestPolicy originRequest = named(new OriginRequestPolicy(
                UNNAMED,
                UNNAMED,
                everyHeader ? Selection.ALL : ALL_BUT_A_FEW,
                Selection.NONE,
                Selection.NONE,
                everyQuery ? Selection.ALL : Selection.NONE));
        return new LegacyForwarding(cache, originRequest);
    }

    /** The three TTLs of a behavior, in seconds. */
    private record Ttls(long min, long usual, long max) {

        static Ttls of(DefaultCacheBehavior behavior, boolean everyHeader) {
            long min = behavior.minTTL() == null ? 0 : behavior.minTTL();
            long usual = behavior.defaultTTL() == null ? Math.max(min, DAY) : behavior.defaultTTL();
            long max = behavior.maxTTL() == null ? Math.max(usual, YEAR) : behavior.maxTTL();
            if (min < 0 || min > usual || usual > max) {
                throw AwsError.badRequest(
                        "InvalidTTLOrder",
                        "MinTTL " + min + ", DefaultTTL " + usual + " and MaxTTL " + max
                                + " are not in order, expected 0 <= MinTTL <= DefaultTTL <= MaxTTL");
            }
            if (max > CachePolicyKind.LARGEST_TTL) {
                throw invalidArgument("The parameter MaxTTL is " + max + " seconds, expected at most "
                        + CachePolicyKind.LARGEST_TTL + " (100 years)");
            }
            if (everyHeader && min > 0) {
                throw invalidArgument(
                        "The parameter MinTTL is " + min + ", expected 0 because every header is forwarded");
            }
            // With every header forwarded CloudFront keeps nothing.
            return everyHeader ? new Ttls(0, 0, 0) : new Ttls(min, usual, max);
        }
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
                    throw AwsError.badRequest(
                            "InvalidForwardCookies",
                            "The parameter WhitelistedNames is empty, expected cookie names because Forward is whitelist");
                }
                yield whitelist(names, "TooManyCookieNamesInWhiteList", "cookie names");
            }
            case UNKNOWN_TO_SDK_VERSION ->
                throw invalidArgument("The parameter Forward is '" + cookies.forwardAsString()
                        + "', expected none, whitelist or all");
        };
    }

    private static Selection whitelist(List<String> names, String tooMany, String what) {
        if (names.size() > MAX_NAMES) {
            throw AwsError.badRequest(
                    tooMany,
                    "The ForwardedValues name " + names.size() + " " + what + ", expected at most " + MAX_NAMES);
        }
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
