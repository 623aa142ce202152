package dev.nearside.origin.http;

import dev.nearside.kit.time.Time;
import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;

/** Dates in HTTP's form (RFC 9110, 5.6.7), and the Date of now without formatting it for every reply. */
public final class HttpDates {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Time time;
    private volatile Second latest = new Second(Long.MIN_VALUE, "");

    HttpDates(Time time) {
        this.time = time;
    }

    /** What the Date field says now. */
    String now() {
        long epochSecond = Math.floorDiv(time.epochMillis(), 1000L);
        Second known = latest;
        if (known.epochSecond != epochSecond) {
            known = new Second(epochSecond, format(Instant.ofEpochSecond(epochSecond)));
            latest = known;
        }
        return known.text;
    }

    /** The preferred form, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String format(Instant instant) {
        return FORMAT.format(instant);
    }

    /** Reads any of the three forms that HTTP knows. */
    public static Optional<Instant> parse(String text) {
        return Optional.ofNullable(DateFormatter.parseHttpDate(text)).map(Date::toInstant);
    }

    private record Second(long epochSecond, String text) {}
}
