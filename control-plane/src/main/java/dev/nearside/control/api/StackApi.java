package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredStack;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The records of stacks below {@code /_nearside/stacks}. Whoever saves or deletes one names the revision that the change
 * builds on, so that of two who started from the same record only one goes on.
 */
final class StackApi {

    static final String PATH = NearsideApi.PREFIX + "stacks";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,127}");
    private static final Pattern REVISION = Pattern.compile("[0-9]{1,18}");

    private final Deployment deployment;

    StackApi(Deployment deployment) {
        this.deployment = deployment;
    }

    static boolean isBelow(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    WireResponse handle(WireRequest request) {
        if (request.path().equals(PATH)) {
            return request.method().equals("GET")
                    ? NearsideJson.answer(200, all())
                    : NearsideJson.message(405, request.method() + " " + PATH + " is not possible, expected GET");
        }
        String name = request.path().substring(PATH.length() + 1);
        if (!NAME.matcher(name).matches()) {
            return NearsideJson.message(
                    400,
                    "the stack's name '" + name
                            + "' is not valid, expected 1 to 128 letters, digits and hyphens, a letter first");
        }
        try {
            return switch (request.method()) {
                case "GET" -> get(name);
                case "PUT" -> put(name, request.body());
                case "DELETE" -> delete(name, request);
                default ->
                    NearsideJson.message(
                            405,
                            request.method() + " " + request.path() + " is not possible, expected GET, PUT or DELETE");
            };
        } catch (IllegalArgumentException e) {
            return NearsideJson.message(400, String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode all() {
        ObjectNode answer = MAPPER.createObjectNode();
        ArrayNode list = answer.putArray("stacks");
        List<StoredStack> stacks = deployment.read(StoredStack::all);
        stacks.forEach(stack -> list.add(shown(stack)));
        return answer;
    }

    private ObjectNode shown(StoredStack stack) {
        return MAPPER.createObjectNode()
                .put("name", stack.name())
                .put("revision", stack.revision())
                .put("busy", stack.busy())
                .put("savedAt", Instant.ofEpochMilli(stack.savedMillis()).toString())
                .put("savedAgoMillis", Math.max(0, deployment.nowMillis() - stack.savedMillis()));
    }

    private WireResponse get(String name) {
        Optional<StoredStack> found = deployment.read(connection -> StoredStack.find(connection, name));
        if (found.isEmpty()) {
            return missing(name);
        }
        ObjectNode answer = shown(found.get());
        try {
            answer.set("record", MAPPER.readTree(found.get().record()));
        } catch (IOException e) {
            throw new IllegalStateException("the record of the stack " + name + " was stored as JSON", e);
        }
        return NearsideJson.answer(200, answer);
    }

    private WireResponse put(String name, byte[] body) {
        JsonNode sent = object(body);
        JsonNode basis = sent.path("revision");
        if (!basis.isIntegralNumber() || !basis.canConvertToLong() || basis.asLong() < 0) {
            throw new IllegalArgumentException(
                    "revision is " + basis + ", expected the one that was read, or 0 for a new stack");
        }
        if (!sent.path("record").isObject()) {
            throw new IllegalArgumentException("record is missing or no JSON object, expected one");
        }
        if (!sent.path("busy").isBoolean()) {
            throw new IllegalArgumentException("busy is " + sent.path("busy") + ", expected true or false");
        }
        return deployment.write(connection -> {
            long present = revision(connection, name);
            if (present != basis.asLong()) {
                return conflict(name, basis.asLong(), present);
            }
            new StoredStack(
                            name,
                            present + 1,
                            sent.path("busy").asBoolean(),
                            deployment.nowMillis(),
                            sent.path("record").toString())
                    .store(connection);
            return NearsideJson.answer(200, MAPPER.createObjectNode().put("revision", present + 1));
        });
    }

    private WireResponse delete(String name, WireRequest request) {
        String given = String.join(",", request.query().getOrDefault("revision", List.of()));
        if (!REVISION.matcher(given).matches()) {
            throw new IllegalArgumentException("revision is '" + given + "', expected the one that was read");
        }
        return deployment.write(connection -> {
            long present = revision(connection, name);
            if (present == 0) {
                return missing(name);
            }
            if (present != Long.parseLong(given)) {
                return conflict(name, Long.parseLong(given), present);
            }
            StoredStack.delete(connection, name);
            return NearsideJson.answer(200, MAPPER.createObjectNode().put("revision", 0));
        });
    }

    /** The newest revision; 0 if there is no such stack. */
    private static long revision(Connection connection, String name) throws SQLException {
        return StoredStack.find(connection, name).map(StoredStack::revision).orElse(0L);
    }

    private static WireResponse conflict(String name, long basis, long present) {
        return NearsideJson.message(
                409,
                "the stack " + name + " is at revision " + present + ", and this change builds on " + basis
                        + "; somebody else has changed it");
    }

    private static WireResponse missing(String name) {
        return NearsideJson.message(404, "there is no stack " + name);
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
        throw new IllegalArgumentException("the body is not a JSON object, expected one");
    }
}
