package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.core.NodeAnswer;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.core.SingleAnswer;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import dev.nearside.kit.snapshot.KeyValueStore;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.FunctionTrial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.FunctionSummary;
import software.amazon.awssdk.services.cloudfront.model.TestResult;

/** Tries CloudFront Functions out on a node, because the control plane runs no code. */
final class FunctionTrials {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final int MAX_EVENT_BYTES = 40 * 1024;

    private final Publisher publisher;

    FunctionTrials(Publisher publisher) {
        this.publisher = publisher;
    }

    /** What is tried. */
    record Subject(CloudFrontFunction function, @Nullable KeyValueStore store, FunctionSummary summary) {}

    /**
     * Runs the function on an event.
     *
     * @throws AwsError if the event is none, or no node answers
     */
    TestResult run(Subject subject, byte[] event) {
        FunctionTrial trial = new FunctionTrial(subject.function(), subject.store(), checked(event));
        String argument = new String(SnapshotCodec.encode(trial), StandardCharsets.UTF_8);
        NodeAnswer answer = answered(publisher
                .askOne(FunctionTrial.TOPIC, argument, Set.of(), TIMEOUT_MILLIS)
                .toCompletableFuture()
                .join());
        try {
            return result(subject, MAPPER.readTree(answer.json()));
        } catch (IOException e) {
            throw failed("the node " + answer.node() + " answered no JSON");
        }
    }

    private static NodeAnswer answered(SingleAnswer answer) {
        return switch (answer) {
            case SingleAnswer.Answered(NodeAnswer came) -> came;
            case SingleAnswer.NoNode() -> throw failed("no edge node is connected that could run it");
            case SingleAnswer.TooMuchAsked(String node) -> throw failed("too many questions wait for the node " + node);
            case SingleAnswer.Late(String node) ->
                throw failed("the node " + node + " did not answer within " + TIMEOUT_MILLIS + " ms");
        };
    }

    private static String checked(byte[] event) {
        if (event.length > MAX_EVENT_BYTES) {
            throw ConfigErrors.invalidArgument(
                    "The parameter EventObject has " + event.length + " bytes, expected at most " + MAX_EVENT_BYTES);
        }
        try {
            JsonNode json = MAPPER.readTree(event);
            if (json != null && json.isObject() && json.path("request").isObject()) {
                return json.toString();
            }
        } catch (IOException e) {
            throw ConfigErrors.invalidArgument("The parameter EventObject is not valid JSON: " + e.getMessage());
        }
        throw ConfigErrors.invalidArgument("The parameter EventObject is no event, expected an object with a request");
    }

    private static TestResult result(Subject subject, JsonNode answer) {
        if (!answer.has("computeUtilization")) {
            throw failed("the node does not know CloudFront Functions");
        }
        List<String> logs = new ArrayList<>();
        answer.path("logs").forEach(line -> logs.add(line.asText()));
        JsonNode output = answer.path("output");
        return TestResult.builder()
                .functionSummary(subject.summary())
                .computeUtilization(answer.path("computeUtilization").asText())
                .functionExecutionLogs(logs)
                .functionErrorMessage(answer.path("errorMessage").asText())
                .functionOutput(output.isMissingNode() ? "" : output.toString())
                .build();
    }

    private static AwsError failed(String why) {
        return new AwsError(500, "TestFunctionFailed", "The function could not be tested: " + why + ".");
    }
}
