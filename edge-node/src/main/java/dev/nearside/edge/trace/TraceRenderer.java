package dev.nearside.edge.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.edge.access.RealTimeRow;
import dev.nearside.edge.geo.ViewerPlaces;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.NodeIdentity;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.http.HeaderNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Turns what is kept of an exchange into JSON, with credentials masked. */
public final class TraceRenderer {

    /** What stands in place of a credential. */
    public static final String MASK = "***";

    /** Whoever has the signature of a URL may ask for what it gives access to. */
    private static final Pattern SIGNATURE = Pattern.compile("((?:^|&)Signature=)[^&]*");

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> HEADER_MEMBERS = List.of("headers", "customHeaders");

    private final NodeIdentity identity;
    private final ViewerPlaces places;

    public TraceRenderer(NodeIdentity identity, ViewerPlaces places) {
        this.identity = identity;
        this.places = places;
    }

    ObjectNode summary(ExchangeRecord record) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", record.id)
                .put("node", identity.name())
                .put("pop", identity.pop())
                .put("revision", record.revision)
                .put(
                        "startedAt",
                        Instant.ofEpochMilli(record.timeline.startEpochMillis()).toString())
                .put("durationMicros", (record.endNanos - record.timeline.startNanos()) / 1000)
                .put("distribution", record.distributionId)
                .put("behavior", record.behavior)
                .put("result", record.result);
        if (record.primaryDistributionId != null) {
            json.put("primaryDistribution", record.primaryDistributionId);
        }
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
                .put("httpVersion", record.viewer.httpVersion())
                .put("host", record.viewer.host())
                .put("path", record.request.uri())
                .put("query", maskedQuery(record.request))
                .put("status", record.status)
                .put("bytes", record.bodyBytes)
                .put("complete", record.complete);
        return json;
    }

    ObjectNode whole(ExchangeRecord record) {
        ObjectNode json = summary(record);
        ArrayNode headers = ((ObjectNode) json.get("viewer")).putArray("headers");
        RequestHead shown = masked(record.request);
        shown.headers()
                .forEach((name, value) -> headers.addObject().put("name", name).put("value", value));
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
        if (!record.distributionId.isEmpty()) {
            ObjectNode log = json.putObject("log");
            RealTimeRow.of(
                            record.facts().withRequest(shown),
                            identity.popLabel(),
                            places.find(record.viewer.clientIp()))
                    .forEach(log::put);
        }
        return json;
    }

    private static RequestHead masked(RequestHead request) {
        Fields.Builder headers = Fields.builder();
        request.headers().forEach((name, value) -> headers.add(name, isCredential(name) ? MASK : value));
        return new RequestHead(request.method(), request.uri(), maskedQuery(request), headers.build());
    }

    private static String maskedQuery(RequestHead request) {
        return SIGNATURE.matcher(request.querystring()).replaceAll("$1" + MASK);
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
        if (run.computeUtilization() != null) {
            json.put("computeUtilization", run.computeUtilization());
        }
        String originChange = run.originChange();
        if (originChange != null) {
            json.set("originChange", masked(originChange.getBytes(StandardCharsets.UTF_8)));
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

    /** Masks credentials wherever an object has headers, also where a function gave them a shape of its own. */
    private static void mask(JsonNode node) {
        for (String member : HEADER_MEMBERS) {
            if (node.get(member) instanceof ObjectNode headers) {
                List<String> names = new ArrayList<>();
                headers.fieldNames().forEachRemaining(names::add);
                names.stream()
                        .filter(TraceRenderer::isCredential)
                        .forEach(name -> headers.set(name, maskedLines(headers.get(name))));
            }
        }
        if (node.get("cookies") instanceof ObjectNode cookies) {
            List<String> names = new ArrayList<>();
            cookies.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> cookies.put(name, MASK));
        }
        node.forEach(TraceRenderer::mask);
    }

    private static JsonNode maskedLines(JsonNode lines) {
        if (!lines.isArray()) {
            return MAPPER.getNodeFactory().textNode(MASK);
        }
        ArrayNode masked = MAPPER.createArrayNode();
        for (JsonNode line : lines) {
            ObjectNode maskedLine = masked.addObject();
            if (line.hasNonNull("key")) {
                maskedLine.set("key", line.get("key"));
            }
            maskedLine.put("value", MASK);
        }
        return masked;
    }

    private static boolean isCredential(String headerName) {
        return HeaderNames.CREDENTIALS.include(headerName);
    }
}
