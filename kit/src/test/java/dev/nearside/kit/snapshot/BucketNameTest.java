package dev.nearside.kit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AWS's "General purpose bucket naming rules". */
class BucketNameTest {

    @ParameterizedTest
    @CsvSource({
        "logs.s3.amazonaws.com, logs",
        "a1b.s3.eu-west-2.amazonaws.com, a1b",
        "my.logs-2.s3-us-gov-west-1.amazonaws.com, my.logs-2",
        "logs.s3.s3.amazonaws.com, logs.s3",
        "amzn-s3-demo-bucket.s3.amazonaws.com, amzn-s3-demo-bucket",
    })
    void nameStandsBeforeS3sDomain(String domain, String name) {
        assertThat(BucketName.ofDomain(domain)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "logs",
                "s3.amazonaws.com",
                "ab.s3.amazonaws.com",
                "Logs.s3.amazonaws.com",
                "my_logs.s3.amazonaws.com",
                "-logs.s3.amazonaws.com",
                "logs-.s3.amazonaws.com",
                ".logs.s3.amazonaws.com",
                "my..logs.s3.amazonaws.com",
                "192.168.5.4.s3.amazonaws.com",
                "xn--logs.s3.amazonaws.com",
                "sthree-logs.s3.amazonaws.com",
                "logs-s3alias.s3.amazonaws.com",
                "logs--ol-s3.s3.amazonaws.com",
                "logs.mrap.s3.amazonaws.com",
                "logs--x-s3.s3.amazonaws.com",
                "a/b.s3.amazonaws.com",
                "../logs.s3.amazonaws.com",
                "logs.s3.amazonaws.com/..",
                "logs.s3.example.com"
            })
    void anythingElseIsNone(String domain) {
        assertThat(BucketName.ofDomain(domain)).isNull();
    }
}
