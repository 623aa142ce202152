package dev.nearside.simulator.devloop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.simulator.devloop.ApiClient.Call;
import dev.nearside.simulator.devloop.ApiClient.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells of each exchange of one distribution: a line for the request, and one for each function that ran. */
public final class RequestLines {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int TRACES_PER_LOOK = 100;
    private static final int MAX_REMEMBERED = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    private final ApiClient api;
    private final Set<String> seen = new LinkedHashSet<>();

    public RequestLines(ApiClient api) {
        this.api = api;
    }

    /** The lines of the exchanges that ended since the last call, the oldest first. */
    public List<String> next(String distributionId) throws IOException {
        Reply reply = api.send(Call.of("GET", "/_nearside/traces?limit=" + TRACES_PER_LOOK, ""));
        if (!reply.isSuccess()) {
            return List.of();
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode trace : JSON.readTree(reply.body()).path("traces")) {
            String id = trace.path("id").asText();
            if (trace.path("distribution").asText().equals(distributionId) && remember(id)) {
                ids.add(id);
            }
        }
        Collections.reverse(ids);
        List<String> lines = new ArrayList<>();
        for (String id : ids) {
            Reply trace =
                    api.send(Call.of("GET", "/_nearside/traces/" + URLEncoder.encode(id, StandardCharsets.UTF_8), ""));
            if (trace.isSuccess()) {
                lines.addAll(lines(JSON.readTree(trace.body())));
            }
        }
        return lines;
    }

    private boolean remember(String id) {
        boolean isNew = seen.add(id);
        if (seen.size() > MAX_REMEMBERED) {
            seen.remove(seen.iterator().next());
        }
        return isNew;
    }

    static List<String> lines(JsonNode trace) {
        List<String> lines = new ArrayList<>();
        JsonNode viewer = trace.path("viewer");
        String query = viewer.path("query").asText();
        lines.add(String.format(
                Locale.ROOT,
                "%s %s%s -> %d %s, %.1f ms at %s",
                viewer.path("method").asText(),
                viewer.path("path").asText(),
                query.isEmpty() ? "" : "?" + query,
                viewer.path("status").asInt(),
                trace.path("result").asText(),
                trace.path("durationMicros").asLong() / MICROS_PER_MILLI,
                trace.path("pop").asText()));
        for (JsonNode run : trace.path("functions")) {
            lines.addAll(functionLines(run));
        }
        return lines;
    }

    private static List<String> functionLines(JsonNode run) {
        List<String> log = new ArrayList<>();
        run.path("log").forEach(line -> log.add(line.asText()));
        long init = run.path("initMicros").asLong();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "  %-15s %.2f ms%s, %s",
                run.path("eventType").asText(),
                run.path("durationMicros").asLong() / MICROS_PER_MILLI,
                init == 0 ? "" : String.format(Locale.ROOT, " after %.1f ms of start", init / MICROS_PER_MILLI),
                run.path("outcome").asText()));
        if (run.has("error")) {
            lines.add("    "
                    + SourcePlace.of(log).map(place -> place + ": ").orElse("")
                    + run.path("error").asText());
        }
        log.stream()
                .filter(line -> !line.contains("\t{\"errorType\":"))
                .forEach(line -> lines.add("    " + line.replace('\r', ' ').replace("\t", "  ")));
        return lines;
    }
}
