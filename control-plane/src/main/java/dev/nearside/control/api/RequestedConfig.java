package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;

/**
 * What is asked of a configuration that a request brings, beside what {@link DistributionMapping} asks of all. It must not
 * be asked of one that is stored: an earlier release may have taken what this one refuses, and a new start serves it on.
 */
final class RequestedConfig {

    /** AWS's quota of Lambda@Edge associations in a distribution. */
    private static final int MAX_ASSOCIATIONS = 100;

    /** AWS's quota of names and values of an origin's custom headers together. */
    private static final int MAX_CUSTOM_HEADER_CHARACTERS = 10_240;

    private RequestedConfig() {}

    /**
     * Checks a configuration whose defaults have been filled in.
     *
     * @throws AwsError if it says what CloudFront does not know, what this release does not offer, or too much
     */
    static void check(DistributionConfig config) {
        UnofferedMembers.refuse(config);
        requireKnown(
                "HttpVersion",
                config.httpVersionAsString(),
                config.httpVersion() == HttpVersion.UNKNOWN_TO_SDK_VERSION,
                HttpVersion.knownValues());
        requireKnown(
                "PriceClass",
                config.priceClassAsString(),
                config.priceClass() == PriceClass.UNKNOWN_TO_SDK_VERSION,
                PriceClass.knownValues());
        checkAssociations(config);
        if (config.origins() != null) {
            for (Origin origin : config.origins().items()) {
                checkCustomHeaders(origin);
                if (origin.s3OriginConfig() != null) {
                    ConfigErrors.range(origin.s3OriginConfig().originReadTimeout(), OriginMapping.READ_TIMEOUT);
                }
            }
        }
    }

    private static void requireKnown(String member, @Nullable String value, boolean unknown, Set<?> known) {
        if (unknown) {
            throw invalidArgument("The parameter " + member + " is '" + value + "', expected one of "
                    + known.stream().map(Object::toString).sorted().toList());
        }
    }

    private static void checkAssociations(DistributionConfig config) {
        Stream<LambdaFunctionAssociations> others = config.cacheBehaviors() == null
                ? Stream.of()
                : config.cacheBehaviors().items().stream().map(CacheBehavior::lambdaFunctionAssociations);
        Stream<LambdaFunctionAssociations> usual = config.defaultCacheBehavior() == null
                ? Stream.of()
                : Stream.ofNullable(config.defaultCacheBehavior().lambdaFunctionAssociations());
        int associations = Stream.concat(usual, others)
                .filter(one -> one != null)
                .mapToInt(one -> one.items().size())
                .sum();
        if (associations > MAX_ASSOCIATIONS) {
            throw AwsError.badRequest(
                    "TooManyLambdaFunctionAssociations",
                    "The distribution has " + associations + " Lambda function associations, expected at most "
                            + MAX_ASSOCIATIONS);
        }
    }

    private static void checkCustomHeaders(Origin origin) {
        if (origin.customHeaders() == null) {
            return;
        }
        int characters = origin.customHeaders().items().stream()
                .mapToInt(header -> length(header.headerName()) + length(header.headerValue()))
                .sum();
        if (characters > MAX_CUSTOM_HEADER_CHARACTERS) {
            throw invalidArgument("The custom headers of origin '" + origin.id() + "' have " + characters
                    + " characters together, expected at most " + MAX_CUSTOM_HEADER_CHARACTERS);
        }
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
