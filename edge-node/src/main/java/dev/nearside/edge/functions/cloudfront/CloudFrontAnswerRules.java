package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.Shown;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToRequest;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToResponse;
import dev.nearside.edge.functions.cloudfront.EventParts.SetCookie;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.http.HeaderNames;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a function's answer may say (CloudFront's restrictions on CloudFront Functions); pure. */
final class CloudFrontAnswerRules {

    /** Headers that a viewer-request function may not add, change or delete. */
    static final List<String> READ_ONLY_IN_REQUESTS =
            List.of("cdn-loop", "content-length", "host", "transfer-encoding", "via");

    /** The same for viewer-response functions. */
    static final List<String> READ_ONLY_IN_RESPONSES = List.of("via", "warning");

    /** What a response that a function makes cannot have. */
    static final List<String> NOT_IN_GENERATED = List.of("transfer-encoding", "via", "warning");

    /** Longest generated response, headers and body, in bytes. */
    static final int MAX_RESPONSE_BYTES = 40 * 1024;

    private static final int MAX_URI_AND_QUERY_CHARS = 8_192;

    /** Colon, space and line end of a header line. */
    private static final int SEPARATORS_BYTES = 4;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private CloudFrontAnswerRules() {}

    /** Checks an answer against the event it answers. */
    static void check(CloudFrontEvent event, CloudFrontAnswer answer) throws InvalidAnswerException {
        switch (answer) {
            case ToRequest request -> checkRequest(event.request(), request);
            case ToResponse response -> checkResponse(event.response(), response);
        }
    }

    private static void checkRequest(RequestHead before, ToRequest after) throws InvalidAnswerException {
        if (!after.method().equals(before.method())) {
            throw new InvalidAnswerException("the request's method was changed from " + Shown.text(before.method())
                    + " to " + Shown.text(after.method()) + ", but it is read-only");
        }
        if (!after.uri().startsWith("/")) {
            throw new InvalidAnswerException(
                    "the request's uri is " + Shown.text(after.uri()) + ", expected it to start with /");
        }
        checkVisible("uri", after.uri());
        checkVisible("querystring", after.querystring());
        int length = after.uri().length() + after.querystring().length();
        if (length >= MAX_URI_AND_QUERY_CHARS) {
            throw new InvalidAnswerException("uri and querystring have " + length
                    + " characters together, expected less than " + MAX_URI_AND_QUERY_CHARS);
        }
        checkHeaders(after.headers());
        checkReadOnly(READ_ONLY_IN_REQUESTS, EventParts.headers(before.headers()), after.headers(), "viewer-request");
        // Viewers send odd cookies; only those that the function chose are its fault.
        Multimap cookiesBefore = EventParts.cookies(before.headers());
        for (Map.Entry<String, List<String>> cookie : after.cookies().values().entrySet()) {
            for (String value : cookie.getValue()) {
                if (!cookiesBefore.all(cookie.getKey()).contains(value)) {
                    checkCookie(cookie.getKey(), value);
                }
            }
        }
    }

    private static void checkVisible(String member, String value) throws InvalidAnswerException {
        if (value.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '#')) {
            throw new InvalidAnswerException(
                    member + " is " + Shown.text(value) + ", expected no spaces, control characters or #");
        }
    }

    private static void checkResponse(@Nullable ResponseHead before, ToResponse after) throws InvalidAnswerException {
        if (after.statusCode() < 200 || after.statusCode() > 599) {
            throw new InvalidAnswerException("statusCode is " + after.statusCode() + ", expected 200 to 599");
        }
        checkPrintable("statusDescription", after.statusDescription());
        checkHeaders(after.headers());
        List<SetCookie> cookiesBefore = before == null ? List.of() : EventParts.setCookies(before.headers());
        for (SetCookie cookie : after.cookies()) {
            if (!cookiesBefore.contains(cookie)) {
                checkCookie(cookie.name(), cookie.value());
                checkPrintable("the attributes of the cookie " + Shown.text(cookie.name()), cookie.attributes());
            }
        }
        if (before == null) {
            checkReadOnly(NOT_IN_GENERATED, new Multimap(), after.headers(), "viewer-request");
        } else {
            checkReadOnly(
                    READ_ONLY_IN_RESPONSES, EventParts.headers(before.headers()), after.headers(), "viewer-response");
        }
        byte[] body = after.body();
        if (body != null && body.length > 0 && ResponseHead.isBodiless(after.statusCode())) {
            throw new InvalidAnswerException(
                    "the response has status " + after.statusCode() + " and a body, expected none");
        }
        checkSize(after, body == null ? 0 : body.length, before == null || body != null);
    }

    private static void checkSize(ToResponse after, long bodyBytes, boolean isMade) throws InvalidAnswerException {
        long total = bodyBytes;
        for (Map.Entry<String, List<String>> header : after.headers().values().entrySet()) {
            for (String value : header.getValue()) {
                total += header.getKey().length() + EventHeaders.wireOf(value).length() + SEPARATORS_BYTES;
            }
        }
        if (isMade && total > MAX_RESPONSE_BYTES) {
            throw new InvalidAnswerException(
                    "the response has " + total + " bytes, headers included, expected at most " + MAX_RESPONSE_BYTES);
        }
    }

    private static void checkHeaders(Multimap headers) throws InvalidAnswerException {
        for (Map.Entry<String, List<String>> header : headers.values().entrySet()) {
            String name = header.getKey();
            if (!isToken(name)) {
                throw new InvalidAnswerException("headers has the name " + Shown.text(name)
                        + ", which holds a character that header names may not");
            }
            if (!name.equals(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidAnswerException("headers has the name '" + name + "', expected lower case");
            }
            if (EventParts.isCookie(name)) {
                throw new InvalidAnswerException("headers has '" + name + "', expected it in cookies");
            }
            if (HeaderNames.HIDDEN_FROM_FUNCTIONS.include(name)) {
                throw new InvalidAnswerException("the function's result contains the disallowed header '" + name + "'");
            }
            for (String value : header.getValue()) {
                checkPrintable("headers['" + name + "']", value);
            }
        }
    }

    private static void checkCookie(String name, String value) throws InvalidAnswerException {
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == ';' || c == '=' || c == ',')) {
            throw new InvalidAnswerException(
                    "cookies has the name " + Shown.text(name) + ", which holds a character that cookie names may not");
        }
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == ';')) {
            throw new InvalidAnswerException(
                    "the cookie " + Shown.text(name) + " has a semicolon or control character");
        }
    }

    /** Whether a header may have that name (RFC 9110 §5.6.2). */
    static boolean isToken(String name) {
        return TOKEN.matcher(name).matches();
    }

    static void checkPrintable(String what, String value) throws InvalidAnswerException {
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new InvalidAnswerException(what + " has a control character");
        }
    }

    private static void checkReadOnly(List<String> names, Multimap before, Multimap after, String event)
            throws InvalidAnswerException {
        for (String name : new TreeSet<>(names)) {
            List<String> was = before.all(name);
            List<String> is = after.all(name);
            if (!was.equals(is)) {
                throw new InvalidAnswerException("the function's result "
                        + (was.isEmpty() ? "adds" : is.isEmpty() ? "deletes" : "changes") + " the header '" + name
                        + "', which is read-only in " + event + " events");
            }
        }
    }
}
