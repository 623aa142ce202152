package dev.nearside.edge.access;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values in the form that CloudFront's logs give them; pure. */
final class LogText {

    static final String EMPTY = "-";

    /** Besides these, whatever is not printable ASCII: CloudFront's "Standard log file format". */
    private static final String ENCODED = " <>\"#%{}|\\^~[]`'";

    private static final long MICROS_PER_MILLI = 1_000;
    private static final long MILLIS_PER_SECOND = 1_000;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private LogText() {}

    /** The value with its special characters percent-encoded; a dash for nothing. */
    static String of(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return EMPTY;
        }
        int plain = 0;
        while (plain < value.length() && isPlain(value.charAt(plain))) {
            plain++;
        }
        if (plain == value.length()) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length() + 32).append(value, 0, plain);
        for (int i = plain; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                text.append(c);
            } else if (c <= 0xff) {
                // Fields are kept as they came, a character for each byte.
                encode(text, (byte) c);
            } else {
                int end = i + (Character.isHighSurrogate(c) && i + 1 < value.length() ? 2 : 1);
                for (byte b : value.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
                    encode(text, b);
                }
                i = end - 1;
            }
        }
        return text.toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && ENCODED.indexOf(c) < 0;
    }

    private static void encode(StringBuilder text, byte b) {
        HEX.toHexDigits(text.append('%'), b);
    }

    /** Seconds to the thousandth; a dash for what is negative. */
    static String seconds(long micros) {
        return micros < 0 ? EMPTY : decimal((micros + MICROS_PER_MILLI / 2) / MICROS_PER_MILLI);
    }

    /** Thousandths as a decimal fraction. */
    static String decimal(long millis) {
        String rest = Long.toString(MILLIS_PER_SECOND + millis % MILLIS_PER_SECOND);
        return millis / MILLIS_PER_SECOND + "." + rest.substring(1);
    }

    /** A number; a dash for what is negative. */
    static String number(long number) {
        return number < 0 ? EMPTY : Long.toString(number);
    }
}
