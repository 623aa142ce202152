package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.watch.FunctionTrial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Runs a function on an event that somebody made up: CloudFront's TestFunction. As there, the answer must have its shape,
 * but which headers it may touch is not looked at.
 */
public final class CloudFrontFunctionTrial {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** What an answer may leave out is taken from these. */
    private static final RequestHead SOME_REQUEST = new RequestHead("GET", "/", "", Fields.EMPTY);

    private static final ResponseHead SOME_RESPONSE = new ResponseHead(200, "", Fields.EMPTY);

    private final CloudFrontFunctionEngine engine;

    /** Trials on an engine that stays its owner's. */
    public CloudFrontFunctionTrial(CloudFrontFunctionEngine engine) {
        this.engine = engine;
    }

    /**
     * What came of it, as JSON: {@code computeUtilization}, {@code logs}, {@code output} and {@code errorMessage}.
     *
     * @param argument a {@link FunctionTrial} as JSON
     */
    public CompletionStage<Optional<JsonNode>> run(String argument) {
        FunctionTrial trial = SnapshotCodec.decode(argument.getBytes(StandardCharsets.UTF_8), FunctionTrial.class);
        LoadedCloudFrontFunction loaded = engine.load(trial.function(), trial.store());
        CompletableFuture<Optional<JsonNode>> answer = new CompletableFuture<>();
        byte[] event = trial.event().getBytes(StandardCharsets.UTF_8);
        loaded.run(event, rawQuery(trial.event()), outcome -> {
            loaded.close();
            answer.complete(Optional.of(told(trial.event(), outcome)));
        });
        return answer;
    }

    /** An event that was made up says nothing of how the viewer wrote its query. */
    private static String rawQuery(String event) {
        try {
            JsonNode query = MAPPER.readTree(event).path("request").path("querystring");
            return EventParts.querystring(Multimap.read(query, "querystring"));
        } catch (IOException | InvalidAnswerException e) {
            return "";
        }
    }

    private static ObjectNode told(String event, RunOutcome outcome) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("computeUtilization", outcome.report().computeUtilization());
        ArrayNode logs = json.putArray("logs");
        outcome.report().logLines().forEach(logs::add);
        json.put("errorMessage", "");
        switch (outcome) {
            case RunOutcome.Failed failed ->
                json.put("errorMessage", "The CloudFront function failed: " + failed.message());
            case RunOutcome.Returned returned -> tell(json, event, returned);
        }
        return json;
    }

    private static void tell(ObjectNode json, String event, RunOutcome.Returned returned) {
        try {
            CloudFrontAnswer answer = CloudFrontAnswerReader.read(
                    SOME_REQUEST, isOfAResponse(event) ? SOME_RESPONSE : null, returned.result());
            JsonNode result = MAPPER.readTree(returned.result());
            json.putObject("output").set(answer instanceof CloudFrontAnswer.ToRequest ? "request" : "response", result);
        } catch (InvalidAnswerException | IOException e) {
            json.put("errorMessage", "The CloudFront function returned an invalid value: " + e.getMessage());
        }
    }

    private static boolean isOfAResponse(String event) throws IOException {
        return MAPPER.readTree(event)
                .path("context")
                .path("eventType")
                .asText()
                .equals(EventType.VIEWER_RESPONSE.wireName());
    }
}
