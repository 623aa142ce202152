package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.TestPlane;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.GetPolicyResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.PolicyLengthExceededException;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** Who may invoke a function and what it is tagged with, with the stock AWS SDK. */
class FunctionPolicyAndTagsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String HELLO = "arn:aws:lambda:us-east-1:000000000000:function:hello";

    @TempDir
    private Path data;

    private TestPlane aws;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        aws.lambda.createFunction(TestPlane.function("hello")
                .publish(true)
                .tags(Map.of("team", "edge"))
                .build());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void permissionsMakeAPolicy() throws Exception {
        assertThatThrownBy(() -> aws.lambda.getPolicy(r -> r.functionName("hello")))
                .isInstanceOf(ResourceNotFoundException.class);
        String said = aws.lambda
                .addPermission(r -> r.functionName("hello")
                        .statementId("replicator")
                        .action("lambda:GetFunction")
                        .principal("replicator.lambda.amazonaws.com")
                        .sourceAccount("000000000000")
                        .sourceArn("arn:aws:cloudfront::000000000000:distribution/E1"))
                .statement();
        GetPolicyResponse first = aws.lambda.getPolicy(r -> r.functionName("hello"));
        JsonNode policy = JSON.readTree(first.policy());
        assertThat(policy.path("Version").asText()).isEqualTo("2012-10-17");
        assertThat(policy.has("revisionId")).isFalse();
        assertThat(policy.path("Statement").path(0)).isEqualTo(JSON.readTree(said));
        assertThat(JSON.readTree(said)).isEqualTo(JSON.readTree("""
                {"Sid":"replicator","Effect":"Allow","Principal":{"Service":"replicator.lambda.amazonaws.com"},
                 "Action":"lambda:GetFunction","Resource":"%s",
                 "Condition":{"StringEquals":{"AWS:SourceAccount":"000000000000"},
                              "ArnLike":{"AWS:SourceArn":"arn:aws:cloudfront::000000000000:distribution/E1"}}}""".formatted(HELLO)));

        assertThatThrownBy(() -> allow("replicator", "123456789012", null))
                .isInstanceOf(ResourceConflictException.class)
                .hasMessageContaining("replicator");
        assertThatThrownBy(() -> allow("other", "123456789012", "stale"))
                .isInstanceOf(PreconditionFailedException.class);
        allow("other", "123456789012", first.revisionId());
        JsonNode two =
                JSON.readTree(aws.lambda.getPolicy(r -> r.functionName("hello")).policy());
        assertThat(two.path("Statement").path(1).path("Principal").path("AWS").asText())
                .isEqualTo("arn:aws:iam::123456789012:root");

        aws.lambda.removePermission(r -> r.functionName("hello").statementId("replicator"));
        assertThatThrownBy(() ->
                        aws.lambda.removePermission(r -> r.functionName("hello").statementId("replicator")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("replicator");
        aws.lambda.removePermission(r -> r.functionName("hello").statementId("other"));
        assertThatThrownBy(() -> aws.lambda.getPolicy(r -> r.functionName("hello")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aVersionHasAPolicyOfItsOwn() throws Exception {
        aws.lambda.addPermission(r -> r.functionName("hello")
                .qualifier("1")
                .statementId("one")
                .action("lambda:InvokeFunction")
                .principal("*"));
        JsonNode policy = JSON.readTree(aws.lambda
                .getPolicy(r -> r.functionName("hello").qualifier("1"))
                .policy());
        assertThat(policy.path("Statement").path(0).path("Resource").asText()).isEqualTo(HELLO + ":1");
        assertThatThrownBy(() -> aws.lambda.getPolicy(r -> r.functionName("hello")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aPolicyHasALimit() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 200; i++) {
                        allow("statement-" + i, "arn:aws:iam::123456789012:role/" + "r".repeat(60), null);
                    }
                })
                .isInstanceOf(PolicyLengthExceededException.class)
                .hasMessageContaining("20480");
    }

    private void allow(String statementId, String principal, String revisionId) {
        aws.lambda.addPermission(r -> r.functionName("hello")
                .statementId(statementId)
                .action("lambda:InvokeFunction")
                .principal(principal)
                .revisionId(revisionId));
    }

    @Test
    void tagsAreAddedReplacedAndTakenAway() {
        aws.lambda.tagResource(r -> r.resource(HELLO).tags(Map.of("team", "core", "cost", "1", "gone", "x")));
        aws.lambda.untagResource(r -> r.resource(HELLO).tagKeys("gone", "cost"));
        assertThat(aws.lambda.listTags(r -> r.resource(HELLO)).tags()).containsExactly(Map.entry("team", "core"));
        assertThat(aws.lambda.getFunction(r -> r.functionName("hello")).tags())
                .containsExactly(Map.entry("team", "core"));
        assertThatThrownBy(() -> aws.lambda.listTags(r -> r.resource(HELLO + ":1")))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("without a qualifier");
        assertThatThrownBy(() -> aws.lambda.tagResource(r -> r.resource(HELLO).tags(Map.of("aws:x", "y"))))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("aws:x");
        assertThatThrownBy(() -> aws.lambda.listTags(r -> r.resource(HELLO + "-not")))
                .isInstanceOf(ResourceNotFoundException.class);
    }
}
