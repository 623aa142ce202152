package dev.nearside.simulator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A text chart of where a request's time went: one line for each part, its bar on a common axis. */
final class Waterfall {

    private static final int BAR_CELLS = 40;

    /**
     * What the viewer saw, in microseconds.
     *
     * @param connectMicros 0 on a connection that was open already
     * @param roundTripMicros between viewer and PoP, as the model has it
     * @param firstByteMicros from the request's first byte to the response's
     * @param endMicros from the request's first byte to the response's last
     */
    record Seen(long connectMicros, long roundTripMicros, long firstByteMicros, long endMicros, long bodyBytes) {}

    private record Part(String label, long startMicros, long durationMicros, String note) {}

    private final List<Part> parts = new ArrayList<>();
    private final long totalMicros;

    private Waterfall(long totalMicros) {
        this.totalMicros = totalMicros;
    }

    /** The chart without what happened inside the edge. */
    static Waterfall of(Seen seen) {
        return of(seen, List.of());
    }

    /** The chart with the steps that the edge node recorded, placed where the request reaches it. */
    static Waterfall of(Seen seen, List<Trace.Step> steps) {
        long oneWay = seen.roundTripMicros() / 2;
        long sent = seen.connectMicros();
        Waterfall chart = new Waterfall(sent + seen.endMicros());
        if (seen.connectMicros() > 0) {
            chart.parts.add(new Part("connect", 0, seen.connectMicros(), ""));
        }
        if (oneWay > 0) {
            chart.parts.add(new Part("request travels", sent, oneWay, ""));
        }
        if (steps.isEmpty()) {
            long atEdge = Math.max(0, seen.firstByteMicros() - 2 * oneWay);
            chart.parts.add(new Part("at the edge", sent + oneWay, atEdge, "no trace"));
        }
        for (Trace.Step step : steps) {
            String note = step.note() == null ? "" : step.note();
            chart.parts.add(new Part("  " + step.name(), sent + oneWay + step.atMicros(), step.durationMicros(), note));
        }
        long firstByte = sent + seen.firstByteMicros();
        // The edge may still be writing, or even receiving, what follows the first byte: its steps' bars then run on
        // beside the transfer's.
        if (oneWay > 0) {
            chart.parts.add(new Part("first byte travels", firstByte - oneWay, oneWay, ""));
        }
        chart.parts.add(new Part("first byte", firstByte, 0, "after " + millis(seen.firstByteMicros())));
        chart.parts.add(new Part(
                "transfer", firstByte, seen.endMicros() - seen.firstByteMicros(), seen.bodyBytes() + " bytes"));
        chart.parts.add(new Part("total", 0, chart.totalMicros, ""));
        return chart;
    }

    /** The chart's lines. */
    List<String> lines() {
        int labels =
                parts.stream().mapToInt(part -> part.label().length()).max().orElse(0);
        return parts.stream()
                .map(part -> String.format(
                                Locale.ROOT,
                                "%-" + labels + "s %11s |%s| %s",
                                part.label(),
                                millis(part.durationMicros()),
                                bar(part),
                                part.note())
                        .stripTrailing())
                .toList();
    }

    /** Blank cells up to the part's start, then one cell for each share of its duration, at least one. */
    private String bar(Part part) {
        int start = cell(part.startMicros());
        int end = Math.max(start + 1, cell(part.startMicros() + part.durationMicros()));
        String mark = part.durationMicros() == 0 ? "'" : "#";
        return " ".repeat(start) + mark.repeat(end - start) + " ".repeat(BAR_CELLS - end);
    }

    private int cell(long micros) {
        if (totalMicros <= 0) {
            return 0;
        }
        long cell = Math.round((double) micros * BAR_CELLS / totalMicros);
        return Math.clamp(cell, 0, BAR_CELLS - (micros >= totalMicros ? 0 : 1));
    }

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.2f ms", micros / 1_000.0);
    }
}
