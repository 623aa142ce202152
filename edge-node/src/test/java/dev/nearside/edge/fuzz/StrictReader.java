package dev.nearside.edge.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A second reader of requests, as literal as the grammar of RFC 9112 and as slow as it likes. */
public final class StrictReader {

    /** A whole request: its target, and its body as Latin-1. */
    public record Seen(String target, String body) {}

    private static final Pattern LINE = Pattern.compile("[!-~]+ ([^ \\x00-\\x1f\\x7f]+) HTTP/1\\.[01]");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\\t ]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[\\t ]*");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,16})(?:[\\t ]*;[^\\r\\n]*)?");

    private final String text;
    private int at;

    private StrictReader(String text) {
        this.text = text;
    }

    /** The whole requests at the beginning of the bytes, up to the first that is not there or not sound. */
    public static List<Seen> read(byte[] bytes) {
        StrictReader reader = new StrictReader(new String(bytes, StandardCharsets.ISO_8859_1));
        List<Seen> all = new ArrayList<>();
        @Nullable Seen next;
        while ((next = reader.next()) != null) {
            all.add(next);
        }
        return all;
    }

    private @Nullable Seen next() {
        if (text.startsWith("\r\n", at)) {
            at += 2;
        }
        String first = line();
        Matcher request = first == null ? null : LINE.matcher(first);
        if (request == null || !request.matches()) {
            return null;
        }
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        if (!fields(lengths, codings) || lengths.size() + codings.size() > 1) {
            return null;
        }
        @Nullable String body = "";
        if (!codings.isEmpty()) {
            body = codings.getFirst().equalsIgnoreCase("chunked") ? chunks() : null;
        } else if (!lengths.isEmpty()) {
            boolean sound = lengths.getFirst().matches("[0-9]{1,9}");
            int end = sound ? at + Integer.parseInt(lengths.getFirst()) : Integer.MAX_VALUE;
            body = end <= text.length() ? text.substring(at, end) : null;
            at = end;
        }
        return body == null ? null : new Seen(request.group(1), body);
    }

    private boolean fields(List<String> lengths, List<String> codings) {
        String line;
        while ((line = line()) != null && !line.isEmpty()) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                return false;
            }
            switch (field.group(1).toLowerCase(Locale.ROOT)) {
                case "content-length" -> lengths.add(field.group(2));
                case "transfer-encoding" -> codings.add(field.group(2));
                default -> {}
            }
        }
        return line != null;
    }

    private @Nullable String chunks() {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = line();
            Matcher chunk = line == null ? null : CHUNK.matcher(line);
            if (chunk == null || !chunk.matches()) {
                return null;
            }
            long size = Long.parseUnsignedLong(chunk.group(1), 16);
            if (size == 0) {
                return fields(new ArrayList<>(), new ArrayList<>()) ? body.toString() : null;
            }
            if (size < 0 || size > text.length() - at || !text.startsWith("\r\n", at + (int) size)) {
                return null;
            }
            body.append(text, at, at + (int) size);
            at += (int) size + 2;
        }
    }

    private @Nullable String line() {
        int end = text.indexOf("\r\n", at);
        if (end < 0) {
            return null;
        }
        String line = text.substring(at, end);
        at = end + 2;
        return line;
    }
}
