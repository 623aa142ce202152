package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Events in the background and the messages of queues, run by the engine of a real node. */
class BackgroundEventsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:";

    @TempDir
    private static Path folder;

    private static World world;
    private static AwsClients aws;

    @BeforeAll
    static void start() throws IOException {
        world = World.start(WorldConfig.onFreePorts(folder).withPops("IAD"));
        aws = new AwsClients(world.apiAddress().getPort());
    }

    @AfterAll
    static void stop() {
        aws.close();
        world.close();
    }

    @Test
    void whatFailsIsADeadLetterAndWhatReturnsReachesItsDestination() throws Exception {
        String dead = queue("dead");
        String good = queue("good");
        aws.publishedFunction("picky", FunctionZip.ofIndex("""
                exports.handler = async (event) => {
                    if (event.bad) { throw new RangeError('too bad: ' + event.bad); }
                    return { squared: event.n * event.n };
                };
                """));
        aws.lambda()
                .updateFunctionConfiguration(update ->
                        update.functionName("picky").deadLetterConfig(letters -> letters.targetArn(QUEUE + "dead")));
        aws.lambda()
                .putFunctionEventInvokeConfig(config -> config.functionName("picky")
                        .maximumRetryAttempts(0)
                        .destinationConfig(to -> to.onSuccess(success -> success.destination(QUEUE + "good"))));
        for (String event : List.of("{\"bad\":\"7\"}", "{\"n\":12}")) {
            aws.lambda()
                    .invoke(invoke -> invoke.functionName("picky")
                            .invocationType(InvocationType.EVENT)
                            .payload(SdkBytes.fromUtf8String(event)));
        }

        Message letter = received(dead);
        assertThat(letter.body()).isEqualTo("{\"bad\":\"7\"}");
        assertThat(letter.messageAttributes())
                .hasEntrySatisfying(
                        "ErrorMessage", said -> assertThat(said.stringValue()).isEqualTo("too bad: 7"));
        assertThat(received(good).body()).contains("\"responsePayload\":{\"squared\":144}");
    }

    @Test
    void messagesOfAQueueRunTheFunctionAndThoseItRefusesStay() throws Exception {
        String work = queue("work");
        aws.publishedFunction("worker", FunctionZip.ofIndex("""
                exports.handler = async (event) => ({
                    batchItemFailures: event.Records.filter((r) => r.body === 'bad')
                        .map((r) => ({ itemIdentifier: r.messageId })),
                });
                """));
        aws.sqs()
                .sendMessageBatch(batch ->
                        batch.queueUrl(work).entries(entry("a", "good"), entry("b", "bad"), entry("c", "good")));
        aws.lambda()
                .createEventSourceMapping(mapping -> mapping.functionName("worker")
                        .eventSourceArn(QUEUE + "work")
                        .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
        Await.until(LIMIT, "the good messages are gone", () -> messages(work) == 1);
    }

    private static String queue(String name) {
        return aws.sqs().createQueue(create -> create.queueName(name)).queueUrl();
    }

    private static SendMessageBatchRequestEntry entry(String id, String body) {
        return SendMessageBatchRequestEntry.builder().id(id).messageBody(body).build();
    }

    private static int messages(String url) {
        return aws
                .sqs()
                .getQueueAttributes(get -> get.queueUrl(url)
                        .attributeNamesWithStrings(
                                "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"))
                .attributesAsStrings()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private static Message received(String url) throws Exception {
        List<Message> found = new ArrayList<>();
        Await.until(LIMIT, "a message is in " + url, () -> {
            found.addAll(aws.sqs()
                    .receiveMessage(receive ->
                            receive.queueUrl(url).messageAttributeNames("All").waitTimeSeconds(1))
                    .messages());
            return !found.isEmpty();
        });
        return found.getFirst();
    }
}
