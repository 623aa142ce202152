package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.Eventually;
import dev.nearside.control.RunningNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.time.ManualTime;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeQuestion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionEventInvokeConfig;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Events that run in the background: retries by a clock that stands still, dead letters, destinations, restarts. */
class AsyncInvocationsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:";
    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    @TempDir
    private Path data;

    /** When the function was run. */
    private final List<Long> startedMillis = new CopyOnWriteArrayList<>();

    private final ManualTime time = new ManualTime(1_800_000_000_000L);
    private TestPlane aws;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, time);
        List.of("dead", "bad", "good").forEach(name -> aws.sqs.createQueue(r -> r.queueName(name)));
        aws.lambda.createFunction(TestPlane.function("hello")
                .deadLetterConfig(letters -> letters.targetArn(QUEUE + "dead"))
                .publish(true)
                .build());
        aws.lambda.putFunctionEventInvokeConfig(r -> r.functionName("hello")
                .destinationConfig(destinations -> destinations
                        .onFailure(to -> to.destination(QUEUE + "bad"))
                        .onSuccess(to -> to.destination(QUEUE + "good"))));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void aFailedEventRunsThriceWithAwsPausesAndThenIsADeadLetter() throws Exception {
        RunningNode node = node(_ -> RunningNode.failed("no luck"));
        String id = invoke("{\"n\":1}");
        runsInTime(node, 3);
        assertThat(startedMillis.get(1) - startedMillis.get(0)).isBetween(60_000L, 119_000L);
        assertThat(startedMillis.get(2) - startedMillis.get(1)).isBetween(120_000L, 239_000L);

        Message letter = received("dead");
        assertThat(letter.body()).isEqualTo("{\"n\":1}");
        assertThat(letter.messageAttributes())
                .containsEntry("RequestID", text("String", id))
                .containsEntry("ErrorCode", text("Number", "200"))
                .containsEntry("ErrorMessage", text("String", "no luck"));
        JsonNode account = JSON.readTree(received("bad").body());
        assertThat(account.path("version").asText()).isEqualTo("1.0");
        assertThat(account.path("requestContext")).isEqualTo(JSON.readTree("""
                {"requestId":"%s","functionArn":"%s:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3}""".formatted(id, HELLO)));
        assertThat(account.path("requestPayload")).isEqualTo(JSON.readTree("{\"n\":1}"));
        assertThat(account.path("responseContext")).isEqualTo(JSON.readTree("""
                {"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"}"""));
        assertThat(account.path("responsePayload").path("errorMessage").asText())
                .isEqualTo("no luck");
        assertThat(node.asked())
                .extracting(InvokeQuestion::requestId)
                .containsOnly(id)
                .hasSize(3);
    }

    @Test
    void aSuccessGoesToItsDestination() throws Exception {
        new RunningNode(aws, _ -> RunningNode.returned("{\"done\":true}"));
        invoke("{\"n\":2}");
        JsonNode account = JSON.readTree(received("good").body());
        assertThat(account.path("requestContext").path("condition").asText()).isEqualTo("Success");
        assertThat(account.path("requestContext").path("approximateInvokeCount").asInt())
                .isEqualTo(1);
        assertThat(account.path("responsePayload")).isEqualTo(JSON.readTree("{\"done\":true}"));
    }

    @Test
    void throttlesDoNotCountAsRuns() throws Exception {
        RunningNode node = node(_ -> RunningNode.throttled());
        invoke("{\"n\":3}");
        runsInTime(node, 5);
        for (int i = 1; i < 5; i++) {
            assertThat(startedMillis.get(i) - startedMillis.get(i - 1)).isGreaterThanOrEqualTo(1_000L << (i - 1));
        }
        node.answers(_ -> RunningNode.returned("3"));
        runsInTime(node, 6);
        assertThat(JSON.readTree(received("good").body())
                        .path("requestContext")
                        .path("approximateInvokeCount")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anEventThatIsTooOldIsGivenUp() throws Exception {
        aws.lambda.updateFunctionEventInvokeConfig(r -> r.functionName("hello").maximumEventAgeInSeconds(60));
        RunningNode node = node(_ -> RunningNode.failed("no luck"));
        invoke("{\"n\":4}");
        Eventually.until("the event is given up", () -> {
            time.advance(Duration.ofSeconds(1));
            return messages("bad") == 1;
        });
        JsonNode context = JSON.readTree(received("bad").body()).path("requestContext");
        assertThat(context.path("condition").asText()).isEqualTo("EventAgeExceeded");
        assertThat(context.path("approximateInvokeCount").asInt()).isLessThan(3);
        assertThat(node.asked().size()).isLessThan(3);
    }

    @Test
    void withoutANodeEventsWaitAndOutliveTheControlPlane() throws Exception {
        String id = invoke("{\"n\":6}");
        aws.close();
        aws = new TestPlane(data, time);
        RunningNode node = new RunningNode(aws, question -> RunningNode.returned(RunningNode.event(question)));
        runsInTime(node, 1);
        assertThat(node.asked().getFirst().requestId()).isEqualTo(id);
        assertThat(JSON.readTree(received("good").body()).path("responsePayload"))
                .isEqualTo(JSON.readTree("{\"n\":6}"));
    }

    @Test
    void aFunctionThatMayNotRunSendsItsEventsToTheDeadLettersAtOnce() throws Exception {
        RunningNode node = new RunningNode(aws, _ -> RunningNode.returned("1"));
        aws.lambda.putFunctionConcurrency(r -> r.functionName("hello").reservedConcurrentExecutions(0));
        invoke("{\"n\":7}");
        Message letter = received("dead");
        assertThat(letter.messageAttributes()).containsEntry("ErrorCode", text("Number", "429"));
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void theVersionsOwnDeadLettersAndTheQualifiersOwnRulesAreUsed() throws Exception {
        aws.lambda.updateFunctionConfiguration(
                r -> r.functionName("hello").deadLetterConfig(none -> none.targetArn("")));
        aws.lambda.createAlias(r -> r.functionName("hello").name("live").functionVersion("1"));
        aws.lambda.putFunctionEventInvokeConfig(
                r -> r.functionName("hello").qualifier("live").maximumRetryAttempts(0));
        RunningNode node = new RunningNode(aws, _ -> RunningNode.failed("no luck"));
        aws.lambda.invoke(r -> r.functionName("hello:live")
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String("8")));
        assertThat(received("dead").body()).isEqualTo("8");
        assertThat(node.asked())
                .singleElement()
                .satisfies(run -> assertThat(run.version().version()).isEqualTo("1"));
        assertThat(aws.lambda
                        .getFunctionConfiguration(r -> r.functionName("hello"))
                        .deadLetterConfig())
                .isNull();
    }

    @Test
    void moreEventsThanAreKeptAreRefused() {
        byte[] large = ("\"" + "x".repeat(1024 * 1024 - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 64; i++) {
            aws.lambda.invoke(r -> r.functionName("hello")
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromByteArrayUnsafe(large)));
        }
        assertThatThrownBy(() -> invoke("{}"))
                .isInstanceOf(TooManyRequestsException.class)
                .hasMessageContaining("64 of at most 10000");
    }

    @Test
    void howEventsAreTakenIsToldListedAndDeleted() {
        aws.lambda.putFunctionEventInvokeConfig(
                r -> r.functionName("hello").qualifier("1").maximumRetryAttempts(1));
        assertThat(aws.lambda
                        .getFunctionEventInvokeConfig(r -> r.functionName("hello"))
                        .functionArn())
                .isEqualTo(HELLO + ":$LATEST");
        var updated = aws.lambda.updateFunctionEventInvokeConfig(
                r -> r.functionName("hello").qualifier("1").maximumEventAgeInSeconds(100));
        assertThat(updated.maximumRetryAttempts()).isEqualTo(1);
        assertThat(updated.lastModified()).isEqualTo(time.now());
        var page = aws.lambda.listFunctionEventInvokeConfigs(
                r -> r.functionName("hello").maxItems(1));
        assertThat(page.functionEventInvokeConfigs())
                .extracting(FunctionEventInvokeConfig::functionArn)
                .containsExactly(HELLO + ":$LATEST");
        assertThat(aws.lambda
                        .listFunctionEventInvokeConfigs(
                                r -> r.functionName("hello").marker(page.nextMarker()))
                        .functionEventInvokeConfigs())
                .extracting(FunctionEventInvokeConfig::maximumEventAgeInSeconds)
                .containsExactly(100);
        aws.lambda.deleteFunctionEventInvokeConfig(r -> r.functionName("hello").qualifier("1"));
        assertThatThrownBy(() -> aws.lambda.getFunctionEventInvokeConfig(
                        r -> r.functionName("hello").qualifier("1")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining(HELLO + ":1");
    }

    private static Stream<Refused> refusals() {
        return Stream.of(
                new Refused(400, "'3'", r -> r.maximumRetryAttempts(3)),
                new Refused(400, "'59'", r -> r.maximumEventAgeInSeconds(59)),
                new Refused(
                        400,
                        "nowhere",
                        r -> r.destinationConfig(d -> d.onFailure(to -> to.destination(QUEUE + "nowhere")))),
                new Refused(
                        501,
                        "arn:aws:sns:us-east-1:000000000000:topic",
                        r -> r.destinationConfig(
                                d -> d.onSuccess(to -> to.destination("arn:aws:sns:us-east-1:000000000000:topic")))),
                new Refused(404, ":nobody", r -> r.qualifier("nobody")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatCannotBeIsRefused(Refused row) {
        PutFunctionEventInvokeConfigRequest.Builder asked =
                PutFunctionEventInvokeConfigRequest.builder().functionName("hello");
        row.edit.accept(asked);
        LambdaException refused = catchThrowableOfType(
                LambdaException.class, () -> aws.lambda.putFunctionEventInvokeConfig(asked.build()));
        assertThat(refused.statusCode()).isEqualTo(row.status);
        assertThat(refused).hasMessageContaining(row.text);
    }

    record Refused(int status, String text, Consumer<PutFunctionEventInvokeConfigRequest.Builder> edit) {
        @Override
        public String toString() {
            return text;
        }
    }

    @Test
    void deadLettersGoToQueuesThatAreThere() {
        assertThatThrownBy(() -> aws.lambda.updateFunctionConfiguration(r -> r.functionName("hello")
                        .deadLetterConfig(to -> to.targetArn("arn:aws:sns:us-east-1:000000000000:topic"))))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("arn:aws:sns");
        assertThatThrownBy(() -> aws.lambda.createFunction(TestPlane.function("other")
                        .deadLetterConfig(to -> to.targetArn(QUEUE + "nowhere"))
                        .build()))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining(QUEUE + "nowhere");
    }

    private String invoke(String event) {
        return aws.lambda
                .invoke(r -> r.functionName("hello")
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String(event)))
                .responseMetadata()
                .requestId();
    }

    /** Lets time pass until the function has run so often. */
    private void runsInTime(RunningNode node, int times) throws Exception {
        Eventually.until("the function ran " + times + " times", () -> {
            if (node.asked().size() >= times) {
                return true;
            }
            time.advance(Duration.ofMillis(500));
            return false;
        });
    }

    /** A node that writes down when it was asked, by the clock of the test. */
    private RunningNode node(Function<InvokeQuestion, InvokeAnswer> answers) throws Exception {
        return new RunningNode(aws, question -> {
            startedMillis.add(time.epochMillis());
            return answers.apply(question);
        });
    }

    private Message received(String queue) throws Exception {
        String url = aws.sqs.getQueueUrl(r -> r.queueName(queue)).queueUrl();
        List<Message> found = new ArrayList<>();
        Eventually.until("a message is in " + queue, () -> {
            found.addAll(aws.sqs
                    .receiveMessage(r -> r.queueUrl(url).messageAttributeNames("All"))
                    .messages());
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private int messages(String queue) {
        String url = aws.sqs.getQueueUrl(r -> r.queueName(queue)).queueUrl();
        return Integer.parseInt(aws.sqs
                .getQueueAttributes(
                        r -> r.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
    }

    private static MessageAttributeValue text(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }
}
