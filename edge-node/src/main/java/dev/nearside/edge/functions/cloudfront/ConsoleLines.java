package dev.nearside.edge.functions.cloudfront;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What one run printed, cut where CloudFront cuts it; safe for use by many threads. */
final class ConsoleLines {

    private final int maxBytes;
    private final List<String> lines = new ArrayList<>();
    private int bytes;

    ConsoleLines(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds a line, or as much of it as there is room for. */
    synchronized void add(String line) {
        if (bytes >= maxBytes) {
            return;
        }
        byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
        int room = maxBytes - bytes;
        bytes += utf8.length + 1;
        lines.add(utf8.length <= room ? line : new String(utf8, 0, room, StandardCharsets.UTF_8));
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
