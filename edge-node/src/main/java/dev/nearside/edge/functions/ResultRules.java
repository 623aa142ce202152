package dev.nearside.edge.functions;

import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import dev.nearside.kit.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a function's answer may say, by event type (Lambda@Edge quotas and restrictions); pure. */
final class ResultRules {

    /** Longest generated response, headers and body, in bytes. */
    static final int MAX_VIEWER_RESPONSE_BYTES = 40 * 1024;

    static final int MAX_ORIGIN_RESPONSE_BYTES = 1024 * 1024;

    /** How much of a request body a function sees, in bytes. */
    static final int MAX_VIEWER_BODY_BYTES = 40 * 1024;

    static final int MAX_ORIGIN_BODY_BYTES = 1024 * 1024;

    private static final int MAX_URI_AND_QUERY_CHARS = 8_192;

    /** Colon, space and line end of a header line. */
    private static final int SEPARATORS_BYTES = 4;

    private static final Pattern IPV4_LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

    private static final Set<String> SSL_PROTOCOLS = Set.of("TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3");

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
            throw new InvalidResultException("the request's uri is '" + after.uri() + "', expected it to start with /");
        }
        checkVisible("uri", after.uri());
        checkVisible("querystring", after.querystring());
        if (after.uri().length() + after.querystring().length() >= MAX_URI_AND_QUERY_CHARS) {
            throw new InvalidResultException("uri and querystring have "
                    + (after.uri().length() + after.querystring().length())
                    + " characters together, expected less than "
                    + MAX_URI_AND_QUERY_CHARS);
        }
        if (!after.method().equals(before.method())) {
            throw new InvalidResultException("the request's method was changed from '" + before.method() + "' to '"
                    + after.method() + "', but it is read-only");
        }
        if (!after.clientIp().equals(before.clientIp())) {
            throw new InvalidResultException(
                    "the request's clientIp was changed to '" + after.clientIp() + "', but it is read-only");
        }
        HeaderRules.check(eventType, before.headers(), after.headers());
        EdgeRequest.Body body = after.body();
        if (body != null) {
            checkBody(eventType, body);
        }
        EdgeOrigin origin = after.origin();
        if (eventType == EventType.ORIGIN_REQUEST) {
            if (origin == null) {
                throw new InvalidResultException("the request has no origin, expected exactly one of custom and s3");
            }
            checkOrigin(after, origin);
        }
    }

    private static void checkVisible(String member, String value) throws InvalidResultException {
        if (value.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '#')) {
            throw new InvalidResultException(
                    member + " is '" + value + "', expected no spaces, control characters or #");
        }
    }

    private static void checkBody(EventType eventType, EdgeRequest.Body body) throws InvalidResultException {
        if (!body.action().equals("replace")) {
            if (!body.action().equals("read-only")) {
                throw new InvalidResultException(
                        "body.action is '" + body.action() + "', expected read-only or replace");
            }
            return;
        }
        boolean base64 = body.encoding().equals("base64");
        if (!base64 && !body.encoding().equals("text")) {
            throw new InvalidResultException("body.encoding is '" + body.encoding() + "', expected base64 or text");
        }
        int limit = eventType.isViewer() ? MAX_VIEWER_BODY_BYTES : MAX_ORIGIN_BODY_BYTES;
        int length = decoded(body.data(), base64, "body.data").length;
        if (length > limit) {
            throw new InvalidResultException(
                    "body.data has " + length + " bytes, expected at most " + limit + " in " + eventType.wireName());
        }
    }

    private static void checkOrigin(EdgeRequest request, EdgeOrigin origin) throws InvalidResultException {
        int longestName = origin instanceof EdgeOrigin.Custom ? 253 : 128;
        if (origin.domainName().isEmpty() || origin.domainName().length() > longestName) {
            throw new InvalidResultException(
                    "origin.domainName is '" + origin.domainName() + "', expected 1 to " + longestName + " characters");
        }
        if (origin.domainName().indexOf(':') >= 0) {
            throw new InvalidResultException(
                    "origin.domainName is '" + origin.domainName() + "', expected a name without a port");
        }
        if (IPV4_LITERAL.matcher(origin.domainName()).matches()) {
            throw new InvalidResultException(
                    "origin.domainName is '" + origin.domainName() + "', expected a name and not an IP address");
        }
        checkVisible("origin.domainName", origin.domainName());
        String path = origin.path();
        checkVisible("origin.path", path);
        if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/") || path.length() > 255)) {
            throw new InvalidResultException("origin.path is '" + path
                    + "', expected empty, or starting and not ending with /, at most 255 characters");
        }
        for (String name : origin.customHeaders().fields().keySet()) {
            if (request.headers().fields().containsKey(name)) {
                throw new InvalidResultException("origin.customHeaders has '" + name
                        + "', which is in request.headers too, expected it in one of them only");
            }
            if (HeaderNames.NOT_FOR_ORIGINS_OF_FUNCTIONS.include(name)) {
                throw new InvalidResultException("origin.customHeaders contains the disallowed header '" + name + "'");
            }
        }
        switch (origin) {
            case EdgeOrigin.Custom custom -> checkCustomOrigin(custom);
            case EdgeOrigin.S3 s3 -> checkS3Origin(s3);
        }
    }

    private static void checkS3Origin(EdgeOrigin.S3 s3) throws InvalidResultException {
        boolean withIdentity = s3.authMethod().equals("origin-access-identity");
        if (!withIdentity && !s3.authMethod().equals("none")) {
            throw new InvalidResultException(
                    "origin.s3.authMethod is '" + s3.authMethod() + "', expected origin-access-identity or none");
        }
        if (withIdentity == s3.region().isEmpty()) {
            throw new InvalidResultException("origin.s3.region is '" + s3.region() + "' with authMethod "
                    + s3.authMethod() + ", expected a region with origin-access-identity only");
        }
    }

    private static void checkCustomOrigin(EdgeOrigin.Custom custom) throws InvalidResultException {
        int port = custom.port();
        if (port != 80 && port != 443 && (port < 1024 || port > 65_535)) {
            throw new InvalidResultException("origin.custom.port is " + port + ", expected 80, 443 or 1024 to 65535");
        }
        if (!custom.protocol().equals("http") && !custom.protocol().equals("https")) {
            throw new InvalidResultException(
                    "origin.custom.protocol is '" + custom.protocol() + "', expected http or https");
        }
        checkSeconds("readTimeout", custom.readTimeoutSeconds());
        checkSeconds("keepaliveTimeout", custom.keepaliveTimeoutSeconds());
        for (String protocol : custom.sslProtocols()) {
            if (!SSL_PROTOCOLS.contains(protocol)) {
                throw new InvalidResultException(
                        "origin.custom.sslProtocols has '" + protocol + "', expected TLSv1.2, TLSv1.1, TLSv1 or SSLv3");
            }
        }
    }

    private static void checkSeconds(String member, int seconds) throws InvalidResultException {
        if (seconds < 1 || seconds > 120) {
            throw new InvalidResultException("origin.custom." + member + " is " + seconds + ", expected 1 to 120");
        }
    }

    private static void checkResponse(EventType eventType, @Nullable EdgeResponse before, EdgeResponse after)
            throws InvalidResultException {
        if (after.status() < 200 || after.status() > 599) {
            throw new InvalidResultException("the response's status is " + after.status() + ", expected 200 to 599");
        }
        if (after.statusDescription().chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new InvalidResultException(
                    "statusDescription has a control character, which the status line may not hold");
        }
        HeaderRules.check(eventType, before == null ? null : before.headers(), after.headers());
        String body = after.body();
        if (eventType == EventType.VIEWER_RESPONSE) {
            if (before != null && after.status() != before.status()) {
                throw new InvalidResultException("the response's status was changed from " + before.status() + " to "
                        + after.status() + ", which viewer-response events may not");
            }
            if (body != null) {
                throw new InvalidResultException("the response has a body, which viewer-response events may not set");
            }
            return;
        }
        if (!after.bodyEncoding().equals("text") && !after.bodyEncoding().equals("base64")) {
            throw new InvalidResultException("bodyEncoding is '" + after.bodyEncoding() + "', expected text or base64");
        }
        boolean isGenerated = eventType.isRequest();
        if (isGenerated || body != null) {
            checkSize(eventType, after, body == null ? "" : body);
        }
    }

    private static void checkSize(EventType eventType, EdgeResponse response, String body)
            throws InvalidResultException {
        byte[] bytes = decoded(body, response.bodyEncoding().equals("base64"), "the response's body");
        if (response.status() == 204 && bytes.length > 0) {
            throw new InvalidResultException("the response has status 204 and a body, expected none");
        }
        long total = bytes.length;
        for (var header : response.headers().fields().entrySet()) {
            for (var field : header.getValue()) {
                total += header.getKey().length()
                        + EventHeaders.wireOf(field.value()).length()
                        + SEPARATORS_BYTES;
            }
        }
        int limit = eventType.isViewer() ? MAX_VIEWER_RESPONSE_BYTES : MAX_ORIGIN_RESPONSE_BYTES;
        if (total > limit) {
            throw new InvalidResultException("the response has " + total + " bytes, headers included, expected at most "
                    + limit + " in " + eventType.wireName());
        }
    }

    /** The bytes of a body as a function gives it. */
    static byte[] decoded(String data, boolean base64, String what) throws InvalidResultException {
        if (!base64) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(data);
        } catch (IllegalArgumentException e) {
            throw new InvalidResultException(what + " is not valid base64: " + e.getMessage());
        }
    }
}
