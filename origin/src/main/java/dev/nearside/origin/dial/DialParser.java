package dev.nearside.origin.dial;

import dev.nearside.origin.http.Delivery;
import dev.nearside.origin.http.Delivery.Ending;
import dev.nearside.origin.http.EntityTags;
import dev.nearside.origin.http.HttpDates;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a query into a {@link Dial}; one parser reads one query. */
final class DialParser {

    private static final int MAX_PARAMETERS = 64;
    private static final long MAX_BYTES = 1_000_000_000_000L;
    private static final Limits STATUSES = new Limits(200, 599, "a status of 200 to 599");
    private static final Limits INTERIM_STATUSES = new Limits(102, 103, "102 or 103");
    private static final Limits DELAYS = new Limits(0, 600_000, "a time such as 250ms, 2s or 1m, 10m at most");
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7E\\t]*");
    private static final Set<String> FRAMING_FIELDS =
            Set.of("connection", "content-length", "keep-alive", "transfer-encoding", "upgrade");

    private final HttpHeaders headers = new DefaultHttpHeaders();
    private final List<Integer> interim = new ArrayList<>();
    private int status = 200;
    private long delayMillis;
    private long bytesPerSecond;
    private boolean chunked;
    private @Nullable Long bodyBytes;
    private @Nullable Long declaredBytes;
    private Ending ending = new Ending.Complete();
    private String endingParameter = "";

    private DialParser() {}

    /**
     * Reads a raw query.
     *
     * @throws DialException if any parameter is unknown, given twice, out of range, or at odds with another
     */
    static Dial parse(String query) throws DialException {
        DialParser parser = new DialParser();
        for (Map.Entry<String, List<String>> parameter : parameters(query).entrySet()) {
            parser.read(parameter.getKey(), parameter.getValue());
        }
        return parser.combined();
    }

    private static Map<String, List<String>> parameters(String query) throws DialException {
        try {
            return new QueryStringDecoder(query, StandardCharsets.UTF_8, false, MAX_PARAMETERS, true).parameters();
        } catch (IllegalArgumentException e) {
            throw new DialException(
                    "query '" + query + "' is not well-formed, expected percent-encoding: " + e.getMessage());
        }
    }

    private void read(String name, List<String> values) throws DialException {
        if (name.startsWith("x-")) {
            return;
        }
        if (values.size() > 1 && !name.equals("header") && !name.equals("interim")) {
            throw new DialException("parameter '" + name + "' is given " + values.size() + " times, expected once");
        }
        String value = values.getFirst();
        switch (name) {
            case "status" -> status = (int) within(name, value, number(value), STATUSES);
            case "delay" -> delayMillis = within(name, value, Quantity.millis(value), DELAYS);
            case "size" -> bodyBytes = bytes(name, value, 0);
            case "rate" -> bytesPerSecond = bytes(name, value, 1);
            case "chunked" -> chunked = flag(name, value);
            case "declare" -> declaredBytes = bytes(name, value, 0);
            case "header" -> addHeaders(values);
            case "cache" -> setHeader(name, HttpHeaderNames.CACHE_CONTROL, value);
            case "etag" -> setHeader(name, HttpHeaderNames.ETAG, entityTag(value));
            case "last-modified" -> setHeader(name, HttpHeaderNames.LAST_MODIFIED, date(name, value));
            case "reset-after" -> end(name, new Ending.ResetAfter(bytes(name, value, 0)));
            case "close-after" -> end(name, new Ending.CloseAfter(bytes(name, value, 0)));
            case "no-answer" -> {
                if (flag(name, value)) {
                    end(name, new Ending.NoAnswer());
                }
            }
            case "close" -> {
                if (!value.equals("now")) {
                    throw refused(name, value, "now");
                }
                end(name, new Ending.CloseUnanswered());
            }
            case "interim" -> addInterim(values);
            default ->
                throw new DialException("parameter '" + name + "' (value '" + value + "') is unknown, expected one of"
                        + " cache, chunked, close, close-after, declare, delay, etag, header, interim, last-modified,"
                        + " no-answer, rate, reset-after, size, status, or a name that begins with x- to be ignored");
        }
    }

    private Dial combined() throws DialException {
        if (chunked && declaredBytes != null) {
            throw new DialException("parameter 'declare' (value '" + declaredBytes
                    + "') cannot go with chunked=true, expected one of them: a chunked body declares no length");
        }
        long cut = cutAfterBytes();
        if (cut >= 0) {
            if (bodyBytes == null) {
                bodyBytes = Math.max(2 * cut, 1_000);
            } else if (bodyBytes <= cut) {
                throw new DialException("parameter '" + endingParameter + "' (" + cut
                        + " bytes) is not inside the body," + " expected less than size (" + bodyBytes + " bytes)");
            }
        }
        Delivery delivery =
                new Delivery(delayMillis, List.copyOf(interim), bytesPerSecond, chunked, declaredBytes, ending);
        return new Dial(status, headers, bodyBytes, delivery);
    }

    private long cutAfterBytes() {
        return switch (ending) {
            case Ending.CloseAfter(long bytes) -> bytes;
            case Ending.ResetAfter(long bytes) -> bytes;
            case Ending.Complete _, Ending.CloseUnanswered _, Ending.NoAnswer _ -> -1;
        };
    }

    private void end(String name, Ending asked) throws DialException {
        if (!endingParameter.isEmpty()) {
            throw new DialException("parameter '" + name + "' cannot go with '" + endingParameter
                    + "', expected one of them: a response ends only once");
        }
        endingParameter = name;
        ending = asked;
    }

    private void addHeaders(List<String> fields) throws DialException {
        for (String field : fields) {
            int colon = field.indexOf(':');
            String name = colon < 0 ? "" : field.substring(0, colon);
            String value = field.substring(colon + 1).strip();
            if (!FIELD_NAME.matcher(name).matches()
                    || !FIELD_VALUE.matcher(value).matches()) {
                throw refused(
                        "header", field, "Name:Value, a name of letters, digits and -, a value of printable ASCII");
            }
            if (FRAMING_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
                throw refused("header", field, "a field that is not about framing; see declare, chunked and close");
            }
            headers.add(name, value);
        }
    }

    private void setHeader(String parameter, CharSequence name, String value) throws DialException {
        if (!FIELD_VALUE.matcher(value).matches()) {
            throw refused(parameter, value, "printable ASCII");
        }
        headers.add(name, value);
    }

    private void addInterim(List<String> values) throws DialException {
        for (String value : values) {
            interim.add((int) within("interim", value, number(value), INTERIM_STATUSES));
        }
    }

    private static String entityTag(String value) {
        return EntityTags.isTag(value) ? value : '"' + value.replace("\"", "") + '"';
    }

    private static String date(String name, String value) throws DialException {
        return HttpDates.parse(value)
                .map(HttpDates::format)
                .orElseThrow(() -> refused(name, value, "a date such as Sun, 06 Nov 1994 08:49:37 GMT"));
    }

    private static long bytes(String name, String value, long least) throws DialException {
        String expectation = least + " bytes or more, such as 200, 10KB, 64KiB or 2GB, 1000GB at most";
        return within(name, value, Quantity.bytes(value), new Limits(least, MAX_BYTES, expectation));
    }

    private static OptionalLong number(String value) {
        return value.matches("\\d{1,9}") ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }

    private static boolean flag(String name, String value) throws DialException {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(name, value, "true or false");
        };
    }

    private static long within(String name, String value, OptionalLong read, Limits limits) throws DialException {
        if (read.isEmpty() || read.getAsLong() < limits.least || read.getAsLong() > limits.most) {
            throw refused(name, value, limits.expectation);
        }
        return read.getAsLong();
    }

    private static DialException refused(String name, String value, String expectation) {
        return new DialException("parameter '" + name + "' has value '" + value + "', expected " + expectation);
    }

    /** What a number may be, and how to say so. */
    private record Limits(long least, long most, String expectation) {}
}
