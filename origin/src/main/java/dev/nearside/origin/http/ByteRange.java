package dev.nearside.origin.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Range field selects of a body of known length (RFC 9110, 14.1.2). */
public sealed interface ByteRange {

    /** The field means nothing to us (other unit, several ranges, not well-formed), so the whole body is sent. */
    record Whole() implements ByteRange {}

    /** The bytes from {@code first} to {@code last}, both included. */
    record Part(long first, long last) implements ByteRange {
        public long length() {
            return last - first + 1;
        }
    }

    /** A well-formed range that has no byte in common with the body. */
    record Unsatisfiable() implements ByteRange {}

    /** Reads the field's value. */
    static ByteRange of(String field, long bodyLength) {
        Matcher matcher = Syntax.SINGLE.matcher(field.strip());
        if (!matcher.matches()) {
            return new Whole();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(Long.parseLong(last), bodyLength);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return new Whole();
        }
        return from >= bodyLength ? new Unsatisfiable() : new Part(from, Math.min(to, bodyLength - 1));
    }

    private static ByteRange suffix(long length, long bodyLength) {
        if (length == 0 || bodyLength == 0) {
            return new Unsatisfiable();
        }
        return new Part(Math.max(0, bodyLength - length), bodyLength - 1);
    }

    /** The grammar of one range; eighteen digits always fit a long. */
    final class Syntax {
        private static final Pattern SINGLE = Pattern.compile("(?i:bytes)=\\s*(\\d{0,18})-(\\d{0,18})");

        private Syntax() {}
    }
}
