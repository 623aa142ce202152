package dev.nearside.benchmarks.gain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What was measured, as a table in Markdown: one row per city and kind of connection. */
final class GainTable {

    /** A median, in milliseconds. */
    record Measured(String connection, String city, Place place, double medianMillis) {}

    private GainTable() {}

    /** Rows in the order of what was measured, kept connections apart from fresh ones. */
    static List<String> lines(List<Measured> all) {
        List<String> lines = new ArrayList<>();
        lines.add("| connection | city | at PoP, ms | at origin region, ms | gained, ms | ratio |");
        lines.add("|---|---|---:|---:|---:|---:|");
        Set<Measured> rows = new LinkedHashSet<>();
        all.stream()
                .filter(measured -> measured.place() == Place.AT_POP)
                .sorted(Comparator.comparing(Measured::connection).reversed())
                .forEach(rows::add);
        for (Measured near : rows) {
            far(all, near).ifPresent(far -> lines.add(row(near, far)));
        }
        return lines;
    }

    private static Optional<Measured> far(List<Measured> all, Measured near) {
        return all.stream()
                .filter(other -> other.place() == Place.AT_ORIGIN_REGION
                        && other.city().equals(near.city())
                        && other.connection().equals(near.connection()))
                .findFirst();
    }

    private static String row(Measured near, Measured far) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f | %.1f | %.1f | %.1f |",
                near.connection(),
                near.city(),
                near.medianMillis(),
                far.medianMillis(),
                far.medianMillis() - near.medianMillis(),
                far.medianMillis() / near.medianMillis());
    }
}
