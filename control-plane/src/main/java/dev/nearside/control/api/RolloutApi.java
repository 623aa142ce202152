package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.RequestId;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import dev.nearside.control.core.RolloutProgress;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.RejectedChangeException;
import dev.nearside.control.deploy.RolloutRefusedException;
import dev.nearside.control.deploy.Rollouts;
import dev.nearside.control.state.StoredRollout;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Rollouts as JSON below {@code /_nearside/rollouts}: what is read is a GET, what changes something is a POST. */
final class RolloutApi {

    static final String PATH = NearsideApi.PREFIX + "rollouts";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String EXPECTED = "expected GET " + PATH + " or " + PATH + "/N, or POST " + PATH + "/policy, "
            + PATH + "/next-policy, " + PATH + "/rollback, or " + PATH + "/N/pause, /resume or /abort";
    private static final int LISTED = 50;

    private final Rollouts rollouts;
    private final RandomGenerator random;

    RolloutApi(Rollouts rollouts, RandomGenerator random) {
        this.rollouts = rollouts;
        this.random = random;
    }

    static boolean isBelow(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    /** Answers, under a request id by which the history knows what a change was made by. */
    WireResponse handle(WireRequest request, Principal principal) {
        String requestId = RequestId.draw(random);
        WireResponse answer = answer(request, operation -> new Change.Cause(principal.name(), operation, requestId));
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.put(RequestId.HEADER, requestId);
        return new WireResponse(answer.status(), headers, answer.body());
    }

    private WireResponse answer(WireRequest request, Function<String, Change.Cause> causes) {
        String[] parts = request.path().substring(PATH.length()).split("/", -1);
        try {
            if (request.method().equals("GET") && parts.length == 1) {
                return NearsideJson.answer(200, all());
            }
            if (request.method().equals("GET") && parts.length == 2 && isNumber(parts[1])) {
                return NearsideJson.answer(200, one(Long.parseLong(parts[1])));
            }
            if (request.method().equals("POST") && parts.length == 2) {
                return change(parts[1], request.body(), causes);
            }
            if (request.method().equals("POST") && parts.length == 3 && isNumber(parts[1])) {
                return steer(Long.parseLong(parts[1]), parts[2], causes);
            }
            return nothing(request.method() + " " + request.path());
        } catch (IllegalArgumentException e) {
            return NearsideJson.message(400, String.valueOf(e.getMessage()));
        } catch (RolloutRefusedException e) {
            return NearsideJson.message(e.isUnknown() ? 404 : 409, String.valueOf(e.getMessage()));
        } catch (RejectedChangeException e) {
            return NearsideJson.message(409, "it is not sound: " + e.getMessage());
        }
    }

    private WireResponse change(String what, byte[] body, Function<String, Change.Cause> causes) {
        switch (what) {
            case "policy" -> rollouts.setPolicy(causes.apply("SetRolloutPolicy"), RolloutPolicyJson.read(object(body)));
            case "next-policy" ->
                rollouts.setNextPolicy(causes.apply("SetRolloutPolicy"), RolloutPolicyJson.read(object(body)));
            case "rollback" -> {
                JsonNode revision = object(body).path("revision");
                if (!revision.isIntegralNumber() || !revision.canConvertToLong()) {
                    throw new IllegalArgumentException(
                            "revision is " + revision + ", expected the number of an earlier revision");
                }
                long made = rollouts.rollBackTo(causes.apply("RollBack"), revision.asLong());
                return NearsideJson.answer(200, MAPPER.createObjectNode().put("revision", made));
            }
            default -> {
                return nothing("POST " + PATH + "/" + what);
            }
        }
        return NearsideJson.answer(200, all());
    }

    private WireResponse steer(long id, String action, Function<String, Change.Cause> causes) {
        switch (action) {
            case "pause" -> rollouts.pause(causes.apply("PauseRollout"), id);
            case "resume" -> rollouts.resume(causes.apply("ResumeRollout"), id);
            case "abort" -> rollouts.abort(causes.apply("AbortRollout"), id);
            default -> {
                return nothing("POST " + PATH + "/" + id + "/" + action);
            }
        }
        return NearsideJson.answer(200, one(id));
    }

    private static WireResponse nothing(String what) {
        return NearsideJson.message(404, what + " is nothing, " + EXPECTED);
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the body is not a JSON object, expected one");
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,18}");
    }

    private ObjectNode all() {
        ObjectNode answer = MAPPER.createObjectNode();
        answer.set("policy", RolloutPolicyJson.write(rollouts.policy()));
        rollouts.nextPolicy().ifPresent(next -> answer.set("nextPolicy", RolloutPolicyJson.write(next)));
        Optional<RolloutProgress> progress = rollouts.progress();
        ArrayNode list = answer.putArray("rollouts");
        rollouts.newest(LISTED).forEach(rollout -> list.add(shown(rollout, progress)));
        names(answer.putArray("waiting"), rollouts.waiting());
        names(answer.putArray("rolledBack"), rollouts.heldBack());
        return answer;
    }

    private static void names(ArrayNode array, Set<String> names) {
        names.forEach(array::add);
    }

    private ObjectNode one(long id) {
        return shown(rollouts.require(id), rollouts.progress());
    }

    private static ObjectNode shown(StoredRollout rollout, Optional<RolloutProgress> progress) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("rollout", rollout.id())
                .put("state", rollout.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("fromRevision", rollout.fromRevision())
                .put("toRevision", rollout.toRevision())
                .put("wave", rollout.wave() + 1)
                .put("waves", Rollouts.policyOf(rollout).waves().size())
                .put("startedBy", rollout.who())
                .put("startedAt", Instant.ofEpochMilli(rollout.startedMillis()).toString());
        if (!rollout.phase().isUnderWay()) {
            json.put("endedAt", Instant.ofEpochMilli(rollout.endedMillis()).toString());
        }
        if (!rollout.reason().isEmpty()) {
            json.put("reason", rollout.reason());
        }
        json.set("policy", RolloutPolicyJson.write(Rollouts.policyOf(rollout)));
        progress.filter(present ->
                        present.rollout() == rollout.id() && rollout.phase().isUnderWay())
                .ifPresent(present -> json.set("progress", shown(present)));
        return json;
    }

    private static ObjectNode shown(RolloutProgress progress) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("phase", progress.phase().name().toLowerCase(Locale.ROOT))
                .put("bakeSecondsLeft", progress.bakeLeftMillis() / 1_000.0)
                .put("nodesServing", progress.serving());
        ArrayNode nodes = json.putArray("nodes");
        progress.nodes().forEach(nodes::add);
        ArrayNode traffic = json.putArray("traffic");
        progress.traffic()
                .forEach(distribution -> traffic.addObject()
                        .put("distribution", distribution.distributionId())
                        .put("exchanges", distribution.withRelease().exchanges())
                        .put("failed", distribution.withRelease().failed())
                        .put("exchangesOfOthers", distribution.without().exchanges())
                        .put("failedOfOthers", distribution.without().failed()));
        return json;
    }
}
