package dev.nearside.simulator.apply.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.devloop.ApiClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The record of one stack at the control plane, changed by one apply at a time. */
final class StackStore {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PATH = "/_nearside/stacks/";

    private final ApiClient api;
    private final String name;
    private long revision;

    StackStore(ApiClient api, String name) {
        this.api = api;
        this.name = name;
    }

    /**
     * What is stored.
     *
     * @param record null if there is no such stack
     * @param isBusy whether an apply said that it is at work
     * @param savedAgoMillis how long ago it last said something
     */
    record Stored(@Nullable JsonNode record, boolean isBusy, long savedAgoMillis) {}

    /** Reads it; what is saved then builds on it. */
    Stored load() {
        ApiClient.Reply reply = send("GET", PATH + name, "");
        if (reply.status() == 404) {
            revision = 0;
            return new Stored(null, false, 0);
        }
        JsonNode answer = accepted(reply);
        revision = answer.path("revision").asLong();
        return new Stored(
                answer.path("record"),
                answer.path("busy").asBoolean(),
                answer.path("savedAgoMillis").asLong());
    }

    /**
     * Saves it.
     *
     * @throws ApplyException if somebody else has saved it since
     */
    void save(StackRecord record, boolean busy) {
        ObjectNode body = JSON.createObjectNode().put("revision", revision).put("busy", busy);
        body.set("record", record.toJson());
        revision = accepted(send("PUT", PATH + name, body.toString()))
                .path("revision")
                .asLong();
    }

    /** Takes it away. */
    void delete() {
        accepted(send("DELETE", PATH + name + "?revision=" + revision, ""));
    }

    private ApiClient.Reply send(String method, String path, String body) {
        try {
            return api.send(
                    new ApiClient.Call(method, path, body.getBytes(StandardCharsets.UTF_8), PATIENCE, Map.of()));
        } catch (IOException e) {
            throw new ApplyException(String.valueOf(e.getMessage()), e);
        }
    }

    private JsonNode accepted(ApiClient.Reply reply) {
        JsonNode answer;
        try {
            answer = JSON.readTree(reply.body());
        } catch (IOException e) {
            throw new ApplyException(PATH + name + " answers " + reply.status() + " and no JSON", e);
        }
        if (reply.status() == 200) {
            return answer;
        }
        String message = answer.path("message").asText();
        throw new ApplyException(message.isEmpty() ? PATH + name + " answers " + reply.status() : message);
    }
}
