package dev.nearside.simulator.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** The session through the AWS SDK for Java. */
final class SdkSession implements AwsSession {

    private static final EventType[] EVENTS = {EventType.VIEWER_REQUEST, EventType.VIEWER_RESPONSE};

    private final AwsClients aws;

    SdkSession(int apiPort) {
        aws = new AwsClients(apiPort);
    }

    @Override
    public void createFunction(String name, Path zip) throws IOException {
        SdkBytes code = SdkBytes.fromByteArray(Files.readAllBytes(zip));
        aws.lambda()
                .createFunction(create -> create.functionName(name)
                        .runtime(Runtime.NODEJS22_X)
                        .role("arn:aws:iam::000000000000:role/edge")
                        .handler("index.handler")
                        .code(zipped -> zipped.zipFile(code)));
    }

    @Override
    public void updateFunctionCode(String name, Path zip) throws IOException {
        SdkBytes code = SdkBytes.fromByteArray(Files.readAllBytes(zip));
        aws.lambda().updateFunctionCode(update -> update.functionName(name).zipFile(code));
    }

    @Override
    public String publishVersion(String name) {
        return aws.lambda()
                .publishVersion(publish -> publish.functionName(name))
                .functionArn();
    }

    @Override
    public String createDistribution(String reference, int originPort, String versionArn) {
        DistributionConfig plain = AwsClients.distribution(reference, originPort, AwsClients.CACHING_OPTIMIZED);
        return aws.cloudFront()
                .createDistribution(create -> create.distributionConfig(AwsClients.with(plain, versionArn, EVENTS)))
                .distribution()
                .id();
    }

    @Override
    public void waitDistributionDeployed(String id) {
        aws.cloudFront().waiter().waitUntilDistributionDeployed(get -> get.id(id));
    }

    @Override
    public void replaceVersion(String id, String oldArn, String newArn) {
        var current = aws.cloudFront().getDistributionConfig(get -> get.id(id));
        aws.update(id, AwsClients.with(current.distributionConfig(), newArn, EVENTS), current.eTag());
    }

    @Override
    public String invalidateEverything(String id) {
        return aws.cloudFront()
                .createInvalidation(create -> create.distributionId(id)
                        .invalidationBatch(batch -> batch.callerReference("all-of-" + id)
                                .paths(paths -> paths.quantity(1).items("/*"))))
                .invalidation()
                .id();
    }

    @Override
    public void waitInvalidationCompleted(String id, String invalidation) {
        aws.cloudFront()
                .waiter()
                .waitUntilInvalidationCompleted(get -> get.distributionId(id).id(invalidation));
    }

    @Override
    public void close() {
        aws.close();
    }
}
