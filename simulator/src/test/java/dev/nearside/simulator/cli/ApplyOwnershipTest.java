package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.apply.stack.Stack;
import dev.nearside.simulator.apply.template.Template;
import dev.nearside.simulator.apply.template.TemplateText;
import dev.nearside.simulator.world.FunctionZip;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What an apply may change and delete: what the stack made, and nothing that others did. */
class ApplyOwnershipTest extends ApplyWorld {

    private static final String FUNCTION = """
              %1$s:
                Type: AWS::Lambda::Function
                Properties:
                  FunctionName: %2$s
                  Runtime: nodejs20.x
                  Handler: index.handler
                  Role: arn:aws:iam::000000000000:role/r
                  Description: the stack's
                  Code: {ZipFile: 'exports.handler = async () => 1;'}
            """;

    @Test
    void functionOfAnotherIsNeitherOverwrittenByASecondApplyNorDeleted() throws Exception {
        CommandRun run = new CommandRun(world);
        functionOfAnother("theirs");
        String file = write("guest.yaml", "Resources:\n" + FUNCTION.formatted("Own", "theirs"));
        for (int i = 0; i < 2; i++) {
            assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
            assertThat(run.err())
                    .contains("guest.yaml:3: Own (AWS::Lambda::Function): theirs is there already, and this stack did "
                            + "not make it; give this one another name, or delete the other one")
                    .hasLineCount(1);
        }
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(run.out()).doesNotContain("delete  Own");
        assertThat(description("theirs")).isEqualTo("of another");
    }

    @Test
    void queueOfAnotherIsNotTakenOverAlthoughMakingItAgainWouldSucceed() throws Exception {
        CommandRun run = new CommandRun(world);
        String url =
                aws.sqs().createQueue(create -> create.queueName("their-queue")).queueUrl();
        String file = write(
                "queue-guest.yaml",
                "Resources:\n  Own: {Type: AWS::SQS::Queue, Properties: {QueueName: their-queue}}\n");
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err())
                .contains("queue-guest.yaml:2: Own (AWS::SQS::Queue): ", "their-queue is there already")
                .hasLineCount(1);
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(aws.sqs().listQueues().queueUrls()).contains(url);
    }

    @Test
    void asynchronousConfigurationOfAnotherIsNotTakenOver() throws Exception {
        CommandRun run = new CommandRun(world);
        functionOfAnother("configured");
        aws.lambda()
                .putFunctionEventInvokeConfig(put ->
                        put.functionName("configured").qualifier("$LATEST").maximumRetryAttempts(2));
        String file = write("config-guest.yaml", """
                Resources:
                  Own:
                    Type: AWS::Lambda::EventInvokeConfig
                    Properties: {FunctionName: configured, Qualifier: $LATEST, MaximumRetryAttempts: 0}
                """);
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err()).contains("configured|$LATEST is there already").hasLineCount(1);
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(aws.lambda()
                        .getFunctionEventInvokeConfig(
                                get -> get.functionName("configured").qualifier("$LATEST"))
                        .maximumRetryAttempts())
                .isEqualTo(2);
    }

    @Test
    void whatWasRefusedLeavesNoClaimToWhatOthersMakeOfThatNameLater() throws Exception {
        CommandRun run = new CommandRun(world);
        String own = "Resources:\n" + FUNCTION.formatted("Own", "later");
        String file = write("claim.yaml", own.replace("index.handler", "'" + "h".repeat(200) + "'"));
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        functionOfAnother("later");
        write("claim.yaml", own);
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err()).contains("later is there already");
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(description("later")).isEqualTo("of another");
    }

    @Test
    void whatIsHalfMadeIsGoneOnWith() throws Exception {
        CommandRun run = new CommandRun(world);
        String half =
                "Resources:\n" + FUNCTION.formatted("Own", "half") + "      ReservedConcurrentExecutions: 99999\n";
        String file = write("half.yaml", half);
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(description("half")).isEqualTo("the stack's");
        write("half.yaml", half.replace("99999", "3").replace("the stack's", "mended"));
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(description("half")).isEqualTo("mended");
        assertThat(aws.lambda()
                        .getFunctionConcurrency(get -> get.functionName("half"))
                        .reservedConcurrentExecutions())
                .isEqualTo(3);
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
    }

    @Test
    void anotherLogicalIdForTheSameQueueAndVersionDeletesNeither() throws Exception {
        CommandRun run = new CommandRun(world);
        String before = "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}\n"
                + FUNCTION.formatted("Worker", "renamed-worker")
                + "  V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Worker}}\n";
        String file = write("renamed.yaml", before);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        write("renamed.yaml", before.replace("  A:", "  B:").replace("V1", "V2"));
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        ".   keep    A  AWS::SQS::Queue  it is B now",
                        ".   keep    V1  AWS::Lambda::Version  it is V2 now");
        assertThat(aws.sqs().listQueues().queueUrls()).anyMatch(url -> url.endsWith("/jobs"));
        assertThat(aws.lambda()
                        .listVersionsByFunction(list -> list.functionName("renamed-worker"))
                        .versions())
                .hasSize(2);
        assertThat(run.of("apply", file)).isZero();
        assertThat(run.out()).contains("=   3 unchanged", "nothing to do");
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(aws.sqs().listQueues().queueUrls()).noneMatch(url -> url.endsWith("/jobs"));
    }

    @Test
    void whatOneLogicalIdKeepsIsNotDeletedUnderAnother() throws Exception {
        CommandRun run = new CommandRun(world);
        String file = write("both-ids.yaml", """
                Resources:
                  A: {Type: AWS::SQS::Queue, Properties: {QueueName: both-ids}}
                  B: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: both-ids}}
                """);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(aws.sqs().listQueues().queueUrls()).anyMatch(url -> url.endsWith("/both-ids"));
    }

    @Test
    void refusedReplacementLeavesTheOldOneInItsPlace() throws Exception {
        CommandRun run = new CommandRun(world);
        String good = "Resources:\n  Own: {Type: AWS::SQS::Queue, Properties: {QueueName: kept-one}}\n";
        String file = write("replaced.yaml", good);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        write("replaced.yaml", good.replace("kept-one", "kept-two, VisibilityTimeout: 99999"));
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err()).contains("InvalidAttributeValue");
        write("replaced.yaml", good);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(run.out()).contains("=   1 unchanged", "nothing to do");
        assertThat(aws.sqs().listQueues().queueUrls()).anyMatch(url -> url.endsWith("/kept-one"));
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
    }

    @Test
    void applyThatAnotherHasOvertakenChangesAndDeletesNothingMore() throws Exception {
        CommandRun run = new CommandRun(world);
        String text = """
                Resources:
                  One: {Type: AWS::SQS::Queue, Properties: {QueueName: race-one, DelaySeconds: 1}}
                  Two: {Type: AWS::SQS::Queue, DependsOn: One, Properties: {QueueName: race-two, DelaySeconds: 1}}
                """;
        String file = write("race.yaml", text);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        try (Stack loser = new Stack("race", port(), _ -> overtake(file))) {
            Stack.Prepared late = loser.prepare(wanted(text.replace("DelaySeconds: 1", "DelaySeconds: 2")), false);
            assertThatThrownBy(late::carryOut)
                    .isInstanceOf(ApplyException.class)
                    .hasMessageContaining("somebody else has changed it");
        }
        assertThat(delay("race-two")).isEqualTo("1");
        try (Stack loser = new Stack("race", port(), _ -> overtake(file))) {
            assertThatThrownBy(() -> loser.delete(true))
                    .isInstanceOf(ApplyException.class)
                    .hasMessageContaining("somebody else has changed it");
        }
        assertThat(delay("race-one")).isEqualTo("1");
        assertThat(run.of("apply", file, "--delete", "--take-over"))
                .as(run.err())
                .isZero();
    }

    @Test
    void planOfADeletionAlsoHasWhatOthersHaveTakenThePlaceOf() throws Exception {
        CommandRun run = new CommandRun(world);
        String text = "Resources:\n  Own: {Type: AWS::SQS::Queue, Properties: {QueueName: place-one}}\n";
        String file = write("place.yaml", text);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        try (Stack stack = new Stack("place", port(), line -> {
            throw new AssertionError("the process ends here, after: " + line);
        })) {
            Stack.Prepared prepared = stack.prepare(wanted(text.replace("place-one", "place-two")), false);
            assertThatThrownBy(prepared::carryOut).hasMessageContaining("after: -/+ replace Own");
        }
        assertThat(run.of("apply", file, "--delete", "--plan", "--take-over")).isZero();
        assertThat(run.out())
                .contains(
                        "-   delete  Own  AWS::SQS::Queue\n",
                        "-   delete  Own  AWS::SQS::Queue  another one has taken its place");
        assertThat(run.of("apply", file, "--delete", "--take-over"))
                .as(run.err())
                .isZero();
        assertThat(aws.sqs().listQueues().queueUrls()).noneMatch(url -> url.contains("/place-"));
    }

    /** Applies the file in the middle of somebody else's work. */
    private static void overtake(String file) {
        CommandRun other = new CommandRun(world);
        assertThat(other.of("apply", file, "--take-over")).as(other.err()).isZero();
    }

    private static String delay(String queue) {
        String url = aws.sqs().getQueueUrl(get -> get.queueName(queue)).queueUrl();
        return String.valueOf(aws.sqs()
                .getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.DELAY_SECONDS))
                .attributes()
                .get(QueueAttributeName.DELAY_SECONDS));
    }

    private static void functionOfAnother(String name) throws IOException {
        byte[] code = FunctionZip.ofIndex("exports.handler = async () => 2;");
        aws.lambda()
                .createFunction(create -> create.functionName(name)
                        .description("of another")
                        .runtime("nodejs20.x")
                        .handler("index.handler")
                        .role("arn:aws:iam::000000000000:role/r")
                        .code(zip -> zip.zipFile(SdkBytes.fromByteArray(code))));
    }

    private static String description(String function) {
        return aws.lambda()
                .getFunctionConfiguration(get -> get.functionName(function))
                .description();
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Stack.Wanted wanted(String text) {
        return new Stack.Wanted(Template.of(TemplateText.parse(text)), folder, Map.of(), false);
    }

    private static int port() {
        return world.apiAddress().getPort();
    }
}
