package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** The stock AWS SDK reserves concurrency, and a node that follows is told. */
class ReservedConcurrencySessionTest {

    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    @TempDir
    private Path data;

    /** Where the state is; a subclass may put it elsewhere. */
    TestState state() {
        return TestState.SQLITE;
    }

    private TestPlane aws;
    private FakeNode node;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, state());
        node = aws.node("lhr-1").following("null");
        aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
        aws.lambda.createFunction(TestPlane.function("other").build());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void whatIsReservedIsShownUntilItIsGivenBack() {
        assertThat(reserved("hello")).isNull();
        assertThat(shownByGetFunction("hello")).isNull();

        assertThat(reserve("hello", 7)).isEqualTo(7);
        assertThat(reserved(HELLO)).isEqualTo(7);
        assertThat(shownByGetFunction("hello")).isEqualTo(7);
        assertThat(reserved("other")).isNull();
        assertThat(reserve("hello", 0)).isZero();
        assertThat(reserved("hello")).isZero();

        aws.lambda.deleteFunctionConcurrency(request -> request.functionName("hello"));
        assertThat(reserved("hello")).isNull();
        assertThat(shownByGetFunction("hello")).isNull();
        aws.lambda.deleteFunctionConcurrency(request -> request.functionName("hello"));
    }

    @Test
    void nodesAreToldOfEveryChange() {
        String id = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("one")
                        .defaultCacheBehavior(TestPlane.behavior()
                                .lambdaFunctionAssociations(associations -> associations
                                        .quantity(1)
                                        .items(LambdaFunctionAssociation.builder()
                                                .eventType(EventType.VIEWER_REQUEST)
                                                .lambdaFunctionARN(HELLO + ":1")
                                                .build()))
                                .build())
                        .build()))
                .distribution()
                .id();
        assertThat(servedAfterDeploying(id)).isNull();

        reserve("hello", 5);
        assertThat(servedAfterDeploying(id)).isEqualTo(5);
        aws.lambda.deleteFunctionConcurrency(request -> request.functionName("hello"));
        assertThat(servedAfterDeploying(id)).isNull();
    }

    @Test
    void aDistributionThatComesLaterBringsTheReservationAlong() {
        reserve("hello", 3);
        String id = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(TestPlane.distribution("late")
                        .defaultCacheBehavior(TestPlane.behavior()
                                .lambdaFunctionAssociations(associations -> associations
                                        .quantity(1)
                                        .items(LambdaFunctionAssociation.builder()
                                                .eventType(EventType.ORIGIN_REQUEST)
                                                .lambdaFunctionARN(HELLO + ":1")
                                                .build()))
                                .build())
                        .build()))
                .distribution()
                .id();

        assertThat(servedAfterDeploying(id)).isEqualTo(3);
    }

    @Test
    void aHundredExecutionsAreLeftForAllOthers() {
        reserve("hello", 600);
        reserve("other", 300);
        reserve("other", 299);
        assertThat(reserve("other", 300))
                .as("its own reservation is no obstacle")
                .isEqualTo(300);

        LambdaException refused = refusal(lambda -> reserve("other", 301));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterValueException");
        assertThat(refused.awsErrorDetails().errorMessage())
                .isEqualTo("Specified ReservedConcurrentExecutions for function decreases account's"
                        + " UnreservedConcurrentExecution below its minimum value of [100].");
        assertThat(reserved("other")).isEqualTo(300);

        aws.lambda.deleteFunction(request -> request.functionName("hello"));
        assertThat(reserve("other", 900)).as("a deleted function keeps nothing").isEqualTo(900);
    }

    @Test
    void invocationsOfAFunctionWithNothingReservedAreThrottled() {
        reserve("hello", 0);

        LambdaException refused;
        try (LambdaClient impatient = LambdaClient.builder()
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build()) {
            refused = catchThrowableOfType(
                    LambdaException.class, () -> impatient.invoke(request -> request.functionName("hello")));
        }
        assertThat(refused).isNotNull();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("TooManyRequestsException");
        assertThat(refused.awsErrorDetails().errorMessage())
                .contains("ReservedFunctionConcurrentInvocationLimitExceeded");
    }

    /** A call that Lambda refuses. */
    record Refused(int status, String code, String named, Consumer<LambdaClient> call) {
        @Override
        public String toString() {
            return code + ": " + named;
        }
    }

    private static Stream<Refused> refusedCalls() {
        return Stream.of(
                new Refused(
                        400,
                        "ValidationException",
                        "'-1'",
                        lambda -> lambda.putFunctionConcurrency(
                                request -> request.functionName("hello").reservedConcurrentExecutions(-1))),
                new Refused(
                        400,
                        "ValidationException",
                        "'null'",
                        lambda -> lambda.putFunctionConcurrency(request -> request.functionName("hello"))),
                new Refused(
                        404,
                        "ResourceNotFoundException",
                        "nobody",
                        lambda -> lambda.putFunctionConcurrency(
                                request -> request.functionName("nobody").reservedConcurrentExecutions(1))),
                new Refused(
                        404,
                        "ResourceNotFoundException",
                        "nobody",
                        lambda -> lambda.getFunctionConcurrency(request -> request.functionName("nobody"))),
                new Refused(
                        404,
                        "ResourceNotFoundException",
                        "nobody",
                        lambda -> lambda.deleteFunctionConcurrency(request -> request.functionName("nobody"))));
    }

    @ParameterizedTest
    @MethodSource("refusedCalls")
    void whatMakesNoSenseIsRefusedWithAwsCode(Refused refused) {
        LambdaException said = refusal(refused.call());

        assertThat(said.statusCode()).isEqualTo(refused.status());
        assertThat(said.awsErrorDetails().errorCode()).isEqualTo(refused.code());
        assertThat(said.awsErrorDetails().errorMessage()).contains(refused.named());
    }

    private LambdaException refusal(Consumer<LambdaClient> call) {
        LambdaException refused = catchThrowableOfType(LambdaException.class, () -> call.accept(aws.lambda));
        assertThat(refused).isNotNull();
        return refused;
    }

    private Integer reserve(String name, int executions) {
        return aws.lambda
                .putFunctionConcurrency(request -> request.functionName(name).reservedConcurrentExecutions(executions))
                .reservedConcurrentExecutions();
    }

    private @Nullable Integer reserved(String name) {
        return aws.lambda
                .getFunctionConcurrency(request -> request.functionName(name))
                .reservedConcurrentExecutions();
    }

    private @Nullable Integer shownByGetFunction(String name) {
        var shown =
                aws.lambda.getFunction(request -> request.functionName(name)).concurrency();
        return shown == null ? null : shown.reservedConcurrentExecutions();
    }

    private @Nullable Integer servedAfterDeploying(String distributionId) {
        aws.cloudFront.waiter().waitUntilDistributionDeployed(request -> request.id(distributionId));
        return node.snapshot().all(FunctionVersion.class).getFirst().reservedConcurrency();
    }
}
