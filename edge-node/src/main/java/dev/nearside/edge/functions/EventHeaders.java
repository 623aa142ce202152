package dev.nearside.edge.functions;

import dev.nearside.edge.http.Fields;
import dev.nearside.function.EdgeHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Between the node's fields and an event's headers. Fields hold each byte of the wire as one char; events hold UTF-8
 * text. A value that a function leaves alone goes on byte for byte, also where it is not valid UTF-8.
 */
public final class EventHeaders {

    private EventHeaders() {}

    /** What a function sees: everything but the disallowed headers. */
    public static EdgeHeaders shown(Fields fields) {
        Map<String, List<EdgeHeaders.Field>> headers = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (!HeaderRules.isDisallowed(name)) {
                headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                        .add(new EdgeHeaders.Field(name, textOf(value)));
            }
        });
        return new EdgeHeaders(headers);
    }

    /** The fields after a function: its headers, and of {@code before} those it was not shown. */
    public static Fields merged(Fields before, EdgeHeaders after) {
        Map<String, Deque<String>> wiresByText = new HashMap<>();
        Fields.Builder merged = Fields.builder();
        before.forEach((name, value) -> {
            if (HeaderRules.isDisallowed(name)) {
                merged.add(name, value);
            } else {
                wiresByText
                        .computeIfAbsent(name.toLowerCase(Locale.ROOT) + ':' + textOf(value), _ -> new ArrayDeque<>(1))
                        .add(value);
            }
        });
        after.fields()
                .forEach((name, lines) -> lines.forEach(line -> {
                    String key = line.key();
                    Deque<String> wires = wiresByText.get(name + ':' + line.value());
                    // Values that differ only in bytes that are not UTF-8 read alike: they come back in their order.
                    String wire = wires == null ? null : wires.poll();
                    merged.add(key == null ? titleCase(name) : key, wire == null ? wireOf(line.value()) : wire);
                }));
        return merged.build();
    }

    /** Fields made of an event's headers alone. */
    public static Fields fields(EdgeHeaders headers) {
        return merged(Fields.EMPTY, headers);
    }

    /** The wire bytes of a text after a function: as they were where the function left the text alone. */
    public static String wireOf(String after, String wireBefore) {
        return after.equals(textOf(wireBefore)) ? wireBefore : wireOf(after);
    }

    /** How the UTF-8 text of an event looks as wire bytes, one char each. */
    public static String wireOf(String text) {
        return isAscii(text) ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** How wire bytes, one char each, read as UTF-8. */
    public static String textOf(String wire) {
        return isAscii(wire)
                ? wire
                : StandardCharsets.UTF_8
                        .decode(ByteBuffer.wrap(wire.getBytes(StandardCharsets.ISO_8859_1)))
                        .toString();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String titleCase(String name) {
        StringBuilder out = new StringBuilder(name.length());
        boolean start = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            out.append(start ? Character.toUpperCase(c) : c);
            start = c == '-';
        }
        return out.toString();
    }
}
