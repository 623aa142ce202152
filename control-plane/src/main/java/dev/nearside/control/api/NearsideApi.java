package dev.nearside.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.control.aws.Principal;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.aws.WireResponse;
import dev.nearside.control.core.NodeAnswer;
import dev.nearside.control.core.NodeStatus;
import dev.nearside.control.core.Publisher;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.History;
import dev.nearside.control.state.StateRow;
import dev.nearside.control.state.StateUnavailableException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the local platform adds to AWS's API: nodes, rollouts, stacks, traces, status; JSON below {@code /_nearside/}. */
final class NearsideApi {

    static final String PREFIX = "/_nearside/";

    private static final Logger LOG = LoggerFactory.getLogger(NearsideApi.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    static final String TRACES = PREFIX + "traces";
    private static final long ANSWER_TIMEOUT_MILLIS = 2_000;
    private static final int DEFAULT_TRACES = 50;
    private static final int MAX_TRACES = 1_000;

    private final Deployment deployment;
    private final Publisher publisher;
    private final RolloutApi rollouts;
    private final StackApi stacks;
    private final KeyEvents keyEvents;
    private volatile byte @Nullable [] world;

    NearsideApi(Deployment deployment, Publisher publisher, RolloutApi rollouts, KeyEvents keyEvents) {
        this.deployment = deployment;
        this.publisher = publisher;
        this.rollouts = rollouts;
        this.stacks = new StackApi(deployment);
        this.keyEvents = keyEvents;
    }

    /** Sets what {@code world} answers; a control plane that nobody has told belongs to no world. */
    void describeWorld(byte[] json) {
        world = json;
    }

    /** Names of the nodes that the world has in an AWS region; empty if no world describes itself. */
    Set<String> nodesIn(String region) {
        byte[] description = world;
        Set<String> names = new HashSet<>();
        if (description != null) {
            for (String places : List.of("pops", "shields")) {
                for (JsonNode place : tree(description).path(places)) {
                    if (place.path("region").asText().equals(region)) {
                        names.add(place.path("node").asText());
                    }
                }
            }
        }
        return names;
    }

    WireResponse handle(WireRequest request, Principal principal) {
        try {
            return answer(request, principal);
        } catch (StateUnavailableException e) {
            LOG.warn("{} failed: {}", request.path(), e.getMessage());
            return NearsideJson.message(503, "the state database cannot be reached; try again");
        }
    }

    private WireResponse answer(WireRequest request, Principal principal) {
        String path = request.path();
        if (RolloutApi.isBelow(path)) {
            return rollouts.handle(request, principal);
        }
        if (StackApi.isBelow(path)) {
            return stacks.handle(request);
        }
        if (!request.method().equals("GET")) {
            return NearsideJson.message(405, request.method() + " " + path + " is not possible, expected GET");
        }
        return switch (path) {
            case PREFIX + "health" ->
                NearsideJson.answer(200, MAPPER.createObjectNode().put("status", "ok"));
            case PREFIX + "status" -> NearsideJson.answer(200, status());
            case PREFIX + "nodes" -> NearsideJson.answer(200, nodes());
            case PREFIX + "world" -> world();
            case PREFIX + "history" -> history(request);
            case TRACES -> traces(request);
            case PREFIX + "key-events" -> keyEvents(request);
            default ->
                path.startsWith(TRACES + "/")
                        ? trace(path.substring(TRACES.length() + 1))
                        : NearsideJson.message(
                                404,
                                "there is no " + path
                                        + ", expected one of health, history, key-events, nodes, rollouts, stacks, "
                                        + "status, traces, world below "
                                        + PREFIX);
        };
    }

    private WireResponse history(WireRequest request) {
        try {
            HistoryPage page = HistoryPage.of(request);
            return NearsideJson.answer(
                    200,
                    page.json(deployment.read(
                            connection -> History.newest(connection, page.before(), page.limit() + 1))));
        } catch (IllegalArgumentException e) {
            return NearsideJson.message(400, String.valueOf(e.getMessage()));
        }
    }

    private WireResponse world() {
        byte[] description = world;
        if (description == null) {
            return NearsideJson.message(
                    404, "this control plane runs by itself, without a world that could describe itself");
        }
        return NearsideJson.answer(200, tree(description));
    }

    private static JsonNode tree(byte[] description) {
        try {
            return MAPPER.readTree(description);
        } catch (IOException e) {
            throw new IllegalStateException("the world describes itself with something that is not JSON", e);
        }
    }

    private ObjectNode status() {
        StateRow state = deployment.state();
        List<NodeStatus> nodes = publisher.nodes().toCompletableFuture().join();
        ObjectNode status = MAPPER.createObjectNode()
                .put("stateId", state.id())
                .put("revision", state.revision())
                .put(
                        "nodesConnected",
                        nodes.stream().filter(NodeStatus::connected).count())
                .put("nodesKnown", nodes.size());
        status.putObject("versions")
                .put(
                        "nearside",
                        Objects.requireNonNullElse(
                                NearsideApi.class.getPackage().getImplementationVersion(), "development"))
                .put("java", Runtime.version().toString());
        return status;
    }

    private ObjectNode nodes() {
        ObjectNode answer = MAPPER.createObjectNode();
        StateRow state = deployment.state();
        answer.put("stateId", state.id()).put("revision", state.revision());
        ArrayNode list = answer.putArray("nodes");
        for (NodeStatus node : publisher.nodes().toCompletableFuture().join()) {
            list.add(shown(node));
        }
        return answer;
    }

    private ObjectNode shown(NodeStatus node) {
        ObjectNode entry = MAPPER.createObjectNode()
                .put("node", node.node())
                .put("pop", node.pop())
                .put("state", node.standing().name().toLowerCase(Locale.ROOT))
                .put("connected", node.connected())
                .put("watching", node.watching())
                .put("lastSeenAt", Instant.ofEpochMilli(node.lastSeenMillis()).toString())
                .put("lastSeenAgoMillis", Math.max(0, deployment.nowMillis() - node.lastSeenMillis()))
                .put("stateId", node.stateId())
                .put("revision", node.revision())
                .put("targetRevision", node.targetRevision());
        if (node.rejectionReason() != null) {
            entry.put("rejectedRevision", node.rejectedRevision()).put("rejectionReason", node.rejectionReason());
        }
        if (node.lastError() != null) {
            entry.putObject("lastError")
                    .put("revision", node.lastError().revision())
                    .put("reason", node.lastError().reason())
                    .put("at", Instant.ofEpochMilli(node.lastError().atMillis()).toString());
        }
        return entry;
    }

    private WireResponse trace(String encodedId) {
        String id;
        try {
            // A plus sign stands for itself in a path.
            id = URLDecoder.decode(encodedId.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return NearsideJson.message(
                    400, "cannot decode '" + encodedId + "', expected a percent-encoded x-amz-cf-id");
        }
        Optional<JsonNode> found =
                ask("trace", id).stream().filter(answer -> !answer.isNull()).findFirst();
        return found.map(trace -> NearsideJson.answer(200, trace))
                .orElseGet(() -> NearsideJson.message(
                        404,
                        "no connected node has a trace for the x-amz-cf-id '" + id
                                + "'; nodes keep the newest exchanges only"));
    }

    private WireResponse traces(WireRequest request) {
        String given = limit(request);
        if (!isLimit(given)) {
            return badLimit(given);
        }
        List<JsonNode> all = new ArrayList<>();
        ask("traces", given).forEach(answer -> answer.forEach(all::add));
        all.sort(Comparator.comparing(NearsideApi::startedAt).reversed());
        ObjectNode answer = MAPPER.createObjectNode();
        answer.putArray("traces").addAll(all.subList(0, Math.min(all.size(), Integer.parseInt(given))));
        return NearsideJson.answer(200, answer);
    }

    private WireResponse keyEvents(WireRequest request) {
        String given = limit(request);
        return isLimit(given) ? NearsideJson.answer(200, keyEvents.newest(Integer.parseInt(given))) : badLimit(given);
    }

    private static String limit(WireRequest request) {
        return request.query().getOrDefault("limit", List.of()).stream()
                .findFirst()
                .orElse(String.valueOf(DEFAULT_TRACES));
    }

    private static boolean isLimit(String given) {
        return given.matches("[1-9][0-9]{0,3}") && Integer.parseInt(given) <= MAX_TRACES;
    }

    private static WireResponse badLimit(String given) {
        return NearsideJson.message(400, "limit '" + given + "' is not valid, expected 1 to " + MAX_TRACES);
    }

    /** ISO times sort as text; numbers are made to. */
    private static String startedAt(JsonNode trace) {
        JsonNode at = trace.path("startedAt");
        return at.isNumber() ? Instant.ofEpochMilli(at.asLong()).toString() : at.asText();
    }

    private List<JsonNode> ask(String topic, String argument) {
        List<JsonNode> answers = new ArrayList<>();
        for (NodeAnswer answer : publisher
                .ask(topic, argument, ANSWER_TIMEOUT_MILLIS)
                .toCompletableFuture()
                .join()) {
            try {
                answers.add(MAPPER.readTree(answer.json()));
            } catch (IOException e) {
                LOG.warn(
                        "node {} answered '{}' with something that is not JSON: {}",
                        answer.node(),
                        topic,
                        e.getMessage());
            }
        }
        return answers;
    }
}
