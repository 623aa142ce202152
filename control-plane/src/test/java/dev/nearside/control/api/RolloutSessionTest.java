package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.snapshot.Distribution;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.watch.DistributionCounts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.InvalidLambdaFunctionAssociationException;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;

/** Rollouts with stock clients, the platform's API and nodes that watch. */
@Timeout(60)
class RolloutSessionTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ONLY_LHR = """
            {"waves": [{"pops": ["LHR"]}], "bakeSeconds": 3600, "minRequests": 10}""";

    @TempDir
    private Path data;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestPlane aws;
    private FakeNode lhr;
    private FakeNode nrt;

    @BeforeEach
    void start() throws Exception {
        aws = new TestPlane(data);
        watch();
    }

    private void watch() throws Exception {
        lhr = aws.node("lhr-1", "LHR").following("null");
        nrt = aws.node("nrt-1", "NRT").following("null");
        await(() -> get("status").path("nodesConnected").asInt() == 2);
    }

    @AfterEach
    void stop() {
        http.close();
        aws.close();
    }

    @Test
    void waveHasTheReleaseAndTheOthersHaveInvalidationsUntilItIsAborted() throws Exception {
        String first = create("first");
        awaitComment(nrt, first, "first");
        assertThat(status(first)).isEqualTo("Deployed");
        policy(ONLY_LHR);
        update(first, "second");
        awaitComment(lhr, first, "second");
        assertThat(status(first)).isEqualTo("InProgress");

        invalidate(first);
        await(() -> hasInvalidation(lhr) && hasInvalidation(nrt));
        assertThat(comment(lhr, first)).isEqualTo("second");
        assertThat(comment(nrt, first)).isEqualTo("first");
        assertThat(get("rollouts/1").at("/progress/nodes/0").asText()).isEqualTo("lhr-1");
        assertThat(get("rollouts/1").path("state").asText()).isEqualTo("running");

        long before = lhr.snapshot().revision();
        assertThat(post("rollouts/1/abort", "").statusCode()).isEqualTo(200);
        awaitComment(lhr, first, "first");
        assertThat(lhr.snapshot().revision()).isGreaterThan(before);
        assertThat(get("rollouts").at("/rollouts/0/state").asText()).isEqualTo("rolled-back");
        assertThat(get("rollouts").at("/rolledBack/0").asText()).isEqualTo(first);
        assertThat(status(first)).isEqualTo("InProgress");
        assertThat(aws.cloudFront
                        .getDistributionConfig(request -> request.id(first))
                        .distributionConfig()
                        .comment())
                .isEqualTo("second");

        update(first, "second");
        awaitComment(lhr, first, "second");
        assertThat(get("rollouts").path("rolledBack")).isEmpty();
        assertThat(get("rollouts").at("/rollouts/0/rollout").asInt()).isEqualTo(2);
    }

    @Test
    void rolloutThatIsGoodEndsWithAllNodesAndIsDeployedThen() throws Exception {
        String id = create("first");
        post("rollouts/next-policy", "{\"waves\": [{\"percent\": 50}], \"bakeSeconds\": 0.2}");
        update(id, "second");

        await(() -> get("rollouts/1").path("state").asText().equals("completed"));
        awaitComment(lhr, id, "second");
        awaitComment(nrt, id, "second");
        assertThat(lhr.snapshot().revision()).isEqualTo(nrt.snapshot().revision());
        await(() -> status(id).equals("Deployed"));
        assertThat(get("rollouts").has("nextPolicy")).isFalse();
        update(id, "third");
        awaitComment(nrt, id, "third");
        assertThat(get("rollouts").path("rollouts"))
                .as("the next one goes to all at once")
                .hasSize(1);
    }

    @Test
    void failingReleaseIsTakenBackByItself() throws Exception {
        String id = create("first");
        policy(ONLY_LHR);
        lhr.reports(new DistributionCounts(id, 0, 0, 0));
        update(id, "bad");
        awaitComment(lhr, id, "bad");
        lhr.reports(new DistributionCounts(id, 50, 40, 40));

        await(() -> get("rollouts/1").path("state").asText().equals("rolled-back"));
        awaitComment(lhr, id, "first");
        assertThat(get("rollouts/1").path("reason").asText())
                .contains("distribution " + id, "80.0 % of 50 exchanges failed on nodes with the release");
    }

    @Test
    void changesWaitForTheRolloutAndGoOutWithoutWhatWasTakenBack() throws Exception {
        String first = create("first");
        String other = create("other");
        policy(ONLY_LHR);
        update(first, "bad");
        awaitComment(lhr, first, "bad");
        update(other, "changed");
        assertThat(get("rollouts").at("/waiting/0").asText()).isEqualTo(other);
        assertThat(comment(lhr, other)).isEqualTo("other");

        post("rollouts/1/abort", "");
        awaitComment(lhr, other, "changed");
        assertThat(comment(lhr, first)).isEqualTo("first");
        assertThat(comment(nrt, other)).isEqualTo("other");
        assertThat(get("rollouts").at("/rollouts/0/rollout").asInt()).isEqualTo(2);
    }

    @Test
    void earlierRevisionIsBackEverywhereWithOneCall() throws Exception {
        String id = create("first");
        awaitComment(lhr, id, "first");
        long first = lhr.snapshot().revision();
        update(id, "second");
        String later = create("later");
        awaitComment(lhr, later, "later");
        invalidate(id);
        await(() -> hasInvalidation(lhr));
        long last = lhr.snapshot().revision();

        JsonNode answer = MAPPER.readTree(
                post("rollouts/rollback", "{\"revision\": " + first + "}").body());
        assertThat(answer.path("revision").asLong()).isEqualTo(last + 1);
        await(() -> lhr.snapshot().revision() == last + 1 && nrt.snapshot().revision() == last + 1);
        assertThat(comment(lhr, id)).isEqualTo("first");
        assertThat(lhr.snapshot().distribution(later)).as("made since").isEmpty();
        assertThat(hasInvalidation(lhr)).isTrue();

        aws.close();
        aws = new TestPlane(data);
        watch();
        awaitComment(nrt, id, "first");
        assertThat(nrt.snapshot().revision()).isEqualTo(last + 1);
        assertThat(post("rollouts/rollback", "{\"revision\": 99}").body())
                .contains("revision 99 is not known, expected 1 to " + (last + 1));
    }

    @Test
    void rolloutGoesOnUnderTheSameRevisionsAfterTheControlPlaneWasAway() throws Exception {
        String id = create("first");
        policy(ONLY_LHR);
        update(id, "second");
        awaitComment(lhr, id, "second");
        String other = create("waits");
        invalidate(id);
        await(() -> hasInvalidation(lhr) && hasInvalidation(nrt));
        String withRelease = lhr.snapshot().digest();
        String without = nrt.snapshot().digest();

        aws.close();
        aws = new TestPlane(data);
        watch();
        await(() -> lhr.snapshot().digest().equals(withRelease));
        await(() -> nrt.snapshot().digest().equals(without));
        assertThat(get("rollouts").at("/waiting/0").asText()).isEqualTo(other);
        post("rollouts/1/abort", "");
        awaitComment(lhr, id, "first");
        awaitComment(lhr, other, "waits");
    }

    /** Zero stops a function, which must not wait for hours. */
    @Test
    void reservedConcurrencyIsForAllNodesAtOnceAndSoForVersionsThatOnlySomeServe() throws Exception {
        String one = aws.lambda
                .createFunction(TestPlane.function("f").publish(true).build())
                .functionArn();
        String id = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("a")
                        .defaultRootObject("first")
                        .defaultCacheBehavior(with(one))
                        .build()))
                .distribution()
                .id();
        awaitComment(nrt, id, "first");
        policy(ONLY_LHR);
        String two = aws.lambda
                .updateFunctionCode(request -> request.functionName("f")
                        .zipFile(TestPlane.zip("// two"))
                        .publish(true))
                .functionArn();
        GetDistributionConfigResponse before = aws.cloudFront.getDistributionConfig(request -> request.id(id));
        DistributionConfig next = before.distributionConfig().toBuilder()
                .defaultRootObject("second")
                .defaultCacheBehavior(with(two))
                .build();
        aws.cloudFront.updateDistribution(
                request -> request.id(id).ifMatch(before.eTag()).distributionConfig(next));
        awaitComment(lhr, id, "second");

        aws.lambda.putFunctionConcurrency(request -> request.functionName("f").reservedConcurrentExecutions(0));
        await(() -> isStopped(lhr, two) && isStopped(nrt, one));
        assertThat(comment(nrt, id)).isEqualTo("first");
        assertThatThrownBy(() -> aws.lambda.deleteFunction(
                        request -> request.functionName("f").qualifier("1")))
                .as("a version that some nodes serve")
                .hasMessageContaining("replicated function");
    }

    private static boolean isStopped(FakeNode node, String arn) {
        return node.snapshot()
                .functionVersion(arn)
                .map(FunctionVersion::reservedConcurrency)
                .filter(executions -> executions == 0)
                .isPresent();
    }

    private static DefaultCacheBehavior with(String arn) {
        return TestPlane.behavior()
                .lambdaFunctionAssociations(all -> all.quantity(1)
                        .items(LambdaFunctionAssociation.builder()
                                .lambdaFunctionARN(arn)
                                .eventType(EventType.VIEWER_REQUEST)
                                .build()))
                .build();
    }

    @Test
    void versionThatANodeCannotLoadIsRefusedBeforeAnyNodeGetsIt() throws Exception {
        String arn = aws.lambda
                .createFunction(TestPlane.function("f").publish(true).build())
                .functionArn();
        aws.close();
        aws = new TestPlane(data);
        lhr = aws.node("lhr-1", "LHR").following("{\"" + arn + "\": \"no engine runs it\"}");
        await(() -> get("status").path("nodesConnected").asInt() == 1);

        assertThatThrownBy(() -> aws.cloudFront.createDistribution(
                        request -> request.distributionConfig(TestPlane.distribution("a")
                                .defaultCacheBehavior(with(arn))
                                .build())))
                .isInstanceOf(InvalidLambdaFunctionAssociationException.class)
                .hasMessageContaining("The node lhr-1 cannot load the function: no engine runs it Function: " + arn);
        assertThat(get("status").path("revision").asLong()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            policy      | {"waves": [{"pops": ["LHR"], "percent": 5}]} | one of the two
            policy      | {"waves": [{"percent": 101}]}                | 101, expected 1 to 100
            policy      | {"waves": {}}                                | waves is {}, expected an array
            policy      | {"wave": []}                                 | 'wave', expected nothing but [waves,
            policy      | {"bakeSeconds": -1}                          | bakeSeconds is -1, expected 0 to 86400
            policy      | {"minRequests": 0}                           | minRequests is 0, expected 1 or more
            policy      | {"maxErrorIncrease": "5"}                    | maxErrorIncrease is "5", expected a number
            policy      | []                                           | not a JSON object
            next-policy | {                                            | not JSON
            rollback    | {"revision": 1.5}                            | revision is 1.5, expected the number
            rollback    | {"revision": 7}                              | revision 7 is not known
            7/abort     | {}                                           | there is no rollout 7
            7/explode   | {}                                           | is nothing, expected GET""")
    void whatMakesNoSenseIsRefusedWithAReason(String path, String body, String reason) throws Exception {
        HttpResponse<String> response = post("rollouts/" + path, body);
        assertThat(response.statusCode()).isIn(400, 404);
        assertThat(MAPPER.readTree(response.body()).path("message").asText()).contains(reason);
    }

    @Test
    void rolloutThatIsOverCannotBeSteered() throws Exception {
        String id = create("first");
        policy(ONLY_LHR);
        update(id, "second");
        post("rollouts/1/abort", "");

        HttpResponse<String> response = post("rollouts/1/resume", "");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("rollout 1 is ROLLED_BACK already");
    }

    @Test
    void webPagesOfOthersCannotSteerRollouts() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("rollouts/policy"))
                .header("Origin", "http://evil.test")
                .POST(BodyPublishers.ofString(ONLY_LHR))
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(get("rollouts").at("/policy/waves")).isEmpty();
    }

    private String create(String comment) {
        return aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution(comment)
                        .comment(comment)
                        .defaultRootObject(comment)
                        .build()))
                .distribution()
                .id();
    }

    private void update(String id, String comment) {
        GetDistributionConfigResponse before = aws.cloudFront.getDistributionConfig(request -> request.id(id));
        // Nodes do not know the comment, so the root object tells them apart.
        DistributionConfig next = before.distributionConfig().toBuilder()
                .comment(comment)
                .defaultRootObject(comment)
                .build();
        aws.cloudFront.updateDistribution(
                request -> request.id(id).ifMatch(before.eTag()).distributionConfig(next));
    }

    private void invalidate(String id) {
        aws.cloudFront.createInvalidation(CreateInvalidationRequest.builder()
                .distributionId(id)
                .invalidationBatch(batch -> batch.callerReference("a")
                        .paths(paths -> paths.quantity(1).items("/a")))
                .build());
    }

    private static String comment(FakeNode node, String id) {
        return node.snapshot()
                .distribution(id)
                .map(Distribution::defaultRootObject)
                .orElse("nothing");
    }

    private static boolean hasInvalidation(FakeNode node) {
        return !node.snapshot().all(Invalidation.class).isEmpty();
    }

    private String status(String id) {
        return aws.cloudFront
                .getDistribution(request -> request.id(id))
                .distribution()
                .status();
    }

    private void policy(String json) throws Exception {
        assertThat(post("rollouts/policy", json).statusCode()).isEqualTo(200);
    }

    private static void awaitComment(FakeNode node, String id, String comment) throws Exception {
        await(() -> comment(node, id).equals(comment));
    }

    private static void await(Callable<Boolean> holds) throws Exception {
        while (!holds.call()) {
            Thread.onSpinWait();
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return MAPPER.readTree(http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString())
                .body());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/" + path);
    }
}
