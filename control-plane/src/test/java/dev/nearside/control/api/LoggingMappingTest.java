package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;

/** CloudFront's LoggingConfig, as its API reference has it. */
class LoggingMappingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logs.s3.amazonaws.com",
                "my.logs-2.s3.amazonaws.com",
                "logs.s3.eu-west-2.amazonaws.com",
                "logs.s3-eu-west-2.amazonaws.com"
            })
    void bucketIsTakenWithS3sDomain(String bucket) {
        assertThat(LoggingMapping.map(on(bucket, "site/a")))
                .isEqualTo(new Distribution.Logging(true, true, bucket, "site/a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "logs",
                "s3.amazonaws.com",
                "s3://logs",
                "logs.example.com",
                "Logs.s3.amazonaws.com",
                "../logs.s3.amazonaws.com",
                "a/b.s3.amazonaws.com",
                "my..logs.s3.amazonaws.com",
                "192.168.5.4.s3.amazonaws.com",
                "logs.s3.amazonaws.com/"
            })
    void anythingElseIsNoBucket(String bucket) {
        AwsError error = catchThrowableOfType(AwsError.class, () -> LoggingMapping.map(on(bucket, "")));

        assertThat(error.code()).isEqualTo("InvalidArgument");
        assertThat(error.text()).contains("Logging Bucket", "'" + bucket + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/site", "a\u0000b", "a\u00e9", "LONG"})
    void prefixIsRefused(String prefix) {
        String given = prefix.equals("LONG") ? "x".repeat(257) : prefix;
        AwsError error =
                catchThrowableOfType(AwsError.class, () -> LoggingMapping.map(on("logs.s3.amazonaws.com", given)));

        assertThat(error.code()).isEqualTo("InvalidArgument");
        assertThat(error.text()).contains("Logging Prefix");
    }

    @Test
    void whatIsSetWhileTheLogIsOffIsForgotten() {
        LoggingConfig off =
                on("logs.s3.amazonaws.com", "site/").toBuilder().enabled(false).build();

        assertThat(LoggingMapping.map(off)).isEqualTo(Distribution.Logging.OFF);
        assertThat(LoggingMapping.map(null)).isEqualTo(Distribution.Logging.OFF);
        assertThat(LoggingMapping.stored(off))
                .isEqualTo(LoggingConfig.builder()
                        .enabled(false)
                        .includeCookies(false)
                        .bucket("")
                        .prefix("")
                        .build());
    }

    @Test
    void whatIsSetWhileTheLogIsOnIsShownAsSet() {
        LoggingConfig on = on("logs.s3.amazonaws.com", "site");

        assertThat(LoggingMapping.stored(on)).isEqualTo(on);
        assertThat(LoggingMapping.stored(null)).isNull();
    }

    private static LoggingConfig on(String bucket, String prefix) {
        return LoggingConfig.builder()
                .enabled(true)
                .includeCookies(true)
                .bucket(bucket)
                .prefix(prefix)
                .build();
    }
}
