package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a representation a 206 carries (RFC 9110 §14.4).
 *
 * @param first its first byte
 * @param end the byte after its last
 * @param completeLength of the whole representation; more than {@code end} or the same
 */
public record ContentRange(long first, long end, long completeLength) {

    private static final int MAX_DIGITS = 18;
    private static final String UNIT = "bytes ";

    /** Reads the field; null if it is absent, invalid, of another unit, or does not say the complete length. */
    public static @Nullable ContentRange of(Fields headers) {
        String value = headers.combined("content-range");
        if (value == null || !value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        int dash = value.indexOf('-');
        int slash = value.indexOf('/');
        if (dash < 0 || slash < dash) {
            return null;
        }
        long first = number(value.substring(UNIT.length(), dash).strip());
        long last = number(value.substring(dash + 1, slash).strip());
        long complete = number(value.substring(slash + 1).strip());
        return first < 0 || last < first || complete <= last ? null : new ContentRange(first, last + 1, complete);
    }

    private static long number(String digits) {
        boolean valid = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? Long.parseLong(digits) : -1;
    }

    public long length() {
        return end - first;
    }

    public boolean isComplete() {
        return first == 0 && end == completeLength;
    }

    /** The field's value. */
    public String text() {
        return UNIT + first + '-' + (end - 1) + '/' + completeLength;
    }
}
