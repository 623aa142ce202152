package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.snapshot.FunctionVersion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.EventType;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;

/** Going back to a revision whose function no distribution uses any more. */
@Timeout(60)
class RolloutOfDeletedFunctionTest {

    @TempDir
    private Path data;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestPlane aws;
    private String arn;

    @BeforeEach
    void useAFunctionNoMore() {
        aws = new TestPlane(data);
        arn = create("// one");
        var config = TestPlane.distribution("a");
        Distribution made = aws.cloudFront
                .createDistribution(request -> request.distributionConfig(
                        config.defaultCacheBehavior(with(arn)).build()))
                .distribution();
        String tag =
                aws.cloudFront.getDistribution(request -> request.id(made.id())).eTag();
        aws.cloudFront.updateDistribution(request -> request.id(made.id())
                .ifMatch(tag)
                .distributionConfig(
                        config.defaultCacheBehavior(TestPlane.behavior().build())
                                .build()));
    }

    @AfterEach
    void stop() {
        http.close();
        aws.close();
    }

    @Test
    void deletedVersionDoesNotComeBack() throws Exception {
        aws.lambda.deleteFunction(request -> request.functionName("f"));
        assertDeleted();
        assertThat(create("// two")).isEqualTo(arn);
        assertDeleted();
        aws.lambda.deleteFunction(request -> request.functionName("f"));
        create("// one");
        assertThat(rollBack().statusCode()).as("the same code again").isEqualTo(200);
    }

    @Test
    void versionComesBackWithTheConcurrencyThatIsReservedNow() throws Exception {
        aws.lambda.putFunctionConcurrency(request -> request.functionName("f").reservedConcurrentExecutions(0));
        assertThat(rollBack().body()).isEqualTo("{\"revision\":3}");
        FakeNode node = aws.node("lhr-1", "LHR").following("null");
        while (node.snapshot().revision() != 3) {
            Thread.onSpinWait();
        }
        assertThat(node.snapshot().functionVersion(arn).map(FunctionVersion::reservedConcurrency))
                .hasValue(0);
    }

    private void assertDeleted() throws Exception {
        HttpResponse<String> refused = rollBack();
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("revision 1 uses the function version '" + arn + "', which has been deleted since");
    }

    private HttpResponse<String> rollBack() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/rollouts/rollback");
        return http.send(
                HttpRequest.newBuilder(uri)
                        .POST(BodyPublishers.ofString("{\"revision\": 1}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private String create(String code) {
        return aws.lambda
                .createFunction(TestPlane.function("f")
                        .code(all -> all.zipFile(TestPlane.zip(code)))
                        .publish(true)
                        .build())
                .functionArn();
    }

    private static DefaultCacheBehavior with(String function) {
        return TestPlane.behavior()
                .lambdaFunctionAssociations(all -> all.quantity(1)
                        .items(LambdaFunctionAssociation.builder()
                                .lambdaFunctionARN(function)
                                .eventType(EventType.VIEWER_REQUEST)
                                .build()))
                .build();
    }
}
