package dev.nearside.simulator.apply.aws;

import dev.nearside.simulator.world.RequestSigner;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The AWS SDK's clients for a world's API. A call that fails is not tried again: it may have been done. */
public final class AwsApi implements AutoCloseable {

    /** Where Lambda@Edge functions live. */
    public static final String REGION = "us-east-1";

    /** Whose calls these are where a control plane without keys takes any. */
    private static final AwsCredentials ANYBODY = AwsBasicCredentials.create("nearside-apply", "not checked");

    private final JdkHttp http = new JdkHttp();
    private final CloudFrontClient cloudFront;
    private final LambdaClient lambda;
    private final KmsClient kms;
    private final SqsClient sqs;
    private final StsClient sts;

    /** With the credentials of the environment, if there are any. */
    public AwsApi(int apiPort) {
        URI api = URI.create("http://127.0.0.1:" + apiPort);
        cloudFront =
                configured(CloudFrontClient.builder().httpClient(http), api).build();
        lambda = configured(LambdaClient.builder().httpClient(http), api).build();
        kms = configured(KmsClient.builder().httpClient(http), api).build();
        sqs = configured(SqsClient.builder().httpClient(http), api).build();
        sts = configured(StsClient.builder().httpClient(http), api).build();
    }

    private static <B extends AwsClientBuilder<B, ?>> B configured(B builder, URI api) {
        AwsCredentials credentials =
                RequestSigner.of(System::getenv).map(RequestSigner::credentials).orElse(ANYBODY);
        return builder.endpointOverride(api)
                .region(Region.of(REGION))
                .fipsEnabled(false)
                .dualstackEnabled(false)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .overrideConfiguration(all -> all.retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .defaultProfileFile(ProfileFile.aggregator().build()));
    }

    public CloudFrontClient cloudFront() {
        return cloudFront;
    }

    public LambdaClient lambda() {
        return lambda;
    }

    public KmsClient kms() {
        return kms;
    }

    public SqsClient sqs() {
        return sqs;
    }

    /** The account that the world is. */
    public String accountId() {
        return sts.getCallerIdentity().account();
    }

    @Override
    public void close() {
        cloudFront.close();
        lambda.close();
        kms.close();
        sqs.close();
        sts.close();
        http.close();
    }
}
