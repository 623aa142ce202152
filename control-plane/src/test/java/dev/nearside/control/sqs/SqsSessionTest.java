package dev.nearside.control.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.nearside.control.TestPlane;
import dev.nearside.kit.time.ManualTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.OverLimitException;
import software.amazon.awssdk.services.sqs.model.PurgeQueueInProgressException;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Queues with the stock AWS SDK, which checks the digests of all messages, and a clock that stands still. */
class SqsSessionTest {

    private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:";

    @TempDir
    private Path data;

    private final ManualTime time = new ManualTime(1_800_000_000_000L);
    private TestPlane aws;
    private String url;

    @BeforeEach
    void start() {
        aws = new TestPlane(data, time);
        url = aws.sqs
                .createQueue(r -> r.queueName("letters").tags(Map.of("team", "edge")))
                .queueUrl();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void noMoreThan120000AreInFlight() throws Exception {
        aws.close();
        try (Connection state = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("state.db"));
                PreparedStatement insert = state.prepareStatement("""
                        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 119999)
                        INSERT INTO queue_message (queue_name, id, body, attributes, sent_millis, visible_millis,
                            first_received_millis, receives, receipt)
                        SELECT 'letters', 'id-' || i, '', '{}', ?, ?, ?, 1, 'r' FROM n""")) {
            long now = time.epochMillis();
            insert.setLong(1, now);
            insert.setLong(2, now + 60_000);
            insert.setLong(3, now);
            insert.executeUpdate();
        }
        start();
        send("a");
        send("b");
        assertThat(receive(r -> r.maxNumberOfMessages(10))).as("one has room").hasSize(1);
        assertThatThrownBy(() -> receive(r -> {}))
                .isInstanceOf(OverLimitException.class)
                .hasMessageContaining("'letters' has 120000 messages in flight");
        time.advance(Duration.ofSeconds(60));
        assertThat(receive(r -> {})).isNotEmpty();
    }

    @Test
    void aMessageIsHandedOutUntilItIsDeleted() {
        String id = send("hello").messageId();
        Message first = receive(r -> r.messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                .getFirst();
        assertThat(first.messageId()).isEqualTo(id);
        assertThat(first.body()).isEqualTo("hello");
        assertThat(first.attributes())
                .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")
                .containsEntry(MessageSystemAttributeName.SENT_TIMESTAMP, "1800000000000");
        time.advance(Duration.ofMillis(29_999));
        assertThat(receive(r -> {})).as("before the visibility timeout").isEmpty();
        time.advance(Duration.ofMillis(1));
        Message second = receive(r -> r.messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                .getFirst();
        assertThat(second.attributes()).containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
        assertThat(second.receiptHandle()).isNotEqualTo(first.receiptHandle());

        delete(first);
        assertThat(counts()).as("an old receipt deletes nothing").containsExactly(0, 1, 0);
        delete(second);
        delete(second);
        assertThat(counts()).containsExactly(0, 0, 0);
    }

    @Test
    void attributesTravelAndAreChosenByName() {
        Map<String, MessageAttributeValue> attributes = Map.of(
                "RequestID", text("String", "r-1"),
                "ErrorCode", text("Number", "200"),
                "Trace",
                        MessageAttributeValue.builder()
                                .dataType("Binary.raw")
                                .binaryValue(SdkBytes.fromUtf8String("raw"))
                                .build());
        aws.sqs.sendMessage(r -> r.queueUrl(url).messageBody("b").messageAttributes(attributes));
        assertThat(receive(r -> r.visibilityTimeout(0)).getFirst().messageAttributes())
                .isEmpty();
        assertThat(receive(r -> r.visibilityTimeout(0).messageAttributeNames("Err.*", "Trace"))
                        .getFirst()
                        .messageAttributes())
                .containsOnlyKeys("ErrorCode", "Trace");
        assertThat(receive(r -> r.messageAttributeNames("All")).getFirst().messageAttributes())
                .isEqualTo(attributes);
    }

    @Test
    void aLongPollEndsWithTheFirstMessage() throws Exception {
        CompletableFuture<List<Message>> waiting =
                CompletableFuture.supplyAsync(() -> receive(r -> r.waitTimeSeconds(20)));
        send("at last");
        assertThat(waiting.get()).extracting(Message::body).containsExactly("at last");
    }

    @Test
    void aLongPollWithoutAMessageEndsByTheClock() throws Exception {
        CompletableFuture<List<Message>> waiting =
                CompletableFuture.supplyAsync(() -> receive(r -> r.waitTimeSeconds(20)));
        // Whenever the poll began by this clock, it is over twenty seconds later.
        while (!waiting.isDone()) {
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(waiting.get()).isEmpty();
    }

    @Test
    void delayedMessagesAndHiddenOnesAreCounted() {
        aws.sqs.sendMessage(r -> r.queueUrl(url).messageBody("later").delaySeconds(60));
        send("now");
        assertThat(counts()).containsExactly(1, 0, 1);
        Message now = receive(r -> r.maxNumberOfMessages(10)).getFirst();
        assertThat(counts()).containsExactly(0, 1, 1);
        aws.sqs.changeMessageVisibility(
                r -> r.queueUrl(url).receiptHandle(now.receiptHandle()).visibilityTimeout(0));
        assertThat(counts()).containsExactly(1, 0, 1);
        assertThatThrownBy(() -> aws.sqs.changeMessageVisibility(
                        r -> r.queueUrl(url).receiptHandle(now.receiptHandle()).visibilityTimeout(0)))
                .isInstanceOf(SqsException.class)
                .hasMessageContaining("is not in flight");
        time.advance(Duration.ofSeconds(60));
        assertThat(receive(r -> r.maxNumberOfMessages(10))).hasSize(2);
    }

    @Test
    void batchesSucceedAndFailByEntry() {
        SendMessageBatchResponse sent = aws.sqs.sendMessageBatch(r -> r.queueUrl(url)
                .entries(
                        SendMessageBatchRequestEntry.builder()
                                .id("a")
                                .messageBody("one")
                                .build(),
                        SendMessageBatchRequestEntry.builder()
                                .id("b")
                                .messageBody("two")
                                .delaySeconds(901)
                                .build()));
        assertThat(sent.successful())
                .singleElement()
                .satisfies(one -> assertThat(one.id()).isEqualTo("a"));
        assertThat(sent.failed()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo("b");
            assertThat(one.message()).contains("901");
        });
        Message message = receive(r -> {}).getFirst();
        assertThat(aws.sqs
                        .changeMessageVisibilityBatch(r -> r.queueUrl(url)
                                .entries(ChangeMessageVisibilityBatchRequestEntry.builder()
                                        .id("x")
                                        .receiptHandle(message.receiptHandle())
                                        .visibilityTimeout(100)
                                        .build()))
                        .successful())
                .hasSize(1);
        var deleted = aws.sqs.deleteMessageBatch(r -> r.queueUrl(url)
                .entries(
                        DeleteMessageBatchRequestEntry.builder()
                                .id("x")
                                .receiptHandle(message.receiptHandle())
                                .build(),
                        DeleteMessageBatchRequestEntry.builder()
                                .id("y")
                                .receiptHandle("no handle")
                                .build()));
        assertThat(deleted.successful())
                .singleElement()
                .satisfies(one -> assertThat(one.id()).isEqualTo("x"));
        assertThat(deleted.failed())
                .singleElement()
                .satisfies(one -> assertThat(one.code()).isEqualTo("ReceiptHandleIsInvalid"));
        assertThat(counts()).containsExactly(0, 0, 0);
    }

    @Test
    void whatIsReceivedTooOftenGoesToTheDeadLetters() {
        aws.sqs.createQueue(r -> r.queueName("dead"));
        String policy = "{\"deadLetterTargetArn\":\"" + ARN + "dead\",\"maxReceiveCount\":\"2\"}";
        aws.sqs.setQueueAttributes(r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy)));
        String id = send("poison").messageId();
        for (int i = 0; i < 2; i++) {
            assertThat(receive(r -> r.visibilityTimeout(0))).hasSize(1);
        }
        assertThat(receive(r -> {})).isEmpty();
        String dead = aws.sqs.getQueueUrl(r -> r.queueName("dead")).queueUrl();
        assertThat(aws.sqs.receiveMessage(r -> r.queueUrl(dead)).messages())
                .extracting(Message::messageId, Message::body)
                .containsExactly(tuple(id, "poison"));
    }

    @Test
    void messagesAreGoneAfterTheirTimeAndAfterAPurge() {
        aws.sqs.setQueueAttributes(
                r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "60")));
        send("old");
        time.advance(Duration.ofSeconds(61));
        send("new");
        assertThat(receive(r -> r.maxNumberOfMessages(10).visibilityTimeout(0)))
                .extracting(Message::body)
                .containsExactly("new");
        aws.sqs.purgeQueue(r -> r.queueUrl(url));
        assertThat(counts()).containsExactly(0, 0, 0);
        assertThatThrownBy(() -> aws.sqs.purgeQueue(r -> r.queueUrl(url)))
                .isInstanceOf(PurgeQueueInProgressException.class);
        time.advance(Duration.ofSeconds(60));
        aws.sqs.purgeQueue(r -> r.queueUrl(url));
    }

    @Test
    void queuesAreFoundListedTaggedAndDeleted() {
        assertThat(aws.sqs.createQueue(r -> r.queueName("letters")).queueUrl()).isEqualTo(url);
        assertThatThrownBy(() -> aws.sqs.createQueue(
                        r -> r.queueName("letters").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "31"))))
                .isInstanceOf(QueueNameExistsException.class)
                .hasMessageContaining("VisibilityTimeout");
        for (String name : List.of("a1", "a2", "b1")) {
            aws.sqs.createQueue(r -> r.queueName(name));
        }
        var page = aws.sqs.listQueues(r -> r.queueNamePrefix("a").maxResults(1));
        assertThat(page.queueUrls()).singleElement().asString().endsWith("/000000000000/a1");
        assertThat(aws.sqs
                        .listQueues(r -> r.queueNamePrefix("a").maxResults(1).nextToken(page.nextToken()))
                        .queueUrls())
                .singleElement()
                .asString()
                .endsWith("/a2");
        aws.sqs.tagQueue(r -> r.queueUrl(url).tags(Map.of("cost", "1")));
        aws.sqs.untagQueue(r -> r.queueUrl(url).tagKeys("team"));
        assertThat(aws.sqs.listQueueTags(r -> r.queueUrl(url)).tags()).containsExactly(Map.entry("cost", "1"));
        assertThat(aws.sqs
                        .getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                        .attributes())
                .containsEntry(QueueAttributeName.QUEUE_ARN, ARN + "letters")
                .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "30")
                .containsEntry(QueueAttributeName.CREATED_TIMESTAMP, "1800000000");
        aws.sqs.deleteQueue(r -> r.queueUrl(url));
        QueueDoesNotExistException gone =
                catchThrowableOfType(QueueDoesNotExistException.class, () -> send("to nobody"));
        assertThat(gone.awsErrorDetails().errorCode())
                .as("the code that clients of the query protocol know")
                .isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
        assertThat(gone).hasMessageContaining("'letters'");
    }

    @Test
    void messagesOutliveTheControlPlane() {
        send("kept");
        aws.close();
        aws = new TestPlane(data, time);
        url = aws.sqs.getQueueUrl(r -> r.queueName("letters")).queueUrl();
        assertThat(receive(r -> {})).extracting(Message::body).containsExactly("kept");
    }

    private static Stream<Refused> refusals() {
        return Stream.of(
                new Refused("fifo", 501, "x.fifo", t -> t.aws.sqs.createQueue(r -> r.queueName("x.fifo"))),
                new Refused("name", 400, "a b", t -> t.aws.sqs.createQueue(r -> r.queueName("a b"))),
                new Refused("attribute", 400, "'43201'", t -> t.set(QueueAttributeName.VISIBILITY_TIMEOUT, "43201")),
                new Refused("encryption", 501, "KmsMasterKeyId", t -> t.set(QueueAttributeName.KMS_MASTER_KEY_ID, "k")),
                new Refused("policy", 400, "maxReceiveCount", t -> t.set(QueueAttributeName.REDRIVE_POLICY, "{}")),
                new Refused(
                        "unknown",
                        400,
                        "Nonsense",
                        t -> t.aws.sqs.setQueueAttributes(
                                r -> r.queueUrl(t.url).attributesWithStrings(Map.of("Nonsense", "1")))),
                new Refused("no body", 400, "MessageBody", t -> t.aws.sqs.sendMessage(r -> r.queueUrl(t.url))),
                new Refused("characters", 400, "Invalid characters", t -> t.send("\u0001")),
                new Refused("size", 400, "1048577 bytes", t -> t.send("x".repeat(1_048_577))),
                new Refused(
                        "group",
                        501,
                        "MessageGroupId",
                        t -> t.aws.sqs.sendMessage(
                                r -> r.queueUrl(t.url).messageBody("b").messageGroupId("g"))),
                new Refused(
                        "attribute type",
                        400,
                        "'Text'",
                        t -> t.aws.sqs.sendMessage(r ->
                                r.queueUrl(t.url).messageBody("b").messageAttributes(Map.of("a", text("Text", "v"))))),
                new Refused(
                        "too many asked", 400, "MaxNumberOfMessages", t -> t.receive(r -> r.maxNumberOfMessages(11))),
                new Refused(
                        "handle",
                        400,
                        "receipt handle",
                        t -> t.aws.sqs.deleteMessage(r -> r.queueUrl(t.url).receiptHandle("nonsense"))),
                new Refused(
                        "empty batch",
                        400,
                        "at least one entry",
                        t -> t.aws.sqs.sendMessageBatch(r -> r.queueUrl(t.url).entries(List.of()))),
                new Refused(
                        "same ids",
                        400,
                        "Id a repeated",
                        t -> t.aws.sqs.sendMessageBatch(r -> r.queueUrl(t.url)
                                .entries(
                                        SendMessageBatchRequestEntry.builder()
                                                .id("a")
                                                .messageBody("1")
                                                .build(),
                                        SendMessageBatchRequestEntry.builder()
                                                .id("a")
                                                .messageBody("2")
                                                .build()))),
                new Refused(
                        "unoffered",
                        501,
                        "AmazonSQS.ListMessageMoveTasks",
                        t -> t.aws.sqs.listMessageMoveTasks(r -> r.sourceArn(ARN + "letters"))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsWrongIsSaid(Refused row) {
        SqsException refused = catchThrowableOfType(SqsException.class, () -> row.call.accept(this));
        assertThat(refused.statusCode()).isEqualTo(row.status);
        assertThat(refused).hasMessageContaining(row.text);
    }

    record Refused(String name, int status, String text, Consumer<SqsSessionTest> call) {
        @Override
        public String toString() {
            return name;
        }
    }

    private void set(QueueAttributeName name, String value) {
        aws.sqs.setQueueAttributes(r -> r.queueUrl(url).attributes(Map.of(name, value)));
    }

    private static MessageAttributeValue text(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }

    private SendMessageResponse send(String body) {
        return aws.sqs.sendMessage(r -> r.queueUrl(url).messageBody(body));
    }

    private List<Message> receive(Consumer<ReceiveMessageRequest.Builder> edit) {
        ReceiveMessageRequest.Builder request = ReceiveMessageRequest.builder().queueUrl(url);
        edit.accept(request);
        return aws.sqs.receiveMessage(request.build()).messages();
    }

    private void delete(Message message) {
        aws.sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(message.receiptHandle()));
    }

    /** Visible, in flight, delayed. */
    private List<Integer> counts() {
        Map<QueueAttributeName, String> all = aws.sqs
                .getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes();
        return Stream.of(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)
                .map(name -> Integer.valueOf(all.get(name)))
                .toList();
    }
}
