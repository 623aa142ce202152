package dev.nearside.simulator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.simulator.viewer.ViewerConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what a viewer got: for people, or as one line of JSON. */
final class CurlReport {

    /**
     * One response with all that is known of it.
     *
     * @param connectNanos 0 on a connection that was open already
     * @param shown the body, if it is to be printed
     * @param trace null if the world has none
     */
    record Result(
            ViewerConnection.Answer answer,
            long connectNanos,
            ByteArrayOutputStream shown,
            @Nullable JsonNode trace) {}

    private static final long NANOS_PER_MICRO = 1_000;

    private final PrintWriter out;
    private final CurlOptions options;
    private final CurlCommand.Route route;

    CurlReport(PrintWriter out, CurlOptions options, CurlCommand.Route route) {
        this.out = out;
        this.options = options;
        this.route = route;
    }

    void show(Result result) {
        if (options.json) {
            out.println(json(result));
        } else {
            text(result);
        }
        out.flush();
    }

    private void text(Result result) {
        ViewerConnection.Answer answer = result.answer();
        out.println(answer.head().protocolVersion() + " " + answer.head().status());
        answer.head().headers().forEach(header -> out.println(header.getKey() + ": " + header.getValue()));
        out.println();
        if (options.include) {
            out.println(result.shown().toString(StandardCharsets.UTF_8));
        }
        out.println(route.viewer().name() + " -> " + route.pop() + "  " + distance()
                + (route.origin().isEmpty() ? "" : ", origin in " + route.origin())
                + away());
        Waterfall.Seen seen = seen(result);
        Trace trace = trace(result.trace());
        (trace == null ? Waterfall.of(seen) : Waterfall.of(seen, trace.steps()))
                .lines()
                .forEach(out::println);
        if (trace != null) {
            trace.functions().forEach(run -> out.println(functionLine(run)));
        }
        out.println();
    }

    private String away() {
        return route.away().isEmpty() ? "" : "; away: " + String.join(", ", route.away());
    }

    private String distance() {
        return route.link().isNone()
                ? "no distance (wan off)"
                : "round trip " + Waterfall.millis(route.link().roundTripNanos() / NANOS_PER_MICRO);
    }

    private static String functionLine(Trace.FunctionRun run) {
        StringBuilder line = new StringBuilder(run.eventType())
                .append(": ")
                .append(run.function() == null ? "function" : run.function())
                .append(", ")
                .append(Waterfall.millis(run.durationMicros()));
        if (run.initMicros() > 0) {
            line.append(" after ").append(Waterfall.millis(run.initMicros())).append(" of start");
        }
        if (run.memoryBytes() > 0) {
            line.append(String.format(Locale.ROOT, ", %.1f MB", run.memoryBytes() / 1e6));
        }
        if (run.outcome() != null) {
            line.append(", ").append(run.outcome());
        }
        if (run.error() != null) {
            line.append(": ").append(run.error());
        }
        return line.toString();
    }

    private String json(Result result) {
        ViewerConnection.Answer answer = result.answer();
        Waterfall.Seen seen = seen(result);
        ObjectNode node = RunningWorld.JSON.createObjectNode();
        node.put("city", route.viewer().name());
        node.put("pop", route.pop());
        route.away().forEach(node.withArray("/away")::add);
        node.put(
                "address",
                route.address().getHostString() + ":" + route.address().getPort());
        node.put("roundTripMicros", seen.roundTripMicros());
        node.put("connectMicros", seen.connectMicros());
        node.put("firstByteMicros", seen.firstByteMicros());
        node.put("totalMicros", seen.connectMicros() + seen.endMicros());
        node.put("status", answer.head().status().code());
        answer.head()
                .headers()
                .forEach(header -> node.withArray("/headers")
                        .addObject()
                        .put("name", header.getKey())
                        .put("value", header.getValue()));
        node.put("bodyBytes", answer.bodyBytes());
        if (options.include) {
            node.put("body", result.shown().toString(StandardCharsets.UTF_8));
        }
        node.set("trace", result.trace());
        return node.toString();
    }

    private Waterfall.Seen seen(Result result) {
        ViewerConnection.Answer answer = result.answer();
        return new Waterfall.Seen(
                result.connectNanos() / NANOS_PER_MICRO,
                route.link().roundTripNanos() / NANOS_PER_MICRO,
                answer.firstByteNanos() / NANOS_PER_MICRO,
                answer.endNanos() / NANOS_PER_MICRO,
                answer.bodyBytes());
    }

    /** The trace in the form the chart needs; null if there is none or it has another form. */
    private static @Nullable Trace trace(@Nullable JsonNode json) {
        try {
            return json == null ? null : RunningWorld.JSON.treeToValue(json, Trace.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
