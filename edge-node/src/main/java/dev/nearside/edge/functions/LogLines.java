package dev.nearside.edge.functions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What one invocation printed, up to a number of bytes; safe for use by many threads. */
public final class LogLines {

    private static final int BYTES_PER_LINE = 26; // CloudWatch counts every log event with 26 bytes of overhead

    private final int maxBytes;
    private final List<String> lines = new ArrayList<>();
    private long bytes;
    private boolean full;

    /** Empty, with room for that many bytes of UTF-8 and 26 for each line. */
    public LogLines(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds one line; line feeds inside become carriage returns, as Lambda's Node runtime does to keep one event. */
    public synchronized void add(String level, String text) {
        if (full) {
            return;
        }
        String line = level + '\t' + text.replace('\n', '\r');
        int lineBytes = line.getBytes(StandardCharsets.UTF_8).length;
        bytes += lineBytes + BYTES_PER_LINE;
        if (bytes > maxBytes) {
            full = true;
            int room = (int) Math.max(0, line.length() - (bytes - maxBytes));
            lines.add(line.substring(0, room) + " [log truncated: over " + maxBytes + " bytes]");
        } else {
            lines.add(line);
        }
    }

    /** Puts what was printed before, such as during an init, in front. */
    public void follow(LogLines earlier) {
        List<String> first = earlier.snapshot();
        synchronized (this) {
            lines.addAll(0, first);
        }
    }

    /** What was printed so far. */
    public synchronized List<String> snapshot() {
        return List.copyOf(lines);
    }
}
