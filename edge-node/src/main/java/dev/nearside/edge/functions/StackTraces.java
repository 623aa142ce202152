package dev.nearside.edge.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the stack of a failure in what the function printed: every Lambda runtime logs a failed handler as a line with
 * the error as JSON, and that is the one place where all engines have it.
 */
public final class StackTraces {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MAX_FRAMES = 100;

    private StackTraces() {}

    /** The stack of the last error that was logged as Lambda's runtimes do, one frame each; empty if there is none. */
    public static List<String> of(List<String> logLines) {
        for (String line : logLines.reversed()) {
            int json = line.indexOf("\t{\"errorType\":");
            if (line.startsWith("ERROR\t") && json >= 0) {
                return frames(line.substring(json + 1));
            }
        }
        return List.of();
    }

    private static List<String> frames(String json) {
        List<String> frames = new ArrayList<>();
        try {
            for (JsonNode frame : MAPPER.readTree(json).path("stack")) {
                if (frames.size() < MAX_FRAMES) {
                    frames.add(frame.asText());
                }
            }
        } catch (IOException _) {
            // The line was cut where the log was full.
            return List.of();
        }
        return frames;
    }
}
