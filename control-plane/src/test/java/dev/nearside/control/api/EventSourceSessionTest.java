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
import dev.nearside.kit.watch.InvokeQuestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Functions that run for the messages of queues, by a clock that stands still. */
class EventSourceSessionTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String WORK = "arn:aws:sqs:us-east-1:000000000000:work";

    @TempDir
    private Path data;

    private final ManualTime time = new ManualTime(1_800_000_000_000L);
    private TestPlane aws;
    private String url;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, time);
        url = aws.sqs.createQueue(r -> r.queueName("work")).queueUrl();
        aws.lambda.createFunction(TestPlane.function("hello").publish(true).build());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void messagesRunTheFunctionAndAreDeleted() throws Exception {
        RunningNode node = new RunningNode(aws, _ -> RunningNode.returned("null"));
        CreateEventSourceMappingResponse made = mapped(r -> {});
        assertThat(made.state()).isEqualTo("Creating");
        assertThat(made.batchSize()).isEqualTo(10);
        var value = MessageAttributeValue.builder()
                .dataType("String")
                .stringValue("v")
                .build();
        String id = aws.sqs
                .sendMessage(r -> r.queueUrl(url).messageBody("{\"n\":1}").messageAttributes(Map.of("k", value)))
                .messageId();
        Eventually.until("the function ran", () -> !node.asked().isEmpty());

        JsonNode entry =
                JSON.readTree(node.asked().getFirst().event()).path("Records").path(0);
        assertThat(entry.path("messageId").asText()).isEqualTo(id);
        assertThat(entry.path("body").asText()).isEqualTo("{\"n\":1}");
        assertThat(entry.path("eventSource").asText()).isEqualTo("aws:sqs");
        assertThat(entry.path("eventSourceARN").asText()).isEqualTo(WORK);
        assertThat(entry.path("awsRegion").asText()).isEqualTo("us-east-1");
        assertThat(entry.path("attributes").path("ApproximateReceiveCount").asText())
                .isEqualTo("1");
        assertThat(entry.path("messageAttributes").path("k").path("stringValue").asText())
                .isEqualTo("v");
        assertThat(entry.path("messageAttributes").path("k").path("dataType").asText())
                .isEqualTo("String");
        Eventually.until("the message is gone", () -> messages() == 0);
        Eventually.until(
                "it is told",
                () -> "OK"
                        .equals(aws.lambda
                                .getEventSourceMapping(r -> r.uuid(made.uuid()))
                                .lastProcessingResult()));
    }

    @Test
    void aFailedBatchComesAgainWhenItIsVisible() throws Exception {
        RunningNode node = new RunningNode(aws, _ -> RunningNode.failed("no luck"));
        mapped(r -> {});
        send("again");
        Eventually.until("the function ran", () -> node.asked().size() == 1);
        node.answers(_ -> RunningNode.returned("null"));
        assertThat(messages()).isEqualTo(1);
        Eventually.until("the function ran again", () -> {
            time.advance(Duration.ofSeconds(1));
            return node.asked().size() == 2;
        });
        assertThat(receives(node.asked().getLast())).isEqualTo("2");
        Eventually.until("the message is gone", () -> messages() == 0);
    }

    @Test
    void onlyTheMessagesThatFailedComeAgain() throws Exception {
        RunningNode node = new RunningNode(
                aws,
                run -> RunningNode.returned(
                        "{\"batchItemFailures\":[{\"itemIdentifier\":\"" + id(run, "bad") + "\"}]}"));
        aws.sqs.sendMessageBatch(r -> r.queueUrl(url)
                .entries(
                        SendMessageBatchRequestEntry.builder()
                                .id("a")
                                .messageBody("good")
                                .build(),
                        SendMessageBatchRequestEntry.builder()
                                .id("b")
                                .messageBody("bad")
                                .build()));
        mapped(r -> r.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
        Eventually.until("one message is left", () -> messages() == 1);
        assertThat(bodies(node.asked().getFirst())).containsExactlyInAnyOrder("good", "bad");
        Eventually.until("it comes again", () -> {
            time.advance(Duration.ofSeconds(1));
            return node.asked().size() >= 2;
        });
        assertThat(bodies(node.asked().get(1))).containsExactly("bad");
    }

    @Test
    void aReportThatIsNoneFailsTheWholeBatch() throws Exception {
        RunningNode node = new RunningNode(
                aws, _ -> RunningNode.returned("{\"batchItemFailures\":[{\"itemIdentifier\":\"unknown\"}]}"));
        CreateEventSourceMappingResponse made =
                mapped(r -> r.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
        send("kept");
        Eventually.until(
                "it is told",
                () -> aws.lambda
                        .getEventSourceMapping(r -> r.uuid(made.uuid()))
                        .lastProcessingResult()
                        .contains("1 records failed"));
        assertThat(node.asked()).hasSize(1);
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void batchesHaveTheirSizeAndTheirWindow() throws Exception {
        RunningNode node = new RunningNode(aws, _ -> RunningNode.returned("null"));
        for (int i = 0; i < 5; i++) {
            send("m" + i);
        }
        mapped(r -> r.batchSize(2).maximumBatchingWindowInSeconds(5));
        Eventually.until("the full batches ran", () -> node.asked().size() == 2);
        assertThat(node.asked()).allSatisfy(run -> assertThat(bodies(run)).hasSize(2));
        Eventually.until("the last one ran after its window", () -> {
            time.advance(Duration.ofSeconds(1));
            return node.asked().size() == 3;
        });
        assertThat(bodies(node.asked().getLast())).hasSize(1);
    }

    @Test
    void withoutANodeNothingIsLostOrCounted() throws Exception {
        mapped(r -> {});
        send("patient");
        String uuid = aws.lambda
                .listEventSourceMappings(r -> {})
                .eventSourceMappings()
                .getFirst()
                .uuid();
        Eventually.until(
                "it is told",
                () -> aws.lambda
                        .getEventSourceMapping(r -> r.uuid(uuid))
                        .lastProcessingResult()
                        .contains("no edge node"));
        RunningNode node = new RunningNode(aws, _ -> RunningNode.returned("null"));
        Eventually.until("the function ran", () -> {
            time.advance(Duration.ofSeconds(1));
            return !node.asked().isEmpty();
        });
        assertThat(receives(node.asked().getFirst())).isEqualTo("1");
    }

    @Test
    void mappingsAreChangedListedAndOutliveTheControlPlane() throws Exception {
        CreateEventSourceMappingResponse made = mapped(r -> r.enabled(false));
        assertThat(aws.lambda.getEventSourceMapping(r -> r.uuid(made.uuid())).state())
                .isEqualTo("Disabled");
        assertThatThrownBy(() -> mapped(r -> {}))
                .isInstanceOf(ResourceConflictException.class)
                .hasMessageContaining(made.uuid());
        aws.lambda.updateEventSourceMapping(
                r -> r.uuid(made.uuid()).functionName("hello:1").enabled(true).batchSize(3));
        assertThat(aws.lambda
                        .listEventSourceMappings(r -> r.functionName("hello").eventSourceArn(WORK))
                        .eventSourceMappings())
                .singleElement()
                .satisfies(mapping -> {
                    assertThat(mapping.state()).isEqualTo("Enabled");
                    assertThat(mapping.batchSize()).isEqualTo(3);
                    assertThat(mapping.functionArn()).endsWith(":hello:1");
                });
        aws.close();
        aws = new TestPlane(data, time);
        url = aws.sqs.getQueueUrl(r -> r.queueName("work")).queueUrl();
        RunningNode node = new RunningNode(aws, _ -> RunningNode.returned("null"));
        send("after the restart");
        Eventually.until("the function ran", () -> !node.asked().isEmpty());
        assertThat(node.asked().getFirst().version().version()).isEqualTo("1");

        assertThat(aws.lambda.deleteEventSourceMapping(r -> r.uuid(made.uuid())).state())
                .isEqualTo("Deleting");
        assertThat(aws.lambda.listEventSourceMappings(r -> {}).eventSourceMappings())
                .extracting(EventSourceMappingConfiguration::uuid)
                .isEmpty();
        assertThatThrownBy(() -> aws.lambda.getEventSourceMapping(r -> r.uuid(made.uuid())))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining(made.uuid());
        send("for nobody");
        send("for nobody");
        Eventually.until("both wait", () -> messages() == 2);
        assertThat(node.asked()).hasSize(1);
    }

    private static Stream<Refused> refusals() {
        return Stream.of(
                new Refused(
                        501,
                        "arn:aws:kinesis",
                        r -> r.eventSourceArn("arn:aws:kinesis:us-east-1:000000000000:stream/s")),
                new Refused(
                        501,
                        "FilterCriteria",
                        r -> r.filterCriteria(
                                f -> f.filters(Filter.builder().pattern("{}").build()))),
                new Refused(501, "StartingPosition", r -> r.startingPosition(EventSourcePosition.LATEST)),
                new Refused(400, "nowhere", r -> r.eventSourceArn(WORK + "-nowhere")),
                new Refused(400, "'0'", r -> r.batchSize(0)),
                new Refused(400, "got 11", r -> r.batchSize(11)),
                new Refused(400, "'1'", r -> r.scalingConfig(s -> s.maximumConcurrency(1))),
                new Refused(404, "nobody", r -> r.functionName("nobody")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatCannotBeIsRefused(Refused row) {
        LambdaException refused = catchThrowableOfType(LambdaException.class, () -> mapped(row.edit));
        assertThat(refused.statusCode()).isEqualTo(row.status);
        assertThat(refused).hasMessageContaining(row.text);
    }

    record Refused(int status, String text, Consumer<CreateEventSourceMappingRequest.Builder> edit) {
        @Override
        public String toString() {
            return text;
        }
    }

    @Test
    void aQueueMustHideMessagesAsLongAsTheFunctionMayTake() {
        aws.sqs.setQueueAttributes(r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "2")));
        assertThatThrownBy(() -> mapped(r -> {}))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds");
    }

    private CreateEventSourceMappingResponse mapped(Consumer<CreateEventSourceMappingRequest.Builder> edit) {
        CreateEventSourceMappingRequest.Builder request =
                CreateEventSourceMappingRequest.builder().functionName("hello").eventSourceArn(WORK);
        edit.accept(request);
        return aws.lambda.createEventSourceMapping(request.build());
    }

    private void send(String body) {
        aws.sqs.sendMessage(r -> r.queueUrl(url).messageBody(body));
    }

    /** Visible and in flight. */
    private int messages() {
        var all = aws.sqs
                .getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes();
        return Integer.parseInt(all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                + Integer.parseInt(all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private static List<String> bodies(InvokeQuestion run) {
        return records(run).map(entry -> entry.path("body").asText()).toList();
    }

    private static String id(InvokeQuestion run, String body) {
        return records(run)
                .filter(entry -> entry.path("body").asText().equals(body))
                .map(entry -> entry.path("messageId").asText())
                .findFirst()
                .orElse("");
    }

    private static String receives(InvokeQuestion run) {
        return records(run)
                .map(entry ->
                        entry.path("attributes").path("ApproximateReceiveCount").asText())
                .findFirst()
                .orElse("");
    }

    private static Stream<JsonNode> records(InvokeQuestion run) {
        try {
            return JSON.readTree(run.event()).path("Records").valueStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
