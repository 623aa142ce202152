package dev.nearside.edge.cache;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ranges that a request asks for (RFC 9110 §14), read without knowledge of a length and then applied to one. */
public record ByteRanges(List<Spec> specs) {

    /** More ranges than this are no use to an honest viewer, so they count as none (RFC 9110 §14.2, §17.15). */
    private static final int MAX_RANGES = 16;

    /** Beyond this many digits no body is that long. */
    private static final int MAX_DIGITS = 18;

    private static final String UNIT = "bytes=";

    public ByteRanges {
        specs = List.copyOf(specs);
    }

    /**
     * One range as asked for.
     *
     * @param first its first byte, or -1 for a suffix
     * @param last its last byte, or -1 for up to the end; the number of bytes for a suffix
     */
    public record Spec(long first, long last) {}

    /** The bytes from {@code first} up to but without {@code end}. */
    public record Span(long first, long end) {
        public long length() {
            return end - first;
        }
    }

    /**
     * Reads a Range field.
     *
     * @return null if there is none, or one that must be ignored: another unit, a syntax error, or too many ranges
     */
    public static @Nullable ByteRanges parse(@Nullable String range) {
        if (range == null || !range.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        List<Spec> specs = new ArrayList<>(1);
        for (String part : range.substring(UNIT.length()).split(",", MAX_RANGES + 2)) {
            String text = part.strip();
            if (text.isEmpty()) {
                continue;
            }
            Spec spec = specs.size() == MAX_RANGES ? null : spec(text);
            if (spec == null) {
                return null;
            }
            specs.add(spec);
        }
        return specs.isEmpty() ? null : new ByteRanges(specs);
    }

    private static @Nullable Spec spec(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return null;
        }
        String from = text.substring(0, dash);
        String to = text.substring(dash + 1);
        if ((from.isEmpty() && to.isEmpty()) || !isNumber(from) || !isNumber(to)) {
            return null;
        }
        long first = from.isEmpty() ? -1 : number(from);
        long last = to.isEmpty() ? -1 : number(to);
        return first >= 0 && last >= 0 && last < first ? null : new Spec(first, last);
    }

    private static boolean isNumber(String digits) {
        return digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String digits) {
        return digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** Whether it is the whole from the first byte on, whatever its length. */
    public boolean isWhole() {
        return specs.size() == 1 && specs.getFirst().equals(new Spec(0, -1));
    }

    /**
     * The bytes that are meant of a body of that length, in the order asked for.
     *
     * @return null if the ranges overlap and the whole is the better answer; empty if none is satisfiable
     */
    public @Nullable List<Span> of(long length) {
        List<Span> spans = new ArrayList<>(specs.size());
        for (Spec spec : specs) {
            Span span = span(spec, length);
            if (span != null) {
                if (spans.stream().anyMatch(other -> span.first() < other.end() && other.first() < span.end())) {
                    return null;
                }
                spans.add(span);
            }
        }
        return spans;
    }

    private static @Nullable Span span(Spec spec, long length) {
        if (spec.first() < 0) {
            long suffix = Math.min(spec.last(), length);
            return suffix == 0 ? null : new Span(length - suffix, length);
        }
        if (spec.first() >= length) {
            return null;
        }
        return new Span(spec.first(), spec.last() < 0 ? length : Math.min(length - 1, spec.last()) + 1);
    }
}
