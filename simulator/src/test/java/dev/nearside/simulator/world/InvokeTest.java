package dev.nearside.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.kit.watch.InvokeQuestion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** Lambda's Invoke through the stock SDK: the control plane asks a node of one small world for all tests. */
class InvokeTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String SOURCE = """
            let runs = 0;
            exports.handler = async (event, context) => {
                runs += 1;
                if (event.throw) {
                    console.log('about to throw');
                    throw new TypeError(event.throw);
                }
                if (event.spin) {
                    while (true) {}
                }
                if (event.print) {
                    console.log('x'.repeat(event.print));
                }
                if (event.length) {
                    return 'y'.repeat(event.length);
                }
                return { echo: event, size: (event.text || '').length, runs, id: context.awsRequestId,
                         version: context.functionVersion, place: process.env.PLACE };
            };
            """;

    @TempDir
    private static Path folder;

    private static World world;
    private static AwsClients aws;

    @BeforeAll
    static void start() throws IOException {
        world = World.start(WorldConfig.onFreePorts(folder).withPops("LHR", "IAD"));
        aws = new AwsClients(world.apiAddress().getPort());
        aws.publishedFunction("echo", FunctionZip.ofIndex(SOURCE));
    }

    @AfterAll
    static void stop() {
        aws.close();
        world.close();
    }

    @Test
    void theEventGoesInAndTheResultComesOutAsTheyAre() throws IOException {
        InvokeResponse response = invoke("{\"text\":\"grüße\"}", _ -> {});

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isNull();
        assertThat(response.logResult()).isNull();
        assertThat(response.executedVersion()).isEqualTo("$LATEST");
        JsonNode result = json(response);
        assertThat(result.path("echo").path("text").asText()).isEqualTo("grüße");
        assertThat(result.path("size").asInt()).isEqualTo(5);
        assertThat(result.path("id").asText())
                .as("the function's request id is the call's")
                .isEqualTo(response.responseMetadata().requestId());
    }

    @Test
    void anEventNeedNotBeGiven() throws IOException {
        assertThat(json(invoke("", _ -> {})).path("echo").isEmpty()).isTrue();
    }

    @Test
    void aVersionRunsWithItsOwnCodeAndConfigurationAndLatestWithTheNewest() throws IOException {
        aws.publishedFunction("versions", FunctionZip.ofIndex(SOURCE));
        aws.lambda()
                .updateFunctionConfiguration(update -> update.functionName("versions")
                        .environment(environment -> environment.variables(Map.of("PLACE", "latest"))));

        JsonNode latest = json(invoke("{}", request -> request.functionName("versions")));
        InvokeResponse numbered =
                invoke("{}", request -> request.functionName("versions").qualifier("1"));

        assertThat(latest.path("version").asText()).isEqualTo("$LATEST");
        assertThat(latest.path("place").asText()).isEqualTo("latest");
        assertThat(numbered.executedVersion()).isEqualTo("1");
        assertThat(json(numbered).path("version").asText()).isEqualTo("1");
        assertThat(json(numbered).path("place").isMissingNode()).isTrue();
    }

    @Test
    void newCodeRunsAtOnce() throws IOException {
        aws.publishedFunction("changing", FunctionZip.ofIndex("exports.handler = async () => 'old';"));
        assertThat(json(invoke("{}", request -> request.functionName("changing")))
                        .asText())
                .isEqualTo("old");
        aws.lambda()
                .updateFunctionCode(update -> update.functionName("changing")
                        .zipFile(SdkBytes.fromByteArray(FunctionZip.ofIndex("exports.handler = async () => 'new';"))));

        assertThat(json(invoke("{}", request -> request.functionName("changing")))
                        .asText())
                .isEqualTo("new");
    }

    @Test
    void theTailOfTheLogHasLambdasLines() {
        InvokeResponse response = invoke("{\"print\":10}", request -> request.logType(LogType.TAIL));
        String id = response.responseMetadata().requestId();

        assertThat(log(response).lines())
                .anyMatch(line -> line.equals("START RequestId: " + id + " Version: $LATEST"))
                .anyMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t" + id + "\tINFO\txxxxxxxxxx"))
                .anyMatch(line -> line.equals("END RequestId: " + id))
                .anyMatch(line -> line.matches("REPORT RequestId: " + id
                        + "\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB"
                        + "\tMax Memory Used: \\d+ MB\t(Init Duration: [\\d.]+ ms\t)?"));
    }

    @Test
    void ofALongLogTheLastFourKilobytesCome() {
        InvokeResponse response = invoke("{\"print\":9000}", request -> request.logType(LogType.TAIL));

        assertThat(Base64.getDecoder().decode(response.logResult())).hasSize(4096);
        assertThat(log(response)).startsWith("xxx").contains("REPORT RequestId");
    }

    @Test
    void aHandlerThatThrowsIsAnAnswerWithTypeMessageAndTrace() throws IOException {
        InvokeResponse response = invoke("{\"throw\":\"no such page\"}", request -> request.logType(LogType.TAIL));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isEqualTo("Unhandled");
        JsonNode payload = json(response);
        assertThat(payload.path("errorType").asText()).isEqualTo("TypeError");
        assertThat(payload.path("errorMessage").asText()).isEqualTo("no such page");
        assertThat(payload.path("trace").path(0).asText()).isEqualTo("TypeError: no such page");
        assertThat(payload.path("trace").path(1).asText()).contains("index.js:6");
        assertThat(log(response)).contains("INFO\tabout to throw", "ERROR\tInvoke Error");
    }

    @Test
    void aHandlerThatIsTooSlowIsStoppedAfterTheFunctionsOwnTimeout() throws IOException {
        aws.publishedFunction("slow", 1, FunctionZip.ofIndex(SOURCE));
        InvokeResponse response = invoke(
                "{\"spin\":true}", request -> request.functionName("slow").logType(LogType.TAIL));
        String id = response.responseMetadata().requestId();

        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).path("errorType").asText()).isEqualTo("Sandbox.Timedout");
        assertThat(json(response).path("errorMessage").asText())
                .isEqualTo("RequestId: " + id + " Error: Task timed out after 1.00 seconds");
        assertThat(log(response)).contains(id + " Task timed out after 1.00 seconds");
    }

    @Test
    void codeThatCannotBeLoadedSaysSo() throws IOException {
        aws.publishedFunction("broken", FunctionZip.ofIndex("exports.handler = async ( => 1;"));

        InvokeResponse response = invoke("{}", request -> request.functionName("broken"));

        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).path("errorType").asText()).isEqualTo("Runtime.UserCodeSyntaxError");
        assertThat(json(response).path("trace").path(0).asText()).contains("index.js:1");
    }

    @Test
    void aDryRunRunsNothing() throws IOException {
        aws.publishedFunction("counter", FunctionZip.ofIndex(SOURCE));

        InvokeResponse dry =
                invoke("{}", request -> request.functionName("counter").invocationType(InvocationType.DRY_RUN));

        assertThat(dry.statusCode()).isEqualTo(204);
        assertThat(json(invoke("{}", request -> request.functionName("counter")))
                        .path("runs")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void eventAndResultMayHaveSixMegabytes() throws IOException {
        String event = "{\"text\":\"" + "a\\\"".repeat(2 * 1024 * 1024 - 1_000) + "\"}";
        assertThat(event.length()).isGreaterThan(InvokeQuestion.MAX_PAYLOAD_BYTES - 4_096);
        InvokeResponse large = invoke(event, _ -> {});
        assertThat(large.functionError()).as(large.payload().asUtf8String()).isNull();
        assertThat(json(large).path("size").asInt()).isEqualTo(2 * (2 * 1024 * 1024 - 1_000));

        int length = InvokeQuestion.MAX_PAYLOAD_BYTES - 2;
        assertThat(invoke("{\"length\":" + length + "}", _ -> {}).payload().asByteArrayUnsafe())
                .hasSize(InvokeQuestion.MAX_PAYLOAD_BYTES);
    }

    @Test
    void aResultOverTheLimitIsTheFunctionsError() throws IOException {
        InvokeResponse response = invoke("{\"length\":" + InvokeQuestion.MAX_PAYLOAD_BYTES + "}", _ -> {});

        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(json(response).path("errorType").asText()).isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void whatIsTooLongIsRefused() {
        String tooLong = "\"" + "x".repeat(InvokeQuestion.MAX_PAYLOAD_BYTES) + "\"";
        assertThatThrownBy(() -> invoke(tooLong, _ -> {}))
                .isInstanceOf(RequestTooLargeException.class)
                .hasMessageContaining("limit 6291456 bytes");
        assertThatThrownBy(() -> invoke(
                        "\"" + "x".repeat(1024 * 1024) + "\"", request -> request.invocationType(InvocationType.EVENT)))
                .isInstanceOf(RequestTooLargeException.class)
                .hasMessageContaining("limit 1048576 bytes");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> invoke("{\"a\":", _ -> {})).isInstanceOf(InvalidRequestContentException.class);
        assertThatThrownBy(() -> invoke("{} {}", _ -> {})).isInstanceOf(InvalidRequestContentException.class);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> invoke("{}", request -> request.functionName("nobody")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> invoke("{}", request -> request.qualifier("99")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void anUnknownInvocationTypeIsRefused() {
        assertThatThrownBy(() -> invoke("{}", request -> request.invocationType("Sometimes")))
                .isInstanceOf(LambdaException.class)
                .hasMessageContaining("Sometimes")
                .hasMessageContaining("RequestResponse");
    }

    private static InvokeResponse invoke(String event, Consumer<InvokeRequest.Builder> more) {
        InvokeRequest.Builder request =
                InvokeRequest.builder().functionName("echo").payload(SdkBytes.fromUtf8String(event));
        more.accept(request);
        return aws.lambda().invoke(request.build());
    }

    private static JsonNode json(InvokeResponse response) throws IOException {
        return JSON.readTree(response.payload().asUtf8String());
    }

    private static String log(InvokeResponse response) {
        return new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
    }
}
