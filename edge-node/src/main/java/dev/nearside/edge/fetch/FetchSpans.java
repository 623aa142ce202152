package dev.nearside.edge.fetch;

import dev.nearside.edge.trace.Timeline;

/** The spans of one fetch in its exchange's timeline: one begins where the one before ends. */
final class FetchSpans {

    private final Timeline timeline;
    private int span = -1;

    FetchSpans(Timeline timeline) {
        this.timeline = timeline;
    }

    void begin(String name) {
        span = timeline.next(span, name);
    }

    /** Adds a word to the span that runs. */
    void note(String what) {
        timeline.note(span, what);
    }

    void end() {
        timeline.end(span);
    }
}
