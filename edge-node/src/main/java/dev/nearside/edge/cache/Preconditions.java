package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HttpDates;
import dev.nearside.edge.http.ResponseHead;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The preconditions that a cache evaluates against a response it holds (RFC 9111 §4.3.2, RFC 9110 §13); pure. */
public final class Preconditions {

    private Preconditions() {}

    /** Whether the request has preconditions that only the origin can judge (RFC 9110 §13.1.1, §13.1.4). */
    public static boolean areForTheOrigin(Fields request) {
        return request.has("if-match") || request.has("if-unmodified-since");
    }

    /** Whether the request has preconditions that a cache judges (RFC 9110 §13.1.2, §13.1.3). */
    public static boolean areForCaches(Fields request) {
        return request.has("if-none-match") || request.has("if-modified-since");
    }

    /**
     * Whether a GET or HEAD is to be answered with 304 in place of that response (RFC 9110 §13.2.2). Only a 200 can be.
     *
     * @param epochMillis now, to read dates with years of two digits
     */
    public static boolean isNotModified(Fields request, ResponseHead response, long epochMillis) {
        if (response.status() != 200) {
            return false;
        }
        String noneMatch = request.combined("if-none-match");
        if (noneMatch != null) {
            return EntityTag.anyWeaklyMatches(noneMatch, response.headers().first("etag"));
        }
        OptionalLong since = HttpDates.parse(request.first("if-modified-since"), epochMillis);
        if (since.isEmpty()) {
            return false;
        }
        OptionalLong modified = HttpDates.parse(response.headers().first("last-modified"), epochMillis);
        // Without Last-Modified the date of the response stands for it (RFC 9111 §4.3.2).
        return (modified.isPresent()
                        ? modified
                        : HttpDates.parse(response.headers().first("date"), epochMillis))
                .stream().anyMatch(millis -> millis <= since.getAsLong());
    }

    /**
     * Whether a Range may be answered from that response although If-Range names a validator (RFC 9110 §13.1.5):
     * strong comparison for a tag, the very same text for a date.
     */
    public static boolean rangeIsCurrent(Fields request, ResponseHead response) {
        String ifRange = request.first("if-range");
        if (ifRange == null) {
            return true;
        }
        if (ifRange.startsWith("\"") || ifRange.startsWith("W/")) {
            return EntityTag.stronglyMatch(ifRange, response.headers().first("etag"));
        }
        return ifRange.equals(response.headers().first("last-modified")) && EntityTag.isStrongDate(response.headers());
    }

    /** What a 304 takes over from the response it stands for (RFC 9110 §15.4.5). */
    public static ResponseHead notModified(ResponseHead response) {
        return new ResponseHead(304, "", response.headers().without(Preconditions::describesTheContent));
    }

    private static boolean describesTheContent(String name) {
        return name.regionMatches(true, 0, "content-", 0, "content-".length())
                && !name.equalsIgnoreCase("content-location")
                && !name.equalsIgnoreCase("content-security-policy");
    }

    /** A validator that makes two parts of one representation combinable, or null (RFC 9110 §15.3.7.3). */
    public static @Nullable String strongValidator(Fields response) {
        String tag = response.first("etag");
        if (tag != null) {
            return tag.startsWith("\"") ? tag : null;
        }
        return EntityTag.isStrongDate(response) ? response.first("last-modified") : null;
    }
}
