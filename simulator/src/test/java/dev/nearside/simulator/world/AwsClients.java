package dev.nearside.simulator.world;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The AWS SDK's clients against a world's API; a call that fails is not tried again. */
public final class AwsClients implements AutoCloseable {

    /** The cache policy by which the origin's headers rule. */
    public static final String RFC_POLICY = "Nearside-RFC9111";

    /** AWS's managed policy CachingOptimized. */
    public static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private static final String ROLE = "arn:aws:iam::000000000000:role/edge";

    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private final CloudFrontClient cloudFront;
    private final LambdaClient lambda;
    private final SqsClient sqs;
    private final int apiPort;

    public AwsClients(int apiPort) {
        this.apiPort = apiPort;
        cloudFront =
                configured(CloudFrontClient.builder().httpClient(http), apiPort).build();
        lambda = configured(LambdaClient.builder().httpClient(http), apiPort).build();
        sqs = configured(SqsClient.builder().httpClient(http), apiPort).build();
    }

    private static <B extends AwsClientBuilder<B, ?>> B configured(B builder, int apiPort) {
        return builder.endpointOverride(URI.create("http://127.0.0.1:" + apiPort))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "secret")))
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry())
                        // The JDK keeps connections per address, also those to a process that was killed since.
                        .putHeader("Connection", "close"));
    }

    public CloudFrontClient cloudFront() {
        return cloudFront;
    }

    public LambdaClient lambda() {
        return lambda;
    }

    public SqsClient sqs() {
        return sqs;
    }

    /** A client for KMS, which its user closes. */
    public KmsClient kms() {
        return configured(KmsClient.builder().httpClient(http), apiPort).build();
    }

    /** Creates a function with one second to answer and publishes it; the result is the version's ARN. */
    public String publishedFunction(String name, byte[] zip) {
        return publishedFunction(name, Runtime.NODEJS22_X, "index.handler", zip);
    }

    /** The same for another runtime and handler. */
    public String publishedFunction(String name, Runtime runtime, String handler, byte[] zip) {
        return lambda.createFunction(function(name, zip)
                        .runtime(runtime)
                        .handler(handler)
                        .publish(true)
                        .build())
                .functionArn();
    }

    /** The same for a function of JavaScript with that many seconds to answer. */
    public String publishedFunction(String name, int timeoutSeconds, byte[] zip) {
        return lambda.createFunction(function(name, zip)
                        .timeout(timeoutSeconds)
                        .publish(true)
                        .build())
                .functionArn();
    }

    private static CreateFunctionRequest.Builder function(String name, byte[] zip) {
        return CreateFunctionRequest.builder()
                .functionName(name)
                .runtime(Runtime.NODEJS22_X)
                .role(ROLE)
                .handler("index.handler")
                .timeout(5)
                .code(code -> code.zipFile(SdkBytes.fromByteArray(zip)));
    }

    /** Gives a function new code and publishes it; the result is the new version's ARN. */
    public String publishedUpdate(String name, byte[] zip) {
        return lambda.updateFunctionCode(update -> update.functionName(name)
                        .zipFile(SdkBytes.fromByteArray(zip))
                        .publish(true))
                .functionArn();
    }

    /** Creates a distribution and waits until the connected nodes have it. */
    public Distribution deployed(DistributionConfig config) {
        String id = cloudFront
                .createDistribution(create -> create.distributionConfig(config))
                .distribution()
                .id();
        cloudFront.waiter().waitUntilDistributionDeployed(get -> get.id(id));
        return cloudFront.getDistribution(get -> get.id(id)).distribution();
    }

    /** Gives a distribution another configuration, which must build on its newest. */
    public void update(String id, DistributionConfig config, String etag) {
        cloudFront.updateDistribution(
                update -> update.id(id).distributionConfig(config).ifMatch(etag));
    }

    /** Everything of the local origin under one distribution. */
    public static DistributionConfig distribution(String reference, int originPort, String cachePolicy) {
        return DistributionConfig.builder()
                .callerReference(reference)
                .comment("made by a test")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(origin(originPort)))
                .defaultCacheBehavior(behavior -> behavior.targetOriginId("site")
                        .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                        .cachePolicyId(cachePolicy))
                .build();
    }

    private static Origin origin(int port) {
        return Origin.builder()
                .id("site")
                .domainName("localhost")
                .connectionAttempts(1)
                .customOriginConfig(custom -> custom.httpPort(port)
                        .httpsPort(443)
                        .originReadTimeout(1)
                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                .build();
    }

    /** The same configuration with a shield before the origin. */
    public static DistributionConfig shielded(DistributionConfig config, String region) {
        Origin shielded = config.origins().items().getFirst().toBuilder()
                .originShield(shield -> shield.enabled(true).originShieldRegion(region))
                .build();
        return config.toBuilder()
                .origins(origins -> origins.quantity(1).items(shielded))
                .build();
    }

    /** The same configuration with a function on events. */
    public static DistributionConfig with(DistributionConfig config, String versionArn, EventType... events) {
        List<LambdaFunctionAssociation> associations = Stream.of(events)
                .map(event -> LambdaFunctionAssociation.builder()
                        .eventType(event)
                        .lambdaFunctionARN(versionArn)
                        .build())
                .toList();
        return config.toBuilder()
                .defaultCacheBehavior(config.defaultCacheBehavior().toBuilder()
                        .lambdaFunctionAssociations(
                                all -> all.quantity(associations.size()).items(associations))
                        .build())
                .build();
    }

    @Override
    public void close() {
        cloudFront.close();
        lambda.close();
        sqs.close();
        http.close();
    }
}
