package dev.nearside.edge.trace;

import dev.nearside.kit.time.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened when in one exchange: the spans of both state machines and the functions that ran. Written by the
 * exchange's event loop only; read by others once the exchange has ended.
 */
public final class Timeline {

    /**
     * One run of a function; events are kept as the JSON that went in and came out.
     *
     * @param computeUtilization of a CloudFront Function, 0 to 100; null for others
     * @param originChange how a CloudFront Function changed the request's origin, as JSON; null if it did not
     */
    public record FunctionRun(
            String eventType,
            String functionArn,
            String engine,
            long durationNanos,
            long initNanos,
            long memoryBytes,
            String outcome,
            @Nullable String error,
            List<String> log,
            byte[] eventIn,
            byte @Nullable [] eventOut,
            @Nullable Integer computeUtilization,
            @Nullable String originChange) {

        /** A run of a Lambda@Edge function. */
        public FunctionRun(
                String eventType,
                String functionArn,
                String engine,
                long durationNanos,
                long initNanos,
                long memoryBytes,
                String outcome,
                @Nullable String error,
                List<String> log,
                byte[] eventIn,
                byte @Nullable [] eventOut) {
            this(
                    eventType,
                    functionArn,
                    engine,
                    durationNanos,
                    initNanos,
                    memoryBytes,
                    outcome,
                    error,
                    log,
                    eventIn,
                    eventOut,
                    null,
                    null);
        }
    }

    private final Time time;
    private final long startNanos;
    private final long startEpochMillis;
    private String[] names = new String[8];
    private long[] beginNanos = new long[8];
    private long[] endNanos = new long[8];
    private @Nullable String @Nullable [] notes;
    private int spans;
    private boolean closed;
    private @Nullable List<FunctionRun> functionRuns;

    public Timeline(Time time) {
        this.time = time;
        this.startNanos = time.nanos();
        this.startEpochMillis = time.epochMillis();
    }

    /** Begins a span; the result names it for {@link #end}; negative once the timeline is closed. */
    public int begin(String name) {
        return closed ? -1 : beginAt(name, time.nanos());
    }

    /** Ends one span and begins another at the same instant. */
    public int next(int endedSpan, String name) {
        if (closed) {
            return -1;
        }
        long now = time.nanos();
        if (endedSpan >= 0) {
            endNanos[endedSpan] = now;
        }
        return beginAt(name, now);
    }

    private int beginAt(String name, long nanos) {
        if (spans == names.length) {
            names = Arrays.copyOf(names, 2 * spans);
            beginNanos = Arrays.copyOf(beginNanos, 2 * spans);
            endNanos = Arrays.copyOf(endNanos, 2 * spans);
        }
        names[spans] = name;
        beginNanos[spans] = nanos;
        endNanos[spans] = Long.MIN_VALUE;
        return spans++;
    }

    public void end(int span) {
        if (!closed && span >= 0) {
            endNanos[span] = time.nanos();
        }
    }

    /** Takes nothing more: a fill may outlive the exchange that started it, its record does not change. */
    public void close() {
        closed = true;
    }

    /** Adds a word to a span, for example the origin's address. */
    public void note(int span, String note) {
        if (closed || span < 0) {
            return;
        }
        String[] all = notes == null ? new String[names.length] : Arrays.copyOf(notes, names.length);
        all[span] = note;
        notes = all;
    }

    public void add(FunctionRun run) {
        if (closed) {
            return;
        }
        if (functionRuns == null) {
            functionRuns = new ArrayList<>(4);
        }
        functionRuns.add(run);
    }

    public long startEpochMillis() {
        return startEpochMillis;
    }

    public long startNanos() {
        return startNanos;
    }

    public int spans() {
        return spans;
    }

    public String name(int span) {
        return names[span];
    }

    /** Microseconds from the exchange's start to the span's. */
    public long atMicros(int span) {
        return (beginNanos[span] - startNanos) / 1000;
    }

    /** The span's length in microseconds; -1 if it never ended. */
    public long durationMicros(int span) {
        return endNanos[span] == Long.MIN_VALUE ? -1 : (endNanos[span] - beginNanos[span]) / 1000;
    }

    /** The last span of that name; negative if there is none. */
    int last(String name) {
        for (int span = spans - 1; span >= 0; span--) {
            if (names[span].equals(name)) {
                return span;
            }
        }
        return -1;
    }

    /** Whether a span's note begins so. */
    boolean isNoted(String beginning) {
        for (int span = 0; span < spans; span++) {
            String note = note(span);
            if (note != null && note.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    public @Nullable String note(int span) {
        return notes == null || span >= notes.length ? null : notes[span];
    }

    public List<FunctionRun> functionRuns() {
        return functionRuns == null ? List.of() : functionRuns;
    }

    /** Bytes of memory that the events and log lines take. */
    public long weight() {
        long weight = 512;
        for (FunctionRun run : functionRuns()) {
            byte[] out = run.eventOut();
            weight += 256L + run.eventIn().length + (out == null ? 0 : out.length);
            for (String line : run.log()) {
                weight += 48L + line.length();
            }
        }
        return weight;
    }
}
