package dev.nearside.edge.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HTTP dates (RFC 9110 §5.6.7), to the second: written in one form, read in all three. */
public final class HttpDates {

    private static final DateTimeFormatter WRITTEN = formatter("EEE, dd MMM uuuu HH:mm:ss 'GMT'");

    /** A form of date: how it begins, which says nothing that the rest does not say, and the rest. */
    private record Form(Pattern dayName, DateTimeFormatter rest) {
        static Form of(String dayName, String rest) {
            return new Form(Pattern.compile(dayName, Pattern.CASE_INSENSITIVE), formatter(rest));
        }
    }

    private static final Form IMF_FIXDATE =
            Form.of("(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (.*)", "dd MMM uuuu HH:mm:ss 'GMT'");
    private static final Form ASCTIME = Form.of("(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (.*)", "MMM ppd HH:mm:ss uuuu");
    private static final Form RFC850 =
            Form.of("(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (.*)", "dd-MMM-uu HH:mm:ss 'GMT'");

    /** RFC 9110 §5.6.7: a year of two digits further ahead than this belongs to the past century. */
    private static final int MAX_YEARS_AHEAD = 50;

    private static final List<Form> FORMS = List.of(IMF_FIXDATE, RFC850, ASCTIME);

    private HttpDates() {}

    private static DateTimeFormatter formatter(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.US)
                .withZone(ZoneOffset.UTC)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    /** Formats milliseconds since 1970 as IMF-fixdate. */
    public static String format(long epochMillis) {
        return WRITTEN.format(Instant.ofEpochMilli(epochMillis));
    }

    /**
     * Milliseconds since 1970, or empty if the value is absent or not an HTTP date. Case does not matter, and a day name
     * that does not fit the date does not either.
     *
     * @param nowEpochMillis tells which century a year of two digits means
     */
    public static OptionalLong parse(@Nullable String value, long nowEpochMillis) {
        if (value == null) {
            return OptionalLong.empty();
        }
        String text = value.strip();
        for (Form form : FORMS) {
            Matcher beginning = form.dayName().matcher(text);
            if (beginning.matches()) {
                return rest(form, beginning.group(1), nowEpochMillis);
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong rest(Form form, String text, long nowEpochMillis) {
        try {
            LocalDateTime date = LocalDateTime.parse(text, form.rest());
            LocalDateTime now = LocalDateTime.ofInstant(Instant.ofEpochMilli(nowEpochMillis), ZoneOffset.UTC);
            boolean isPast = form.equals(RFC850) && date.isAfter(now.plusYears(MAX_YEARS_AHEAD));
            return OptionalLong.of((isPast ? date.minusYears(100) : date)
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli());
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }
}
