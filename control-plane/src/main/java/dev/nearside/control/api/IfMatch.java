package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import org.jspecify.annotations.Nullable;

/** CloudFront's way to keep two callers from undoing each other's changes. */
final class IfMatch {

    private IfMatch() {}

    /**
     * Checks that a caller has seen the newest form of what it changes.
     *
     * @param etag of the newest form
     * @param given the caller's {@code If-Match}
     * @throws AwsError with 400 if there is none, or 412 if it is another one
     */
    static void require(String etag, @Nullable String given) {
        if (given == null || given.isEmpty()) {
            throw AwsError.badRequest(
                    "InvalidIfMatchVersion",
                    "The If-Match version is missing or not valid for the resource, expected the ETag of the newest "
                            + "configuration");
        }
        if (!given.equals(etag)) {
            throw new AwsError(
                    412,
                    "PreconditionFailed",
                    "The request failed because it didn't meet the preconditions: If-Match is '" + given
                            + "', expected the ETag of the newest configuration");
        }
    }
}
