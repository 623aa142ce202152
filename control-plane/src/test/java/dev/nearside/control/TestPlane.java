package dev.nearside.control;

import dev.nearside.kit.time.Randomness;
import dev.nearside.kit.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A control plane on free ports with stock AWS clients for it, and the requests that most tests start from. */
public final class TestPlane implements AutoCloseable {

    public static final String ROLE = "arn:aws:iam::000000000000:role/edge";

    private static final AwsCredentials UNCHECKED = AwsBasicCredentials.create("AKIATEST", "not checked");

    public final ControlPlane plane;
    public final CloudFrontClient cloudFront;
    public final LambdaClient lambda;
    public final SqsClient sqs;
    public final StsClient sts;

    private final AwsCredentials credentials;
    private final List<FakeNode> nodes = new ArrayList<>();
    private final List<SdkAutoCloseable> clients = new ArrayList<>();

    public TestPlane(Path data) {
        this(data, TestState.SQLITE);
    }

    /** With its state in that database. */
    public TestPlane(Path data, TestState state) {
        this(config(data, state));
    }

    /** By another clock. */
    public TestPlane(Path data, Time time) {
        this(config(data, TestState.SQLITE), UNCHECKED, time);
    }

    public TestPlane(ControlPlaneConfig config) {
        this(config, UNCHECKED);
    }

    /** With clients that sign with those credentials. */
    public TestPlane(ControlPlaneConfig config, AwsCredentials credentials) {
        this(config, credentials, Time.system());
    }

    private TestPlane(ControlPlaneConfig config, AwsCredentials credentials, Time time) {
        this.credentials = credentials;
        plane = ControlPlane.start(config, time, Randomness.secret());
        cloudFront = configured(CloudFrontClient.builder()
                        .region(Region.AWS_GLOBAL)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()))
                .build();
        lambda = configured(LambdaClient.builder()
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()))
                .build();
        sqs = configured(SqsClient.builder()
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()))
                .build();
        sts = configured(StsClient.builder()
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()))
                .build();
    }

    private <B extends AwsClientBuilder<B, C>, C> B configured(B builder) {
        return configured(builder, credentials);
    }

    private <B extends AwsClientBuilder<B, C>, C> B configured(B builder, AwsCredentials as) {
        return builder.endpointOverride(
                        URI.create("http://127.0.0.1:" + plane.apiAddress().getPort()))
                .credentialsProvider(StaticCredentialsProvider.create(as));
    }

    /** All defaults but the ports, which are free ones. */
    public static ControlPlaneConfig config(Path data, TestState state) {
        return ControlPlaneConfig.in(data.toString()).onPorts(0, 0).withDatabase(state.url());
    }

    /** KMS for the user of that name; closed together with the control plane. */
    public KmsClient kms(String user) {
        return kms(user(user));
    }

    /** KMS with those credentials; closed together with the control plane. */
    public KmsClient kms(AwsCredentials as) {
        KmsClient kms = configured(
                        KmsClient.builder()
                                .region(Region.US_EAST_1)
                                .httpClientBuilder(UrlConnectionHttpClient.builder()),
                        as)
                .build();
        clients.add(kms);
        return kms;
    }

    /** Lambda for the user of that name; closed together with the control plane. */
    public LambdaClient lambda(String user) {
        return lambda(user(user));
    }

    /** Lambda with those credentials; closed together with the control plane. */
    public LambdaClient lambda(AwsCredentials as) {
        LambdaClient other = configured(
                        LambdaClient.builder()
                                .region(Region.US_EAST_1)
                                .httpClientBuilder(UrlConnectionHttpClient.builder()),
                        as)
                .build();
        clients.add(other);
        return other;
    }

    private static AwsCredentials user(String name) {
        return AwsBasicCredentials.create(name, "not checked");
    }

    /** CloudTrail; closed together with the control plane. */
    public CloudTrailClient cloudTrail() {
        CloudTrailClient trail = configured(CloudTrailClient.builder()
                        .region(Region.US_EAST_1)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()))
                .build();
        clients.add(trail);
        return trail;
    }

    /** A node that is closed together with the control plane. */
    public FakeNode node(String name) {
        FakeNode node = new FakeNode(name, plane.watchAddress(), plane.enrolmentToken());
        nodes.add(node);
        return node;
    }

    /** The same at a PoP. */
    public FakeNode node(String name, String pop) {
        FakeNode node = new FakeNode(name, pop, plane.watchAddress(), plane.enrolmentToken());
        nodes.add(node);
        return node;
    }

    /** A function with one file. */
    public static CreateFunctionRequest.Builder function(String name) {
        return CreateFunctionRequest.builder()
                .functionName(name)
                .runtime(Runtime.NODEJS20_X)
                .handler("index.handler")
                .role(ROLE)
                .code(code -> code.zipFile(zip("exports.handler = async (event) => event.Records[0].cf.request;")));
    }

    /** A distribution with an origin on this machine and CloudFront's rules for caching. */
    public static DistributionConfig.Builder distribution(String callerReference) {
        Origin origin = Origin.builder()
                .id("site")
                .domainName("localhost")
                .customOriginConfig(custom ->
                        custom.httpPort(7200).httpsPort(443).originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                .build();
        return DistributionConfig.builder()
                .callerReference(callerReference)
                .comment("a test")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(origin))
                .defaultCacheBehavior(behavior().build());
    }

    public static DefaultCacheBehavior.Builder behavior() {
        return DefaultCacheBehavior.builder()
                .targetOriginId("site")
                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                .cachePolicyId("658327ea-f89d-4fab-a63d-7e88639e58f6");
    }

    public static CacheBehavior.Builder behavior(String pathPattern) {
        return CacheBehavior.builder()
                .pathPattern(pathPattern)
                .targetOriginId("site")
                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                .cachePolicyId("658327ea-f89d-4fab-a63d-7e88639e58f6");
    }

    /** A zip whose {@code index.js} has that text. */
    public static SdkBytes zip(String source) {
        return SdkBytes.fromByteArray(zip(Map.of("index.js", source.getBytes(StandardCharsets.UTF_8))));
    }

    public static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        nodes.forEach(FakeNode::close);
        clients.forEach(SdkAutoCloseable::close);
        cloudFront.close();
        lambda.close();
        sqs.close();
        sts.close();
        plane.close();
    }
}
