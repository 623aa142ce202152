package dev.nearside.edge.functions;

import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a function's answer may say, by event type (Lambda@Edge quotas and restrictions); pure. */
final class ResultRules {

    /** Longest generated response, headers and body, in bytes. */
    static final int MAX_VIEWER_RESPONSE_BYTES = 40 * 1024;

    static final int MAX_ORIGIN_RESPONSE_BYTES = 1024 * 1024;

    /** How much of a request body a function sees, in bytes. */
    static final int MAX_VIEWER_BODY_BYTES = 40 * 1024;

    static final int MAX_ORIGIN_BODY_BYTES = 1024 * 1024;

    /** AWS's 53.2 KB and 1.33 MB of base64 in place of a request body. */
    private static final int MAX_VIEWER_BASE64_CHARS = 54_476;

    private static final int MAX_ORIGIN_BASE64_CHARS = 1_394_606;

    /** Request line and headers of a request, or headers of a response, in bytes. */
    private static final int MAX_HEAD_BYTES = 20_480;

    private static final int MAX_URI_AND_QUERY_CHARS = 8_192;

    /** Colon, space and line end of a header line. */
    private static final int SEPARATORS_BYTES = 4;

    /** Two spaces, the version and the line end. */
    private static final int REST_OF_REQUEST_LINE_BYTES = " ".length() + " HTTP/1.1\r\n".length();

    private ResultRules() {}

    /** Checks an answer against the event it answers. */
    static void check(EdgeEvent event, EdgeResult result) throws InvalidResultException {
        EventType eventType = event.config().eventType();
        switch (result) {
            case EdgeRequest request -> checkRequest(eventType, event.request(), request);
            case EdgeResponse response -> checkResponse(eventType, event.response(), response);
        }
    }

    private static void checkRequest(EventType eventType, EdgeRequest before, EdgeRequest after)
            throws InvalidResultException {
        if (!after.uri().startsWith("/")) {
            throw new InvalidResultException(
                    ResultRule.URI, "uri is " + Shown.text(after.uri()) + ", expected it to start with /");
        }
        checkVisible(ResultRule.URI, "uri", after.uri());
        checkVisible(ResultRule.QUERYSTRING, "querystring", after.querystring());
        int length = after.uri().length() + after.querystring().length();
        if (length >= MAX_URI_AND_QUERY_CHARS) {
            throw new InvalidResultException(
                    ResultRule.URI_LENGTH,
                    "uri and querystring have " + length + " characters together, expected less than "
                            + MAX_URI_AND_QUERY_CHARS);
        }
        if (!after.method().equals(before.method())) {
            throw new InvalidResultException(
                    ResultRule.METHOD_READ_ONLY,
                    "method was changed from " + Shown.text(before.method()) + " to " + Shown.text(after.method())
                            + ", expected it unchanged, since it is read-only");
        }
        if (!after.clientIp().equals(before.clientIp())) {
            throw new InvalidResultException(
                    ResultRule.CLIENT_IP_READ_ONLY,
                    "clientIp was changed to " + Shown.text(after.clientIp())
                            + ", expected it unchanged, since it is read-only");
        }
        HeaderRules.check(eventType, before.headers(), after.headers());
        checkRequestSize(before, after);
        EdgeRequest.Body body = after.body();
        if (body != null) {
            checkBody(eventType, before.body(), body);
        }
        if (eventType == EventType.ORIGIN_REQUEST) {
            OriginRules.check(before, after);
        }
    }

    private static void checkVisible(ResultRule rule, String member, String value) throws InvalidResultException {
        if (value.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '#')) {
            throw new InvalidResultException(
                    rule, member + " is " + Shown.text(value) + ", expected no spaces, control characters or #");
        }
    }

    /** A request that was too large already is not the function's fault, unless it grew. */
    private static void checkRequestSize(EdgeRequest before, EdgeRequest after) throws InvalidResultException {
        int size = sizeOf(after);
        if (size > MAX_HEAD_BYTES && size > sizeOf(before)) {
            throw new InvalidResultException(
                    ResultRule.REQUEST_SIZE,
                    "request line and headers have " + size + " bytes together, expected at most " + MAX_HEAD_BYTES);
        }
    }

    private static int sizeOf(EdgeRequest request) {
        int target = EventHeaders.wireOf(request.uri()).length()
                + (request.querystring().isEmpty()
                        ? 0
                        : 1 + EventHeaders.wireOf(request.querystring()).length());
        return request.method().length() + target + REST_OF_REQUEST_LINE_BYTES + sizeOf(request.headers());
    }

    private static int sizeOf(EdgeHeaders headers) {
        int size = 0;
        for (var header : headers.fields().entrySet()) {
            for (var field : header.getValue()) {
                size += header.getKey().length()
                        + EventHeaders.wireOf(field.value()).length()
                        + SEPARATORS_BYTES;
            }
        }
        return size;
    }

    private static void checkBody(EventType eventType, EdgeRequest.@Nullable Body before, EdgeRequest.Body body)
            throws InvalidResultException {
        if (before != null && before.inputTruncated() != body.inputTruncated()) {
            throw new InvalidResultException(
                    ResultRule.BODY_TRUNCATED_READ_ONLY,
                    "body.inputTruncated was changed to " + body.inputTruncated()
                            + ", expected it unchanged, since it is read-only");
        }
        if (!body.action().equals("replace")) {
            if (!body.action().equals("read-only")) {
                throw new InvalidResultException(
                        ResultRule.BODY_ACTION,
                        "body.action is " + Shown.text(body.action()) + ", expected read-only or replace");
            }
            return;
        }
        boolean base64 = body.encoding().equals("base64");
        if (!base64 && !body.encoding().equals("text")) {
            throw new InvalidResultException(
                    ResultRule.BODY_ENCODING,
                    "body.encoding is " + Shown.text(body.encoding()) + ", expected base64 or text");
        }
        int length =
                base64 ? body.data().length() : EventHeaders.wireOf(body.data()).length();
        int limit = eventType.isViewer()
                ? base64 ? MAX_VIEWER_BASE64_CHARS : MAX_VIEWER_BODY_BYTES
                : base64 ? MAX_ORIGIN_BASE64_CHARS : MAX_ORIGIN_BODY_BYTES;
        if (length > limit) {
            throw new InvalidResultException(
                    ResultRule.BODY_SIZE,
                    "body.data has " + length + " bytes of " + body.encoding() + ", expected at most " + limit + " in "
                            + eventType.wireName() + " events");
        }
        decoded(ResultRule.BODY_BASE64, body.data(), base64, "body.data");
    }

    private static void checkResponse(EventType eventType, @Nullable EdgeResponse before, EdgeResponse after)
            throws InvalidResultException {
        if (after.status() < 200 || after.status() > 599) {
            throw new InvalidResultException(
                    ResultRule.STATUS, "the response's status is " + after.status() + ", expected 200 to 599");
        }
        if (after.statusDescription().chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new InvalidResultException(
                    ResultRule.STATUS_DESCRIPTION,
                    "statusDescription has a control character in " + Shown.text(after.statusDescription())
                            + ", expected none but tabs");
        }
        HeaderRules.check(eventType, before == null ? null : before.headers(), after.headers());
        checkHeadersSize(before, after);
        if (eventType == EventType.VIEWER_RESPONSE) {
            checkViewerResponse(before, after);
        } else {
            checkResponseBody(eventType, after);
        }
    }

    private static void checkHeadersSize(@Nullable EdgeResponse before, EdgeResponse after)
            throws InvalidResultException {
        int size = sizeOf(after.headers());
        int sizeBefore = before == null ? 0 : sizeOf(before.headers());
        if (size > MAX_HEAD_BYTES && size > sizeBefore) {
            throw new InvalidResultException(
                    ResultRule.RESPONSE_HEADERS_SIZE,
                    "the response's headers have " + size + " bytes together, expected at most " + MAX_HEAD_BYTES);
        }
    }

    private static void checkViewerResponse(@Nullable EdgeResponse before, EdgeResponse after)
            throws InvalidResultException {
        if (before != null && after.status() != before.status()) {
            throw new InvalidResultException(
                    ResultRule.STATUS_READ_ONLY,
                    "the response's status was changed from " + before.status() + " to " + after.status()
                            + ", which viewer-response events may not, expected it unchanged");
        }
        String body = after.body();
        if (body != null) {
            throw new InvalidResultException(
                    ResultRule.RESPONSE_BODY_READ_ONLY,
                    "the response has the body " + Shown.text(body)
                            + ", which viewer-response events may not set, expected none");
        }
    }

    private static void checkResponseBody(EventType eventType, EdgeResponse after) throws InvalidResultException {
        if (!after.bodyEncoding().equals("text") && !after.bodyEncoding().equals("base64")) {
            throw new InvalidResultException(
                    ResultRule.RESPONSE_BODY_ENCODING,
                    "bodyEncoding is " + Shown.text(after.bodyEncoding()) + ", expected text or base64");
        }
        String body = after.body();
        boolean isGenerated = eventType.isRequest();
        if (isGenerated || body != null) {
            checkSize(eventType, after, body == null ? "" : body);
        }
    }

    private static void checkSize(EventType eventType, EdgeResponse response, String body)
            throws InvalidResultException {
        byte[] bytes = decoded(
                ResultRule.RESPONSE_BODY_BASE64, body, response.bodyEncoding().equals("base64"), "the response's body");
        if (response.status() == 204 && bytes.length > 0) {
            throw new InvalidResultException(
                    ResultRule.RESPONSE_NO_CONTENT,
                    "the response has status 204 and a body of " + bytes.length + " bytes, expected none");
        }
        int total = bytes.length + sizeOf(response.headers());
        int limit = eventType.isViewer() ? MAX_VIEWER_RESPONSE_BYTES : MAX_ORIGIN_RESPONSE_BYTES;
        if (total > limit) {
            throw new InvalidResultException(
                    ResultRule.RESPONSE_SIZE,
                    "the response has " + total + " bytes, headers included, expected at most " + limit + " in "
                            + eventType.wireName() + " events");
        }
    }

    private static byte[] decoded(ResultRule rule, String data, boolean base64, String what)
            throws InvalidResultException {
        try {
            return bytesOf(data, base64);
        } catch (IllegalArgumentException _) {
            throw new InvalidResultException(rule, what + " is " + Shown.text(data) + ", expected valid base64");
        }
    }

    /**
     * The bytes of a body as a function gives it.
     *
     * @throws IllegalArgumentException if it is not what it says
     */
    static byte[] bytesOf(String data, boolean base64) {
        return base64 ? Base64.getDecoder().decode(data) : data.getBytes(StandardCharsets.UTF_8);
    }
}
