package dev.nearside.edge.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** Turns what is kept of an exchange into JSON, with credentials masked. */
public final class TraceRenderer {

    /** What stands in place of a credential. */
    static final String MASK = "***";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Set<String> CREDENTIALS =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-amz-security-token");

    private final String node;
    private final String pop;

    public TraceRenderer(String node, String pop) {
        this.node = node;
        this.pop = pop;
    }

    ObjectNode summary(ExchangeRecord record) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", record.id)
                .put("node", node)
                .put("pop", pop)
                .put("revision", record.revision)
                .put(
                        "startedAt",
                        Instant.ofEpochMilli(record.timeline.startEpochMillis()).toString())
                .put("durationMicros", (record.endNanos - record.timeline.startNanos()) / 1000)
                .put("distribution", record.distributionId)
                .put("behavior", record.behavior)
                .put("result", record.result);
        if (record.notCached != null) {
            json.put("notCached", record.notCached.label());
        }
        if (record.errorKind != null) {
            json.putObject("error").put("kind", record.errorKind).put("message", record.errorMessage);
        }
        json.putObject("viewer")
                .put("clientIp", record.viewer.clientIp())
                .put("method", record.request.method())
                .put("scheme", record.viewer.scheme())
                .put("host", record.viewer.host())
                .put("path", record.request.uri())
                .put("query", record.request.querystring())
                .put("status", record.status)
                .put("bytes", record.bodyBytes)
                .put("complete", record.complete);
        return json;
    }

    ObjectNode whole(ExchangeRecord record) {
        ObjectNode json = summary(record);
        ArrayNode headers = ((ObjectNode) json.get("viewer")).putArray("headers");
        record.request
                .headers()
                .forEach((name, value) ->
                        headers.addObject().put("name", name).put("value", isCredential(name) ? MASK : value));
        ArrayNode steps = json.putArray("steps");
        Timeline timeline = record.timeline;
        for (int span = 0; span < timeline.spans(); span++) {
            ObjectNode step =
                    steps.addObject().put("name", timeline.name(span)).put("atMicros", timeline.atMicros(span));
            if (timeline.durationMicros(span) >= 0) {
                step.put("durationMicros", timeline.durationMicros(span));
            }
            if (timeline.note(span) != null) {
                step.put("note", timeline.note(span));
            }
        }
        ArrayNode functions = json.putArray("functions");
        timeline.functionRuns().forEach(run -> functions.add(functionRun(run)));
        return json;
    }

    private static ObjectNode functionRun(Timeline.FunctionRun run) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("eventType", run.eventType())
                .put("function", run.functionArn())
                .put("engine", run.engine())
                .put("durationMicros", run.durationNanos() / 1000)
                .put("initMicros", run.initNanos() / 1000)
                .put("memoryBytes", run.memoryBytes())
                .put("outcome", run.outcome());
        if (run.error() != null) {
            json.put("error", run.error());
        }
        ArrayNode log = json.putArray("log");
        run.log().forEach(log::add);
        json.set("eventIn", masked(run.eventIn()));
        byte[] out = run.eventOut();
        if (out != null) {
            json.set("eventOut", masked(out));
        }
        return json;
    }

    private static JsonNode masked(byte[] event) {
        try {
            JsonNode tree = MAPPER.readTree(event);
            mask(tree);
            return tree;
        } catch (IOException _) {
            return MAPPER.getNodeFactory().textNode("not JSON, " + event.length + " bytes");
        }
    }

    /** Masks header values wherever an object has a member "headers" in the shape of an event. */
    private static void mask(JsonNode node) {
        if (node.get("headers") instanceof ObjectNode headers) {
            headers.properties().forEach(header -> {
                if (isCredential(header.getKey())) {
                    header.getValue().forEach(TraceRenderer::maskValue);
                }
            });
        }
        node.forEach(TraceRenderer::mask);
    }

    private static void maskValue(JsonNode line) {
        if (line instanceof ObjectNode object && object.has("value")) {
            object.put("value", MASK);
        }
    }

    private static boolean isCredential(String headerName) {
        return CREDENTIALS.contains(headerName.toLowerCase(Locale.ROOT));
    }
}
