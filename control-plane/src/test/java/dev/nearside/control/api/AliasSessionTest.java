package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nearside.control.RunningNode;
import dev.nearside.control.TestPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.InvalidLambdaFunctionAssociationException;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ListAliasesResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

/** Aliases and qualifiers of functions with the stock AWS SDK. */
class AliasSessionTest {

    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    @TempDir
    private Path data;

    private TestPlane aws;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
        aws.lambda.updateFunctionCode(update -> update.functionName("hello")
                .zipFile(TestPlane.zip("exports.handler = async () => 2;"))
                .publish(true));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void anAliasIsMadeChangedListedAndDeleted() {
        CreateAliasResponse made = aws.lambda.createAlias(alias ->
                alias.functionName("hello").name("live").functionVersion("1").description("what viewers get"));
        assertThat(made.aliasArn()).isEqualTo(HELLO + ":live");
        assertThat(made.description()).isEqualTo("what viewers get");

        UpdateAliasResponse changed = aws.lambda.updateAlias(alias ->
                alias.functionName("hello").name("live").functionVersion("2").revisionId(made.revisionId()));
        assertThat(changed.revisionId()).isNotEqualTo(made.revisionId());
        assertThat(changed.description())
                .as("what an update does not name stays")
                .isEqualTo("what viewers get");
        assertThat(aws.lambda
                        .getAlias(r -> r.functionName("hello").name("live"))
                        .functionVersion())
                .isEqualTo("2");

        aws.lambda.createAlias(alias -> alias.functionName("hello").name("old").functionVersion("1"));
        ListAliasesResponse first =
                aws.lambda.listAliases(r -> r.functionName("hello").maxItems(1));
        assertThat(first.aliases()).extracting(AliasConfiguration::name).containsExactly("live");
        assertThat(aws.lambda
                        .listAliases(r -> r.functionName("hello").marker(first.nextMarker()))
                        .aliases())
                .extracting(AliasConfiguration::name)
                .containsExactly("old");
        assertThat(aws.lambda
                        .listAliases(r -> r.functionName("hello").functionVersion("1"))
                        .aliases())
                .extracting(AliasConfiguration::name)
                .containsExactly("old");

        aws.lambda.deleteAlias(r -> r.functionName("hello").name("old"));
        aws.lambda.deleteAlias(r -> r.functionName("hello").name("old"));
        assertThatThrownBy(
                        () -> aws.lambda.getAlias(r -> r.functionName("hello").name("old")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining(HELLO + ":old");
    }

    @Test
    void aStaleRevisionOfAnAliasIsRefused() {
        alias("live", "1", Map.of());
        assertThatThrownBy(() -> aws.lambda.updateAlias(r -> r.functionName("hello")
                        .name("live")
                        .functionVersion("2")
                        .revisionId("stale")))
                .isInstanceOf(PreconditionFailedException.class)
                .hasMessageContaining("stale");
    }

    @Test
    void qualifiersNameVersionsWhereverTheyAreTaken() {
        alias("live", "1", Map.of());
        for (String name : List.of("hello:live", HELLO + ":live", "000000000000:function:hello:live")) {
            GetFunctionConfigurationResponse found = aws.lambda.getFunctionConfiguration(r -> r.functionName(name));
            assertThat(found.version()).isEqualTo("1");
            assertThat(found.functionArn()).isEqualTo(HELLO + ":live");
        }
        assertThat(aws.lambda
                        .getFunction(r -> r.functionName("hello").qualifier("$LATEST"))
                        .configuration()
                        .functionArn())
                .isEqualTo(HELLO + ":$LATEST");
        assertThat(aws.lambda
                        .getFunction(r -> r.functionName("hello"))
                        .configuration()
                        .functionArn())
                .isEqualTo(HELLO);
        ListVersionsByFunctionResponse first =
                aws.lambda.listVersionsByFunction(r -> r.functionName("hello").maxItems(2));
        assertThat(first.versions())
                .extracting(FunctionConfiguration::functionArn)
                .containsExactly(HELLO + ":$LATEST", HELLO + ":1");
        assertThat(aws.lambda
                        .listVersionsByFunction(r -> r.functionName("hello").marker(first.nextMarker()))
                        .versions())
                .extracting(FunctionConfiguration::version)
                .containsExactly("2");
        assertThatThrownBy(() ->
                        aws.lambda.getFunction(r -> r.functionName("hello").qualifier("nobody")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining(HELLO + ":nobody");
    }

    @Test
    void weightsDecideWhichVersionRuns() throws Exception {
        new RunningNode(
                aws, question -> RunningNode.returned("\"" + question.version().version() + "\""));
        alias("never", "1", Map.of("2", 0.0));
        alias("always", "1", Map.of("2", 1.0));
        alias("half", "1", Map.of("2", 0.5));

        assertThat(executed("never", 10)).containsOnlyKeys("1");
        assertThat(executed("always", 10)).containsOnlyKeys("2");
        assertThat(executed("half", 64)).containsOnlyKeys("1", "2");

        var ran = aws.lambda.invoke(r -> r.functionName("hello").qualifier("always"));
        assertThat(ran.executedVersion()).isEqualTo("2");
        assertThat(ran.payload().asUtf8String()).isEqualTo("\"2\"");

        aws.lambda.updateAlias(r ->
                r.functionName("hello").name("always").routingConfig(none -> none.additionalVersionWeights(Map.of())));
        assertThat(executed("always", 10)).as("without routing").containsOnlyKeys("1");
    }

    private Map<String, Long> executed(String alias, int times) {
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            String version = aws.lambda
                    .invoke(r -> r.functionName("hello").qualifier(alias).invocationType(InvocationType.DRY_RUN))
                    .executedVersion();
            counts.merge(version, 1L, Long::sum);
        }
        return counts;
    }

    @Test
    void aVersionGoesOnlyWhenNothingLeadsToIt() {
        alias("live", "1", Map.of("2", 0.1));
        for (String version : List.of("1", "2")) {
            assertThatThrownBy(() -> aws.lambda.deleteFunction(
                            r -> r.functionName("hello").qualifier(version)))
                    .isInstanceOf(ResourceConflictException.class)
                    .hasMessageContaining("[live]");
        }
        assertThatThrownBy(() ->
                        aws.lambda.deleteFunction(r -> r.functionName("hello").qualifier("live")))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("DeleteAlias");
        aws.lambda.deleteAlias(r -> r.functionName("hello").name("live"));
        aws.lambda.deleteFunction(r -> r.functionName("hello").qualifier("1"));
        assertThatThrownBy(() ->
                        aws.lambda.getFunction(r -> r.functionName("hello").qualifier("1")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThat(aws.lambda
                        .getFunction(r -> r.functionName("hello").qualifier("2"))
                        .configuration()
                        .version())
                .isEqualTo("2");
    }

    @Test
    void distributionsTakeNumbersOnlyAndKeepTheirVersions() {
        alias("live", "1", Map.of());
        for (String qualifier : List.of(":live", ":$LATEST", "")) {
            assertThatThrownBy(() -> associate(HELLO + qualifier))
                    .isInstanceOf(InvalidLambdaFunctionAssociationException.class)
                    .hasMessageContaining("must reference a specific function version");
        }
        associate(HELLO + ":2");
        assertThatThrownBy(() ->
                        aws.lambda.deleteFunction(r -> r.functionName("hello").qualifier("2")))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("replicated function");
    }

    private void associate(String arn) {
        var association = LambdaFunctionAssociation.builder()
                .eventType(EventType.VIEWER_REQUEST)
                .lambdaFunctionARN(arn)
                .build();
        aws.cloudFront.createDistribution(r -> r.distributionConfig(TestPlane.distribution("alias " + arn)
                .defaultCacheBehavior(TestPlane.behavior()
                        .lambdaFunctionAssociations(all -> all.quantity(1).items(association))
                        .build())
                .build()));
    }

    private static Stream<Refused> refusals() {
        return Stream.of(
                new Refused(404, "ResourceNotFoundException", ":7", a -> a.functionVersion("7")),
                new Refused(409, "ResourceConflictException", ":taken", a -> a.name("taken")),
                new Refused(400, "ValidationException", "'12'", a -> a.name("12")),
                new Refused(400, "ValidationException", "'latest'", a -> a.functionVersion("latest")),
                new Refused(400, "ValidationException", "'1.5'", a -> weights(a, Map.of("2", 1.5))),
                new Refused(
                        400,
                        "InvalidParameterValueException",
                        "[1, 2]",
                        a -> weights(a, new TreeMap<>(Map.of("1", 0.1, "2", 0.1)))
                                .functionVersion("$LATEST")),
                new Refused(400, "InvalidParameterValueException", "$LATEST", a -> weights(a, Map.of("$LATEST", 0.1))),
                new Refused(
                        400,
                        "InvalidParameterValueException",
                        "is its version already",
                        a -> weights(a, Map.of("1", 0.1))),
                new Refused(404, "ResourceNotFoundException", "nobody", a -> a.functionName("nobody")));
    }

    private static CreateAliasRequest.Builder weights(CreateAliasRequest.Builder alias, Map<String, Double> weights) {
        return alias.routingConfig(routing -> routing.additionalVersionWeights(weights));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsNoAliasIsRefused(Refused row) {
        alias("taken", "1", Map.of());
        CreateAliasRequest.Builder asked =
                CreateAliasRequest.builder().functionName("hello").name("live").functionVersion("1");
        row.edit.accept(asked);
        LambdaException refused =
                catchThrowableOfType(LambdaException.class, () -> aws.lambda.createAlias(asked.build()));
        assertThat(refused.statusCode()).isEqualTo(row.status);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(row.code);
        assertThat(refused).hasMessageContaining(row.text);
    }

    record Refused(int status, String code, String text, Consumer<CreateAliasRequest.Builder> edit) {
        @Override
        public String toString() {
            return code + " " + text;
        }
    }

    @Test
    void stockWaitersFindTheFunctionReady() {
        aws.lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName("hello"));
        aws.lambda.waiter().waitUntilFunctionUpdated(r -> r.functionName("hello"));
        aws.lambda
                .waiter()
                .waitUntilPublishedVersionActive(r -> r.functionName("hello").qualifier("1"));
        assertThat(aws.lambda
                        .getFunctionConfiguration(r -> r.functionName("hello"))
                        .version())
                .isEqualTo("$LATEST");
    }

    private void alias(String name, String version, Map<String, Double> weights) {
        aws.lambda.createAlias(alias -> alias.functionName("hello")
                .name(name)
                .functionVersion(version)
                .routingConfig(routing -> routing.additionalVersionWeights(weights)));
    }
}
