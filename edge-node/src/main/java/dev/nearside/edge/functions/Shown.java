package dev.nearside.edge.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nearside.edge.trace.TraceRenderer;
import dev.nearside.kit.http.HeaderNames;
import java.util.Locale;

/** Values of functions' results as messages show them: of a sane length, on one line, without credentials. */
public final class Shown {

    private static final int MAX_CHARS = 80;
    private static final int MAX_LINE_CHARS = 400;

    private Shown() {}

    /** A text in single quotes. */
    public static String text(String value) {
        return '\'' + plain(value) + '\'';
    }

    /** What a function says of itself in several lines, as one line of a log. */
    static String line(String said) {
        String line = said.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() > MAX_LINE_CHARS ? line.substring(0, MAX_LINE_CHARS) + '…' : line;
    }

    /** What stands in the place of a whole result or of all headers, which may hold credentials anywhere. */
    public static String kind(JsonNode value) {
        return value.isArray() ? "an array" : value.isObject() ? "an object" : json(value);
    }

    /** JSON as it is. */
    public static String json(JsonNode value) {
        return plain(value.toString());
    }

    /** The value of a header in single quotes; credentials are masked. */
    public static String header(String name, String value) {
        return text(HeaderNames.CREDENTIALS.include(name) ? TraceRenderer.MASK : value);
    }

    /** What stands in the place of a header's lines, or of one of them; credentials are masked. */
    public static String header(String name, JsonNode value) {
        return HeaderNames.CREDENTIALS.include(name) ? TraceRenderer.MASK : json(value);
    }

    private static String plain(String value) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < value.length() && i < MAX_CHARS; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return value.length() > MAX_CHARS ? shown.append('…').toString() : shown.toString();
    }
}
