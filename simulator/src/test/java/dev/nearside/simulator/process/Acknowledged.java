package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.FunctionZip;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.cloudfront.model.InvalidationSummary;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;

/** What a control plane has said yes to, and so must still have after any kill. */
final class Acknowledged {

    private static final String FUNCTION = "counted";

    private final int originPort;

    /** Versions by ARN, with the digest of their code. */
    private final ConcurrentMap<String, String> versions = new ConcurrentHashMap<>();

    /** Distributions by id, with their caller reference. */
    private final ConcurrentMap<String, String> distributions = new ConcurrentHashMap<>();

    /** Invalidations by id, with their distribution. */
    private final ConcurrentMap<String, String> invalidations = new ConcurrentHashMap<>();

    /** Numbers every attempt, acknowledged or not, so that none looks like a repetition. */
    private int attempts;

    Acknowledged(int originPort) {
        this.originPort = originPort;
    }

    int count() {
        return versions.size() + distributions.size() + invalidations.size();
    }

    /** Adds a version, a distribution and an invalidation in turn until the control plane is gone. */
    void addUntilRefused(AwsClients aws) {
        try {
            if (versions.isEmpty()) {
                versions.put(aws.publishedFunction(FUNCTION, code()), "");
            }
            while (true) {
                addVersion(aws);
                invalidate(aws, addDistribution(aws));
            }
        } catch (SdkClientException _) {
            // The control plane was killed; nobody knows what became of the call under way.
        }
    }

    private void addVersion(AwsClients aws) {
        byte[] zip = code();
        UpdateFunctionCodeResponse published = aws.lambda()
                .updateFunctionCode(update -> update.functionName(FUNCTION)
                        .zipFile(SdkBytes.fromByteArray(zip))
                        .publish(true));
        versions.put(published.functionArn(), published.codeSha256());
    }

    private String addDistribution(AwsClients aws) {
        String reference = "attempt-" + attempts++;
        String id = aws.cloudFront()
                .createDistribution(create -> create.distributionConfig(
                        AwsClients.distribution(reference, originPort, AwsClients.RFC_POLICY)))
                .distribution()
                .id();
        distributions.put(id, reference);
        return id;
    }

    private void invalidate(AwsClients aws, String distribution) {
        String reference = "attempt-" + attempts++;
        String id = aws.cloudFront()
                .createInvalidation(create -> create.distributionId(distribution)
                        .invalidationBatch(batch -> batch.callerReference(reference)
                                .paths(paths -> paths.quantity(1).items("/*"))))
                .invalidation()
                .id();
        invalidations.put(id, distribution);
    }

    private byte[] code() {
        return FunctionZip.ofIndex("exports.handler = async () => " + attempts++ + ";");
    }

    /** Asks for all of it. */
    void assertAllThere(AwsClients aws) {
        if (count() == 0) {
            return;
        }
        Map<String, String> there = new ConcurrentHashMap<>();
        for (var page : aws.lambda().listVersionsByFunctionPaginator(list -> list.functionName(FUNCTION))) {
            for (FunctionConfiguration version : page.versions()) {
                there.put(version.functionArn(), version.codeSha256());
            }
        }
        versions.forEach((arn, sha256) -> assertThat(there.get(arn)).as(arn).contains(sha256));
        distributions.forEach((id, reference) -> {
            String kept = aws.cloudFront()
                    .getDistributionConfig(get -> get.id(id))
                    .distributionConfig()
                    .callerReference();
            assertThat(kept).as(id).isEqualTo(reference);
        });
        invalidations.forEach((id, distribution) -> {
            List<String> invalidationsThere = aws
                    .cloudFront()
                    .listInvalidations(list -> list.distributionId(distribution))
                    .invalidationList()
                    .items()
                    .stream()
                    .map(InvalidationSummary::id)
                    .toList();
            assertThat(invalidationsThere).as(distribution).contains(id);
        });
    }
}
