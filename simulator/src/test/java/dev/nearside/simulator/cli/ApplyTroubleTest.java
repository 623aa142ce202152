package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.apply.stack.Stack;
import dev.nearside.simulator.apply.template.Template;
import dev.nearside.simulator.apply.template.TemplateText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kms.KmsClient;

/** Applies that end in the middle, meet each other, or are asked for what cannot be. */
class ApplyTroubleTest extends ApplyWorld {

    private static final JsonMapper JSON = new JsonMapper();

    /** One of each kind of resource that is found again in a way of its own. */
    private static final String MANY = """
            Resources:
              Key: {Type: AWS::KMS::Key, Properties: {Description: found again}}
              Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/found, TargetKeyId: !Ref Key}}
              Queue: {Type: AWS::SQS::Queue}
              Worker:
                Type: AWS::Lambda::Function
                Properties:
                  Runtime: nodejs20.x
                  Handler: index.handler
                  Role: arn:aws:iam::000000000000:role/r
                  Code: {ZipFile: 'exports.handler = async () => 1;'}
              V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Worker}}
              Live:
                Type: AWS::Lambda::Alias
                Properties: {FunctionName: !Ref Worker, FunctionVersion: !GetAtt V1.Version, Name: live}
              Allowed:
                Type: AWS::Lambda::Permission
                Properties: {FunctionName: !Ref Worker, Action: 'lambda:InvokeFunction', Principal: sqs.amazonaws.com}
              Source:
                Type: AWS::Lambda::EventSourceMapping
                Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Queue.Arn}
              Store: {Type: AWS::CloudFront::KeyValueStore, Properties: {Name: found}}
              Rewrite:
                Type: AWS::CloudFront::Function
                Properties:
                  Name: found
                  AutoPublish: true
                  FunctionConfig: {Comment: c, Runtime: cloudfront-js-2.0}
                  FunctionCode: 'function handler(event) { return event.request; }'
              Cache:
                Type: AWS::CloudFront::CachePolicy
                Properties:
                  CachePolicyConfig:
                    Name: found
                    MinTTL: 1
                    MaxTTL: 3
                    DefaultTTL: 2
                    ParametersInCacheKeyAndForwardedToOrigin:
                      EnableAcceptEncodingGzip: false
                      CookiesConfig: {CookieBehavior: none}
                      HeadersConfig: {HeaderBehavior: none}
                      QueryStringsConfig: {QueryStringBehavior: none}
              Site:
                Type: AWS::CloudFront::Distribution
                Properties:
                  DistributionConfig:
                    Enabled: true
                    Origins: [{Id: o, DomainName: localhost, CustomOriginConfig: {OriginProtocolPolicy: http-only}}]
                    DefaultCacheBehavior:
                      TargetOriginId: o
                      ViewerProtocolPolicy: allow-all
                      CachePolicyId: !Ref Cache
            """;

    private static final String QUEUES = """
            Resources:
              One: {Type: AWS::SQS::Queue}
              Two: {Type: AWS::SQS::Queue, DependsOn: One}
            """;

    @Test
    void whatACrashLeftUnrecordedIsFoundAgainAndNotMadeTwice() throws Exception {
        CommandRun run = new CommandRun(world);
        String file = write("found.yaml", MANY);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        long distributions = distributions();

        forgetWhatWasMade("found");
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(run.out()).contains("+   create  Site  AWS::CloudFront::Distribution  an earlier apply ended while");
        assertThat(run.of("apply", file)).isZero();
        assertThat(run.out()).contains("=   12 unchanged", "nothing to do");

        assertThat(distributions()).isEqualTo(distributions);
        assertThat(aws.lambda()
                        .listVersionsByFunction(list -> list.functionName("found-Worker"))
                        .versions())
                .hasSize(2);
        assertThat(aws.lambda().listEventSourceMappings().eventSourceMappings()).hasSize(1);
        try (KmsClient kms = aws.kms()) {
            assertThat(kms.listKeys().keys().stream()
                            .filter(key -> kms.describeKey(describe -> describe.keyId(key.keyId()))
                                    .keyMetadata()
                                    .description()
                                    .equals("found again")))
                    .hasSize(1);
        }
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(distributions()).isEqualTo(distributions - 1);
    }

    @Test
    void whatACrashLeftUnrecordedIsAlsoDeleted() throws Exception {
        CommandRun run = new CommandRun(world);
        String file = write("lost.yaml", MANY.replace("found", "lost"));
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        long distributions = distributions();
        forgetWhatWasMade("lost");
        assertThat(run.of("apply", file, "--delete")).as(run.err()).isZero();
        assertThat(distributions()).isEqualTo(distributions - 1);
        assertThat(aws.lambda().listFunctions().functions())
                .noneMatch(f -> f.functionName().startsWith("lost"));
        assertThat(aws.sqs().listQueues().queueUrls()).noneMatch(url -> url.contains("lost"));
    }

    @Test
    void whatACrashLeftIsFoundByWhatItWasGivenThenAlsoUnderAnEditedTemplate() throws Exception {
        CommandRun run = new CommandRun(world);
        String text = """
                Resources:
                  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: edited-first}}
                  Plain: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}
                """;
        String file = write("edited.yaml", text);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        forgetWhatWasMade("edited");
        write("edited.yaml", text.replace("edited-first", "edited-second").replace("DelaySeconds: 5", ""));
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(aws.sqs().listQueues(list -> list.queueNamePrefix("edited-")).queueUrls())
                .extracting(url -> url.substring(url.lastIndexOf('/') + 1))
                .containsExactlyInAnyOrder("edited-second", "edited-Plain");
        String plain =
                aws.sqs().getQueueUrl(get -> get.queueName("edited-Plain")).queueUrl();
        assertThat(aws.sqs()
                        .getQueueAttributes(get -> get.queueUrl(plain).attributeNamesWithStrings("DelaySeconds"))
                        .attributesAsStrings())
                .containsEntry("DelaySeconds", "0");
        assertThat(run.of("apply", file, "--delete")).isZero();
    }

    @Test
    void applyThatEndsInTheMiddleIsGoneOnWithByTheNext() throws Exception {
        String file = write("crash.yaml", QUEUES);
        try (Stack stack = new Stack("crash", port(), line -> {
            throw new AssertionError("the process ends here, after: " + line);
        })) {
            Stack.Prepared prepared = stack.prepare(wanted(QUEUES), false);
            assertThatThrownBy(prepared::carryOut).hasMessageContaining("ends here");
        }
        CommandRun run = new CommandRun(world);
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err())
                .contains("another apply has been at work on the stack crash", "--take-over")
                .hasLineCount(1);
        assertThat(run.of("apply", file, "--take-over")).as(run.err()).isZero();
        assertThat(run.out())
                .contains("+   create  Two  AWS::SQS::Queue\n", "=   1 unchanged")
                .doesNotContain("create  One");
        assertThat(run.of("apply", file, "--delete")).isZero();
    }

    @Test
    void ofTwoThatStartedFromTheSameRecordOneGoesOn() {
        try (Stack one = new Stack("both", port(), _ -> {});
                Stack other = new Stack("both", port(), _ -> {})) {
            Stack.Prepared first = one.prepare(wanted(QUEUES), false);
            Stack.Prepared second = other.prepare(wanted(QUEUES), false);
            first.carryOut();
            assertThatThrownBy(second::carryOut)
                    .isInstanceOf(ApplyException.class)
                    .hasMessageContaining("somebody else has changed it");
            assertThat(other.prepare(wanted(QUEUES), false).plan().isEmpty()).isTrue();
            one.prepare(wanted(QUEUES), false);
            one.delete(false);
        }
    }

    @Test
    void whatSomebodyElseDeletedIsMadeAnew() throws Exception {
        CommandRun run = new CommandRun(world);
        String file = write("drift.yaml", QUEUES);
        assertThat(run.of("apply", file)).isZero();
        aws.sqs()
                .deleteQueue(delete -> delete.queueUrl(
                        aws.sqs().getQueueUrl(get -> get.queueName("drift-One")).queueUrl()));
        assertThat(run.of("apply", file, "--plan")).isZero();
        assertThat(run.out())
                .contains("+   create  One  AWS::SQS::Queue  it was made before, and somebody has deleted it")
                .doesNotContain("applying");
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(aws.sqs().getQueueUrl(get -> get.queueName("drift-One")).queueUrl())
                .contains("drift-One");
        assertThat(run.of("apply", file, "--delete")).isZero();
    }

    @Test
    void refusedCallIsToldWithItsResourceAndWhatWasDoneStays() throws Exception {
        CommandRun run = new CommandRun(world);
        String bad = QUEUES.replace("DependsOn: One}", "DependsOn: One, Properties: {VisibilityTimeout: 99999}}");
        String file = write("refused.yaml", bad);
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err())
                .contains(
                        "refused.yaml:3: Two (AWS::SQS::Queue): InvalidAttributeValue: ",
                        "99999",
                        "; what was done until then stays, apply again to go on")
                .hasLineCount(1);
        write("refused.yaml", QUEUES);
        assertThat(run.of("apply", file)).as(run.err()).isZero();
        assertThat(run.out()).contains("=   1 unchanged", "create  Two");
        write(
                "refused.yaml",
                QUEUES.replace("{Type: AWS::SQS::Queue}", "{Type: AWS::SQS::Queue, DeletionPolicy: Retain}"));
        assertThat(run.of("apply", file)).isZero();
        assertThat(run.of("apply", file, "--delete", "--plan")).isZero();
        assertThat(run.out()).contains("-   delete  Two", ".   keep    One").doesNotContain("deleted");
        assertThat(run.of("apply", file, "--delete")).isZero();
        assertThat(aws.sqs().listQueues().queueUrls()).anyMatch(url -> url.endsWith("refused-One"));
    }

    @Test
    void typesThatNothingStandsForAreNamedAndMayBeLeftOut() throws Exception {
        CommandRun run = new CommandRun(world);
        String text = QUEUES + "  Api: {Type: AWS::ApiGateway::RestApi}\n  Own: {Type: 'Custom::Thing'}\n"
                + "  Bucket: {Type: AWS::S3::Bucket}\n";
        String file = write("unsupported.yaml", text);
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err())
                .contains(
                        "unsupported.yaml:4: nothing here can stand for Api (AWS::ApiGateway::RestApi, line 4), "
                                + "Own (Custom::Thing, line 5)",
                        "--skip-unsupported")
                .hasLineCount(1);
        assertThat(run.of("apply", file, "--skip-unsupported")).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "?   not emulated: Api  AWS::ApiGateway::RestApi  skipped\n",
                        "?   not emulated: Bucket  AWS::S3::Bucket  known as unsupported-bucket");
        write("unsupported.yaml", text + "Outputs: {A: {Value: !Ref Api}}");
        assertThat(run.of("apply", file, "--skip-unsupported")).isEqualTo(Main.FAILURE);
        assertThat(run.err())
                .contains("this refers to Api, and nothing can stand for its type AWS::ApiGateway::RestApi");
        assertThat(run.of("apply", file, "--delete")).isZero();
    }

    @Test
    void secretStaysOneAlsoByWayOfAResourceThatIsNotEmulated() throws Exception {
        CommandRun run = new CommandRun(world);
        String file = write("by-way.yaml", """
                Parameters: {Token: {Type: String, NoEcho: true}}
                Resources:
                  Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Token}}
                  One: {Type: AWS::SQS::Queue}
                Outputs: {Token: {Value: !GetAtt Kept.Value}}
                """);
        assertThat(run.of("apply", file, "--parameter", "Token=hush"))
                .as(run.err())
                .isZero();
        assertThat(run.out()).contains("Token = ****").doesNotContain("hush");
        assertThat(run.of("apply", file, "--delete")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "AWS::SQS::Queue | {Colour: red} | A (AWS::SQS::Queue): Colour is not known here, expected one of ",
                "AWS::SQS::Queue | {VisibilityTimeout: [1]} | VisibilityTimeout is no text",
                "AWS::SQS::Queue | {QueueName: !Ref Nothing} | Ref names Nothing, and there is no parameter or resource",
                "AWS::SQS::Queue | {QueueName: !GetAtt B.Colour} | B (AWS::SQS::Queue) has no attribute Colour, expected one of Arn",
                "AWS::Lambda::Function | {Runtime: nodejs20.x} | Code is missing",
                "AWS::Lambda::Function | {Code: {S3Bucket: b, S3Key: k}} | there is no S3 here",
                "AWS::Lambda::Function | {Code: ./nowhere} | the code is at './nowhere', and there is nothing at ",
                "AWS::Lambda::Function | {Code: {ZipFile: x}, Timeout: long} | Timeout is 'long', expected a number",
                "AWS::Lambda::Function | {Code: {ZipFile: x}, Environment: [x]} | Environment is a list, expected names with values",
                "AWS::CloudFront::Distribution | {} | DistributionConfig is missing",
                "AWS::CloudFront::Distribution | {DistributionConfig: {Enabled: maybe}} | DistributionConfig.Enabled is 'maybe', expected true or false",
                "AWS::CloudFront::Distribution | {DistributionConfig: {Origins: [{Id: a, Nmae: b}]}} | DistributionConfig.Origins[0].Nmae is not known here",
                "AWS::KMS::Key | {Enabled: perhaps} | Enabled is 'perhaps', expected true or false",
                "AWS::Lambda::Alias | {FunctionName: f, Name: n} | FunctionVersion is missing",
            })
    void propertiesThatCannotBeAreRefusedBeforeAnythingIsMade(String type, String properties, String message)
            throws Exception {
        CommandRun run = new CommandRun(world);
        String file = write(
                "wrong.yaml",
                "Resources:\n  B: {Type: AWS::SQS::Queue}\n  A:\n    Type: " + type + "\n    Properties: " + properties
                        + "\n");
        assertThat(run.of("apply", file)).isEqualTo(Main.FAILURE);
        assertThat(run.err()).contains("wrong.yaml:5: ", message).hasLineCount(1);
        assertThat(aws.sqs().listQueues().queueUrls()).noneMatch(url -> url.contains("wrong"));
    }

    @Test
    void commandLinesThatMakeNoSenseAreRefused() throws Exception {
        CommandRun run = new CommandRun(world);
        assertThat(run.of("apply", folder.resolve("none.yaml").toString())).isEqualTo(Main.USAGE);
        assertThat(run.err()).contains("none.yaml is no file, expected a template");
        assertThat(run.of("apply", folder.toString())).isEqualTo(Main.USAGE);
        assertThat(run.err()).contains("has none of template.yaml, template.yml, template.json");
        String file = write("good.yaml", QUEUES);
        assertThat(run.of("apply", file, "--stack", "no good")).isEqualTo(Main.USAGE);
        assertThat(run.err()).contains("--stack 'no good', expected 1 to 128 letters");
        assertThat(run.of("apply", file, "--parameter", "X=1")).isEqualTo(Main.FAILURE);
        assertThat(run.err()).contains("the template has no parameter X, expected none");
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

    private static long distributions() {
        return aws.cloudFront().listDistributions().distributionList().quantity();
    }

    /** What the record is like when a process ends after each call and before what it made is saved. */
    private static void forgetWhatWasMade(String stack) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port() + "/_nearside/stacks/" + stack);
            JsonNode stored =
                    JSON.readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                            .body());
            stored.path("record")
                    .path("resources")
                    .forEach(entry -> ((ObjectNode) entry).remove(List.of("physicalId", "attributes")));
            ObjectNode body = JSON.createObjectNode()
                    .put("revision", stored.path("revision").asLong())
                    .put("busy", false);
            body.set("record", stored.path("record"));
            assertThat(http.send(
                                    HttpRequest.newBuilder(uri)
                                            .PUT(BodyPublishers.ofString(body.toString()))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
