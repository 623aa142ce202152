package dev.nearside.edge.functions;

import org.jspecify.annotations.Nullable;

/** What code printed while its environment was made ahead of any event; it leads the log of the first one. */
public final class InitLog {

    private volatile @Nullable LogLines lines;

    /** The log for a warm-up, up to a number of bytes. */
    public LogLines begin(int maxBytes) {
        LogLines begun = new LogLines(maxBytes);
        lines = begun;
        return begun;
    }

    /** Takes a line that comes between events; dropped if there was no warm-up, or its log has been told. */
    public void add(String level, String text) {
        LogLines waiting = lines;
        if (waiting != null) {
            waiting.add(level, text);
        }
    }

    /** Tells it to the first event, once. */
    public void tell(LogLines event) {
        LogLines earlier = lines;
        if (earlier != null) {
            event.follow(earlier);
            lines = null;
        }
    }
}
