package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.core.RolloutPolicy;
import dev.nearside.control.core.RolloutPolicy.Wave;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A rollout policy as callers write it: {@code waves}, each with {@code pops} or {@code percent}; {@code bakeSeconds};
 * {@code minRequests}; {@code maxErrorIncrease} in percentage points. What is left out has its usual value.
 */
final class RolloutPolicyJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double USUAL_BAKE_SECONDS = 60;
    private static final double MAX_BAKE_SECONDS = 86_400;

    private RolloutPolicyJson() {}

    /**
     * Reads a policy.
     *
     * @throws IllegalArgumentException if it is none, with the member that is wrong
     */
    static RolloutPolicy read(JsonNode json) {
        expect(json, "a rollout policy", List.of("waves", "bakeSeconds", "minRequests", "maxErrorIncrease"));
        List<Wave> waves = new ArrayList<>();
        JsonNode given = json.path("waves");
        if (!given.isMissingNode() && !given.isArray()) {
            throw new IllegalArgumentException("waves is " + given + ", expected an array");
        }
        given.forEach(wave -> waves.add(wave(wave)));
        double bakeSeconds = number(json, "bakeSeconds", waves.isEmpty() ? 0 : USUAL_BAKE_SECONDS);
        if (bakeSeconds < 0 || bakeSeconds > MAX_BAKE_SECONDS) {
            throw new IllegalArgumentException(
                    "bakeSeconds is " + json.path("bakeSeconds") + ", expected 0 to " + (long) MAX_BAKE_SECONDS);
        }
        double minRequests = number(json, "minRequests", (double) RolloutPolicy.ALL_AT_ONCE.minRequests());
        if (minRequests != Math.rint(minRequests)) {
            throw new IllegalArgumentException("minRequests is " + minRequests + ", expected a whole number");
        }
        return new RolloutPolicy(
                waves,
                Math.round(bakeSeconds * 1_000),
                (long) minRequests,
                number(json, "maxErrorIncrease", RolloutPolicy.ALL_AT_ONCE.maxErrorIncrease()));
    }

    private static Wave wave(JsonNode json) {
        expect(json, "a wave", List.of("pops", "percent"));
        List<String> pops = new ArrayList<>();
        for (JsonNode pop : json.path("pops")) {
            if (!pop.isTextual() || pop.asText().isBlank()) {
                throw new IllegalArgumentException(
                        "a PoP of a wave is " + pop + ", expected its code, such as \"LHR\"");
            }
            pops.add(pop.asText());
        }
        double percent = number(json, "percent", 0);
        if (percent != Math.rint(percent)) {
            throw new IllegalArgumentException("percent is " + percent + ", expected a whole number from 1 to 100");
        }
        return new Wave(pops, (int) percent);
    }

    private static void expect(JsonNode json, String what, List<String> members) {
        if (!json.isObject()) {
            throw new IllegalArgumentException(what + " is " + json + ", expected an object with some of " + members);
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            if (!members.contains(member.getKey())) {
                throw new IllegalArgumentException(
                        what + " has '" + member.getKey() + "', expected nothing but " + members);
            }
        }
    }

    private static double number(JsonNode json, String name, double usual) {
        JsonNode given = json.path(name);
        if (given.isMissingNode()) {
            return usual;
        }
        if (!given.isNumber()) {
            throw new IllegalArgumentException(name + " is " + given + ", expected a number");
        }
        return given.asDouble();
    }

    static ObjectNode write(RolloutPolicy policy) {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode waves = json.putArray("waves");
        for (Wave wave : policy.waves()) {
            ObjectNode entry = waves.addObject();
            if (wave.pops().isEmpty()) {
                entry.put("percent", wave.percent());
            } else {
                ArrayNode pops = entry.putArray("pops");
                wave.pops().forEach(pops::add);
            }
        }
        return json.put("bakeSeconds", policy.bakeMillis() / 1_000.0)
                .put("minRequests", policy.minRequests())
                .put("maxErrorIncrease", policy.maxErrorIncrease());
    }
}
