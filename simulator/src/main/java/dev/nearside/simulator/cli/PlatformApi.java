package dev.nearside.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.simulator.devloop.ApiClient;
import dev.nearside.simulator.world.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** The API below {@code /_nearside/} of a control plane that runs, for commands that ask it one thing. */
final class PlatformApi {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PREFIX = "/_nearside/";

    private final int port;

    PlatformApi(Ports ports) {
        port = ports.api();
    }

    /**
     * Reads.
     *
     * @throws CliException if nobody answers, or with another status than 200
     */
    JsonNode get(String path) {
        return call("GET", path, "");
    }

    /** The same, for a change. */
    JsonNode post(String path, String body) {
        return call("POST", path, body);
    }

    private JsonNode call(String method, String path, String body) {
        try (ApiClient api = new ApiClient(port)) {
            ApiClient.Reply reply = api.send(new ApiClient.Call(
                    method, PREFIX + path, body.getBytes(StandardCharsets.UTF_8), PATIENCE, Map.of()));
            JsonNode answer = JSON.readTree(reply.body());
            if (reply.status() != 200) {
                String message = answer.path("message").asText();
                throw CliException.failure(message.isEmpty() ? path + " answers " + reply.status() : message);
            }
            return answer;
        } catch (IOException e) {
            throw CliException.failure(String.valueOf(e.getMessage()));
        }
    }
}
