package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;
import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponses;

/** CloudFront's custom error responses as nodes know them, with CloudFront's checks and defaults. */
final class ErrorResponseMapping {

    /** How long errors are kept if nothing else is said, in seconds. */
    static final long DEFAULT_MIN_TTL = 10;

    private static final List<Integer> ERRORS = List.of(400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504);
    private static final List<String> RESPONSES =
            List.of("200", "400", "403", "404", "405", "414", "416", "500", "501", "502", "503", "504");

    private ErrorResponseMapping() {}

    /**
     * Maps the responses.
     *
     * @throws AwsError if CloudFront would refuse one of them
     */
    static List<Distribution.ErrorResponse> map(@Nullable CustomErrorResponses responses) {
        if (responses == null) {
            return List.of();
        }
        List<Distribution.ErrorResponse> mapped = new ArrayList<>();
        Set<Integer> codes = new HashSet<>();
        for (CustomErrorResponse response : responses.items()) {
            int code = require(response.errorCode(), "customErrorResponses.errorCode");
            if (!ERRORS.contains(code)) {
                throw AwsError.badRequest(
                        "InvalidErrorCode", "The parameter ErrorCode is " + code + ", expected one of " + ERRORS);
            }
            if (!codes.add(code)) {
                throw invalidArgument("The parameter CustomErrorResponses has two responses for the error " + code);
            }
            mapped.add(map(response));
        }
        return mapped;
    }

    private static Distribution.ErrorResponse map(CustomErrorResponse response) {
        String path = response.responsePagePath() == null ? "" : response.responsePagePath();
        String code = response.responseCode() == null ? "" : response.responseCode();
        if (path.isEmpty() != code.isEmpty()) {
            throw invalidArgument("The response for the error " + response.errorCode() + " has the ResponsePagePath '"
                    + path + "' and the ResponseCode '" + code + "', expected both or neither");
        }
        if (!path.isEmpty() && !(path.startsWith("/") && path.chars().allMatch(c -> c > ' ' && c < 0x7f))) {
            throw invalidArgument("The parameter ResponsePagePath '" + path
                    + "' is not valid, expected a URL-encoded path that starts with /");
        }
        if (!code.isEmpty() && !RESPONSES.contains(code)) {
            throw AwsError.badRequest(
                    "InvalidResponseCode",
                    "The parameter ResponseCode is '" + code + "', expected one of " + RESPONSES);
        }
        long minTtl = response.errorCachingMinTTL() == null ? DEFAULT_MIN_TTL : response.errorCachingMinTTL();
        if (minTtl < 0 || minTtl > CachePolicyKind.LARGEST_TTL) {
            throw invalidArgument("The parameter ErrorCachingMinTTL is " + minTtl + " seconds, expected 0 to "
                    + CachePolicyKind.LARGEST_TTL + " (100 years)");
        }
        return new Distribution.ErrorResponse(
                response.errorCode(),
                path.isEmpty() ? null : path,
                code.isEmpty() ? 0 : Integer.parseInt(code),
                minTtl);
    }
}
