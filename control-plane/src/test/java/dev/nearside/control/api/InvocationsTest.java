package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.FakeNode;
import dev.nearside.control.TestPlane;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.InvokeAnswer;
import dev.nearside.kit.watch.InvokeAnswer.Kind;
import dev.nearside.kit.watch.InvokeQuestion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ServiceException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** What Invoke makes of the answers of nodes, and of their absence. */
class InvocationsTest {

    @TempDir
    private Path data;

    private TestPlane aws;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        aws.lambda.createFunction(TestPlane.function("hello").build());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void withoutANodeItIsSaidWhatToDo() {
        assertThatThrownBy(this::invoke)
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("no edge node is connected")
                .hasMessageContaining("./nearside up");
    }

    @Test
    void aNodeThatDoesNotKnowTheTopicIsNamed() throws Exception {
        node("null");
        assertThatThrownBy(this::invoke).isInstanceOf(ServiceException.class).hasMessageContaining("lhr-1");
    }

    @Test
    void aThrottledFunctionIsNoFunctionError() throws Exception {
        node(said(InvokeAnswer.notRun(Kind.THROTTLED, "TooManyRequestsException", "too many")));
        assertThatThrownBy(this::invoke).isInstanceOf(TooManyRequestsException.class);
    }

    @Test
    void aFailureOfTheNodeIsNoFunctionError() throws Exception {
        node(said(InvokeAnswer.notRun(Kind.NODE, "Runtime.EngineFault", "no memory")));
        assertThatThrownBy(this::invoke).isInstanceOf(ServiceException.class).hasMessageContaining("no memory");
    }

    @Test
    void aResultIsHandedOnByteForByte() throws Exception {
        byte[] result = "{ \"spaces\" :  1 }".getBytes(StandardCharsets.UTF_8);
        node(said(new InvokeAnswer(result, null, 1_000, 0, 0, List.of())));
        InvokeResponse response = invoke();
        assertThat(response.payload().asByteArray()).isEqualTo(result);
        assertThat(response.functionError()).isNull();
    }

    @Test
    void aNodeInTheFunctionsRegionIsAskedBeforeOthers() throws Exception {
        aws.plane.describeWorld("""
                {"pops":[{"node":"a","region":"eu-west-2"}],"shields":[{"node":"b","region":"us-east-1"}]}""".getBytes(StandardCharsets.UTF_8));
        FakeNode far = aws.node("a");
        far.follow(1_000);
        far.following(said(InvokeAnswer.notRun(Kind.NODE, "Runtime.EngineFault", "the wrong node")));
        FakeNode near = aws.node("b");
        near.follow(1_000);
        near.following(said(new InvokeAnswer("1".getBytes(StandardCharsets.UTF_8), null, 0, 0, 0, List.of())));

        assertThat(invoke().payload().asUtf8String()).isEqualTo("1");
    }

    @Test
    void anEventIsTakenAtOnceAndRunLater() throws Exception {
        FakeNode node = aws.node("lhr-1");
        node.follow(1_000);

        InvokeResponse taken = aws.lambda.invoke(invoke -> invoke.functionName("hello")
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String("{\"later\":1}")));

        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(taken.payload().asByteArray()).isEmpty();
        assertThat(node.watch(20_000).questions()).singleElement().satisfies(question -> {
            assertThat(question.topic()).isEqualTo(InvokeQuestion.TOPIC);
            InvokeQuestion asked =
                    SnapshotCodec.decode(question.argument().getBytes(StandardCharsets.UTF_8), InvokeQuestion.class);
            assertThat(asked.event()).asString().isEqualTo("{\"later\":1}");
            assertThat(asked.version().version()).isEqualTo("$LATEST");
            assertThat(asked.requestId()).isEqualTo(taken.responseMetadata().requestId());
        });
    }

    @Test
    void aClientContextIsNotOffered() {
        assertThatThrownBy(() ->
                        aws.lambda.invoke(invoke -> invoke.functionName("hello").clientContext("e30=")))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("ClientContext");
    }

    private InvokeResponse invoke() {
        return aws.lambda.invoke(invoke -> invoke.functionName("hello"));
    }

    private void node(String answer) throws Exception {
        FakeNode node = aws.node("lhr-1");
        node.follow(1_000);
        node.following(answer);
    }

    private static String said(InvokeAnswer answer) {
        return new String(SnapshotCodec.encode(answer), StandardCharsets.UTF_8);
    }
}
