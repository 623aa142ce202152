package dev.nearside.edge.functions.jvm.guest;

import java.io.PrintStream;
import java.util.Locale;

/** Stand-ins for methods of texts and their builders, as {@link Guards} has for others. */
public final class TextGuards {

    private static final int MAX_FORMAT_DIGITS = 5;

    /** What may stand between a percent sign and the letter of the conversion. */
    private static final String SPECIFIER = "0123456789$<#+- ,(.";

    private TextGuards() {}

    public static String repeat(String text, int count) {
        Meter.arrays(text.length(), Math.max(1, count));
        return text.repeat(count);
    }

    public static String replace(String text, CharSequence target, CharSequence replacement) {
        search(text, target);
        String from = target.toString();
        String to = replacement.toString();
        long found = 0;
        for (int at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + Math.max(1, from.length()))) {
            found++;
            if (at == text.length()) {
                break;
            }
        }
        Meter.bytes(text.length() + found * (to.length() - from.length()));
        return text.replace(from, to);
    }

    /** Before a search of a text in a text. */
    public static void search(Object text, Object wanted) {
        long length = ((CharSequence) text).length();
        Meter.spend(1 + length / 16 * (1 + ((CharSequence) wanted).length() / 16));
    }

    /** Before a text is appended to another or inserted, which may be itself. */
    public static void append(Object builder, Object text) {
        long added = text instanceof CharSequence letters ? letters.length() : 0;
        added = text instanceof char[] letters ? letters.length : added;
        Meter.bytes(added);
        Meter.requireRoom((builder instanceof CharSequence before ? before.length() : 0) + added);
    }

    public static StringBuilder repeat(StringBuilder builder, CharSequence text, int count) {
        repeated(builder, text == null ? 4 : text.length(), count);
        return builder.repeat(text, count);
    }

    public static StringBuilder repeat(StringBuilder builder, int character, int count) {
        repeated(builder, Character.BYTES, count);
        return builder.repeat(character, count);
    }

    public static StringBuffer repeat(StringBuffer builder, CharSequence text, int count) {
        repeated(builder, text == null ? 4 : text.length(), count);
        return builder.repeat(text, count);
    }

    public static StringBuffer repeat(StringBuffer builder, int character, int count) {
        repeated(builder, Character.BYTES, count);
        return builder.repeat(character, count);
    }

    private static void repeated(CharSequence builder, int length, int count) {
        long added = (long) length * Math.max(0, count);
        Meter.bytes(added);
        Meter.requireRoom(builder.length() + added);
    }

    public static String indent(String text, int spaces) {
        Meter.bytes(text.length() + (text.lines().count() + 1) * Math.max(0, spaces));
        return text.indent(spaces);
    }

    public static String format(String format, Object[] values) {
        chargeWidths(format, values);
        return String.format(format, values);
    }

    public static String format(Locale locale, String format, Object[] values) {
        chargeWidths(format, values);
        return String.format(locale, format, values);
    }

    public static PrintStream printf(PrintStream out, String format, Object[] values) {
        out.print(format(format, values));
        return out;
    }

    public static PrintStream format(PrintStream out, String format, Object[] values) {
        return printf(out, format, values);
    }

    public static String formatted(String format, Object[] values) {
        return format(format, values);
    }

    /** Numbers stand between a percent sign and the letter of the conversion. */
    private static void chargeWidths(String format, Object[] values) {
        long longest = 0;
        for (int i = 0; values != null && i < values.length; i++) {
            longest = values[i] instanceof CharSequence text ? Math.max(longest, text.length()) : longest;
        }
        long length = format.length();
        for (int at = format.indexOf('%'); at >= 0; at = format.indexOf('%', at)) {
            int digits = 0;
            int number = 0;
            at++;
            while (at < format.length() && SPECIFIER.indexOf(format.charAt(at)) >= 0) {
                int digit = Character.digit(format.charAt(at), 10);
                digits = digit < 0 ? 0 : digits + 1;
                number = digit < 0 ? 0 : number * 10 + digit;
                if (digits > MAX_FORMAT_DIGITS) {
                    throw new IllegalArgumentException("the format has a number over " + MAX_FORMAT_DIGITS + " digits");
                }
                length += number - number / 10; // with each digit by as much as the number grows
                at++;
            }
            length += longest;
            at = Math.min(format.length(), at + 1);
        }
        Meter.bytes(length);
    }
}
