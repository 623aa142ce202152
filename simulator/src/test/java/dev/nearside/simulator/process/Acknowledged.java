package dev.nearside.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.simulator.devloop.ApiClient;
import dev.nearside.simulator.world.AwsClients;
import dev.nearside.simulator.world.FunctionZip;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.cloudfront.model.InvalidationSummary;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;

/** What a control plane has said yes to one writer, and so must still have after any kill. */
final class Acknowledged {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LATEST = "$LATEST";

    private final String writer;
    private final int originPort;
    private final int apiPort;

    /** Versions by ARN, with the digest of their code. */
    private final ConcurrentMap<String, String> versions = new ConcurrentHashMap<>();

    /** Distributions by id, with their caller reference. */
    private final ConcurrentMap<String, String> distributions = new ConcurrentHashMap<>();

    /** Invalidations by id, with their distribution. */
    private final ConcurrentMap<String, String> invalidations = new ConcurrentHashMap<>();

    /** Keys of the writer's key value store, with their values. */
    private final ConcurrentMap<String, String> values = new ConcurrentHashMap<>();

    /** The digest of the newest code that was stored; empty while none was. */
    private String latestCode = "";

    /** The digest of the code that was under way when the control plane was killed; empty if none was. */
    private String doubtfulCode = "";

    private String storeArn = "";

    /** Numbers every attempt, acknowledged or not, so that none looks like a repetition. */
    private int attempts;

    /**
     * Nothing yet.
     *
     * @param writer a name of its own for each that writes at the same time
     */
    Acknowledged(String writer, int originPort, int apiPort) {
        this.writer = writer;
        this.originPort = originPort;
        this.apiPort = apiPort;
    }

    int count() {
        return versions.size() + distributions.size() + invalidations.size() + values.size();
    }

    /** Adds a version, code, a distribution, an invalidation and a key in turn until the control plane is gone. */
    void addUntilRefused(AwsClients aws) {
        try {
            if (versions.isEmpty()) {
                versions.put(aws.publishedFunction(function(), code()), "");
            }
            if (storeArn.isEmpty()) {
                String name = reference();
                storeArn = aws.cloudFront()
                        .createKeyValueStore(create -> create.name(name))
                        .keyValueStore()
                        .arn();
            }
            while (true) {
                addVersion(aws);
                invalidate(aws, addDistribution(aws));
                putKey();
                storeCode(aws);
            }
        } catch (SdkClientException | IOException _) {
            // The control plane was killed; nobody knows what became of the call under way.
        }
    }

    private String function() {
        return "counted-" + writer;
    }

    private String reference() {
        return writer + "-attempt-" + attempts++;
    }

    private void storeCode(AwsClients aws) {
        byte[] zip = code();
        doubtfulCode = CodeDigest.base64(zip);
        latestCode = aws.lambda()
                .updateFunctionCode(update -> update.functionName(function()).zipFile(SdkBytes.fromByteArray(zip)))
                .codeSha256();
        doubtfulCode = "";
    }

    /** Without the stock client, whose signature for this service needs native code. */
    private void putKey() throws IOException {
        String key = reference();
        try (ApiClient api = new ApiClient(apiPort)) {
            String etag = api.require(call("GET", storePath(), "", Map.of())).header("etag");
            api.require(call(
                    "PUT",
                    storePath() + "/keys/" + key,
                    "{\"Value\":\"" + key + "\"}",
                    Map.of("If-Match", etag, "Content-Type", "application/json")));
        }
        values.put(key, key);
    }

    private void assertKeysThere() throws IOException {
        try (ApiClient api = new ApiClient(apiPort)) {
            for (Map.Entry<String, String> item : values.entrySet()) {
                ApiClient.Reply reply = api.require(call("GET", storePath() + "/keys/" + item.getKey(), "", Map.of()));
                assertThat(JSON.readTree(reply.body()).path("Value").asText()).isEqualTo(item.getValue());
            }
        }
    }

    private String storePath() {
        return "/key-value-stores/" + URLEncoder.encode(storeArn, StandardCharsets.UTF_8);
    }

    private static ApiClient.Call call(String method, String path, String body, Map<String, String> headers) {
        return new ApiClient.Call(method, path, body.getBytes(StandardCharsets.UTF_8), PATIENCE, headers);
    }

    private void addVersion(AwsClients aws) {
        byte[] zip = code();
        doubtfulCode = CodeDigest.base64(zip);
        UpdateFunctionCodeResponse published = aws.lambda()
                .updateFunctionCode(update -> update.functionName(function())
                        .zipFile(SdkBytes.fromByteArray(zip))
                        .publish(true));
        versions.put(published.functionArn(), published.codeSha256());
        latestCode = published.codeSha256();
        doubtfulCode = "";
    }

    private String addDistribution(AwsClients aws) {
        String reference = reference();
        String id = aws.cloudFront()
                .createDistribution(create -> create.distributionConfig(
                        AwsClients.distribution(reference, originPort, AwsClients.RFC_POLICY)))
                .distribution()
                .id();
        distributions.put(id, reference);
        return id;
    }

    private void invalidate(AwsClients aws, String distribution) {
        String reference = reference();
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
    void assertAllThere(AwsClients aws) throws IOException {
        if (count() == 0) {
            return;
        }
        Map<String, String> there = new ConcurrentHashMap<>();
        for (var page : aws.lambda().listVersionsByFunctionPaginator(list -> list.functionName(function()))) {
            for (FunctionConfiguration version : page.versions()) {
                there.put(version.functionArn(), version.codeSha256());
                if (version.version().equals(LATEST)) {
                    there.put(LATEST, version.codeSha256());
                }
            }
        }
        String latest = there.getOrDefault(LATEST, "");
        if (!latestCode.isEmpty()) {
            assertThat(latest).as("code of %s", function()).isIn(latestCode, doubtfulCode);
            latestCode = latest;
            doubtfulCode = "";
        }
        assertKeysThere();
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
