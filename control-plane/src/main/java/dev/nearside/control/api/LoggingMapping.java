package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.invalidArgument;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.BucketName;
import dev.nearside.kit.snapshot.Distribution;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;

/** CloudFront's settings of the standard log as nodes know them, with CloudFront's checks. */
final class LoggingMapping {

    /** AWS tells no limit; this keeps the paths that nodes make of it short. */
    private static final int MAX_PREFIX = 256;

    private LoggingMapping() {}

    /** The settings as the API shows them: where the log is off, CloudFront forgets what else was set. */
    static @Nullable LoggingConfig stored(@Nullable LoggingConfig logging) {
        if (logging == null) {
            return null;
        }
        return LoggingConfig.builder()
                .enabled(isOn(logging))
                .includeCookies(isOn(logging) && Boolean.TRUE.equals(logging.includeCookies()))
                .bucket(isOn(logging) ? text(logging.bucket()) : "")
                .prefix(isOn(logging) ? text(logging.prefix()) : "")
                .build();
    }

    /**
     * Maps the settings.
     *
     * @throws AwsError if CloudFront would refuse them
     */
    static Distribution.Logging map(@Nullable LoggingConfig logging) {
        if (logging == null || !isOn(logging)) {
            return Distribution.Logging.OFF;
        }
        String bucket = text(logging.bucket());
        if (BucketName.ofDomain(bucket) == null) {
            throw invalidArgument("The parameter Logging Bucket does not refer to a valid S3 bucket: '" + bucket
                    + "', expected a name such as my-logs.s3.amazonaws.com");
        }
        String prefix = text(logging.prefix());
        if (prefix.startsWith("/")
                || prefix.length() > MAX_PREFIX
                || !prefix.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw invalidArgument("The parameter Logging Prefix '" + prefix + "' is not valid, expected at most "
                    + MAX_PREFIX + " printable ASCII characters without a leading slash");
        }
        return new Distribution.Logging(true, Boolean.TRUE.equals(logging.includeCookies()), bucket, prefix);
    }

    private static boolean isOn(LoggingConfig logging) {
        return Boolean.TRUE.equals(logging.enabled());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
