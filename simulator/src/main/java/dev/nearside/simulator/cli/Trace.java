package dev.nearside.simulator.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an edge node recorded of one exchange, as far as the waterfall shows it. */
record Trace(
        String pop,
        long revision,
        long durationMicros,
        @Nullable String result,
        List<Step> steps,
        List<FunctionRun> functions) {

    /** One step of the exchange. */
    record Step(
            String name,
            long atMicros,
            long durationMicros,
            @Nullable String note) {}

    /** One function that ran. */
    record FunctionRun(
            String eventType,
            @Nullable String function,
            @Nullable String engine,
            long durationMicros,
            long initMicros,
            long memoryBytes,
            @Nullable String outcome,
            @Nullable String error) {}

    // Jackson passes null for what an answer leaves out.
    @SuppressWarnings("ConstantConditions")
    Trace {
        steps = steps == null ? List.of() : List.copyOf(steps);
        functions = functions == null ? List.of() : List.copyOf(functions);
    }
}
