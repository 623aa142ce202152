package dev.nearside.edge.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HTTP dates (RFC 9110 §5.6.7), to the second: written in one form, read in all three. */
public final class HttpDates {

    private static final DateTimeFormatter IMF_FIXDATE = formatter("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
    private static final DateTimeFormatter ASCTIME = formatter("EEE MMM ppd HH:mm:ss uuuu");
    private static final DateTimeFormatter RFC850_AFTER_DAY_NAME = formatter("dd-MMM-uu HH:mm:ss 'GMT'");
    private static final Pattern RFC850 = Pattern.compile("(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (.*)");

    /** RFC 9110 §5.6.7: a year of two digits further ahead than this belongs to the past century. */
    private static final int MAX_YEARS_AHEAD = 50;

    private HttpDates() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US)
                .withZone(ZoneOffset.UTC)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    /** Formats milliseconds since 1970 as IMF-fixdate. */
    public static String format(long epochMillis) {
        return IMF_FIXDATE.format(Instant.ofEpochMilli(epochMillis));
    }

    /**
     * Milliseconds since 1970, or empty if the value is absent or not an HTTP date.
     *
     * @param nowEpochMillis tells which century a year of two digits means
     */
    public static OptionalLong parse(@Nullable String value, long nowEpochMillis) {
        if (value == null) {
            return OptionalLong.empty();
        }
        String text = value.strip();
        try {
            Matcher rfc850 = RFC850.matcher(text);
            if (rfc850.matches()) {
                return OptionalLong.of(rfc850(rfc850.group(1), nowEpochMillis));
            }
            DateTimeFormatter form = text.indexOf(',') < 0 ? ASCTIME : IMF_FIXDATE;
            return OptionalLong.of(Instant.from(form.parse(text)).toEpochMilli());
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }

    private static long rfc850(String afterDayName, long nowEpochMillis) {
        LocalDateTime date = LocalDateTime.parse(afterDayName, RFC850_AFTER_DAY_NAME);
        LocalDateTime now = LocalDateTime.ofInstant(Instant.ofEpochMilli(nowEpochMillis), ZoneOffset.UTC);
        boolean isPast = date.isAfter(now.plusYears(MAX_YEARS_AHEAD));
        return (isPast ? date.minusYears(100) : date).toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
