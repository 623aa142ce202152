package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.TestPlane;
import dev.nearside.control.aws.AwsError;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginCustomHeader;

/** AWS's quotas of a distribution that only requests are held to. */
class RequestedConfigTest {

    @ParameterizedTest
    @CsvSource({"24, 4, true", "25, 0, true", "25, 1, false", "24, 5, false"})
    void hundredLambdaAssociationsAreTheMost(int behaviorsWithFour, int inDefault, boolean taken) {
        List<CacheBehavior> behaviors = IntStream.range(0, behaviorsWithFour)
                .mapToObj(i -> TestPlane.behavior("/" + i)
                        .lambdaFunctionAssociations(l -> l.quantity(4).items(associations(4)))
                        .build())
                .toList();
        AwsError refused = refusal(TestPlane.distribution("r")
                .cacheBehaviors(all -> all.quantity(behaviors.size()).items(behaviors))
                .defaultCacheBehavior(TestPlane.behavior()
                        .lambdaFunctionAssociations(l -> l.quantity(inDefault).items(associations(inDefault)))
                        .build())
                .build());

        if (taken) {
            assertThat(refused).isNull();
        } else {
            assertThat(refused.code()).isEqualTo("TooManyLambdaFunctionAssociations");
            assertThat(refused.text()).contains("101 Lambda function associations, expected at most 100");
        }
    }

    private static List<LambdaFunctionAssociation> associations(int count) {
        return Collections.nCopies(count, LambdaFunctionAssociation.builder().build());
    }

    @Test
    void customHeadersOfAnOriginAreShortTogether() {
        assertThat(refusal(withHeaders(10, 1_020))).isNull();
        AwsError refused = refusal(withHeaders(10, 1_021));
        assertThat(refused.code()).isEqualTo("InvalidArgument");
        assertThat(refused.text()).contains("origin 'site' have 10250 characters together, expected at most 10240");
    }

    /** Names of four characters. */
    private static DistributionConfig withHeaders(int count, int valueLength) {
        List<OriginCustomHeader> headers = IntStream.range(0, count)
                .mapToObj(i -> OriginCustomHeader.builder()
                        .headerName("X-A" + i)
                        .headerValue("v".repeat(valueLength))
                        .build())
                .toList();
        DistributionConfig.Builder config = TestPlane.distribution("r");
        Origin origin = config.build().origins().items().getFirst();
        return config.origins(o -> o.quantity(1)
                        .items(origin.toBuilder()
                                .customHeaders(h -> h.quantity(count).items(headers))
                                .build()))
                .build();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "120, true", "121, false"})
    void readTimeoutOfABucketHasBounds(int seconds, boolean taken) {
        Origin bucket = Origin.builder()
                .id("site")
                .domainName("b.s3.amazonaws.com")
                .customOriginConfig((CustomOriginConfig) null)
                .s3OriginConfig(s3 -> s3.originAccessIdentity("").originReadTimeout(seconds))
                .build();
        AwsError refused = refusal(TestPlane.distribution("r")
                .origins(o -> o.quantity(1).items(bucket))
                .build());

        assertThat(refused == null).isEqualTo(taken);
        assertThat(refused == null ? "InvalidOriginReadTimeout" : refused.code())
                .isEqualTo("InvalidOriginReadTimeout");
    }

    private static @Nullable AwsError refusal(DistributionConfig config) {
        return catchThrowableOfType(AwsError.class, () -> RequestedConfig.check(config));
    }
}
