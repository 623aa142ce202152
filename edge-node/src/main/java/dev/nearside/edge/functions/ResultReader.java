package dev.nearside.edge.functions;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeOrigin;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EdgeResponse;
import dev.nearside.function.EdgeResult;
import dev.nearside.function.EventType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a function returned, strictly in shape: every member must have its type. What the members may say is
 * {@link ResultRules}' business.
 */
final class ResultReader {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final int DEFAULT_READ_TIMEOUT_SECONDS = 30;
    private static final int DEFAULT_KEEPALIVE_SECONDS = 5;

    private ResultReader() {}

    /**
     * The answer to an event.
     *
     * @param sent the event's request, which fills in what a returned request leaves out
     */
    static EdgeResult read(EventType eventType, byte[] json, EdgeRequest sent) throws InvalidResultException {
        JsonNode result;
        try {
            result = MAPPER.readTree(json);
        } catch (IOException e) {
            throw new InvalidResultException(
                    ResultRule.RESULT_JSON, "the function's result is not JSON, expected one JSON value");
        }
        if (!result.isObject()) {
            throw new InvalidResultException(
                    ResultRule.RESULT_OBJECT,
                    "the function returned " + Shown.kind(result) + ", expected "
                            + (eventType.isRequest() ? "the request or a response object" : "the response object"));
        }
        if (!eventType.isRequest() || result.has("status")) {
            return response(result);
        }
        return request(eventType, result, sent);
    }

    private static EdgeRequest request(EventType eventType, JsonNode result, EdgeRequest sent)
            throws InvalidResultException {
        EdgeHeaders headers = result.has("headers") ? headers(result.get("headers"), "headers") : EdgeHeaders.empty();
        return new EdgeRequest(
                text(result, "clientIp", sent.clientIp()),
                text(result, "method", sent.method()),
                text(result, "uri", sent.uri()),
                text(result, "querystring", ""),
                headers,
                body(result.get("body"), sent.body()),
                // Another event's function has no say in the origin, whatever it returns.
                eventType == EventType.ORIGIN_REQUEST ? origin(result.get("origin"), sent.origin()) : null);
    }

    /**
     * A returned body.
     *
     * @param sent as the function was given it; null without IncludeBody
     */
    private static EdgeRequest.@Nullable Body body(@Nullable JsonNode body, EdgeRequest.@Nullable Body sent)
            throws InvalidResultException {
        if (body == null || body.isNull()) {
            return null;
        }
        if (!body.isObject()) {
            throw new InvalidResultException(
                    ResultRule.RESULT_MEMBER, "request.body is " + Shown.json(body) + ", expected an object");
        }
        JsonNode truncated = body.path("inputTruncated");
        boolean isLeftOut = truncated.isMissingNode() || truncated.isNull();
        if (!isLeftOut && !truncated.isBoolean()) {
            throw wrongType("inputTruncated", truncated, "true or false");
        }
        boolean wasTruncated = sent != null && sent.inputTruncated();
        return new EdgeRequest.Body(
                isLeftOut ? wasTruncated : truncated.asBoolean(),
                text(body, "action", "read-only"),
                text(body, "encoding", "base64"),
                text(body, "data", ""));
    }

    private static @Nullable EdgeOrigin origin(@Nullable JsonNode origin, @Nullable EdgeOrigin sent)
            throws InvalidResultException {
        if (origin == null || origin.isNull()) {
            return null;
        }
        boolean isCustom = origin.hasNonNull("custom");
        if (isCustom == origin.hasNonNull("s3")) {
            throw new InvalidResultException(
                    ResultRule.ORIGIN_KIND,
                    "request.origin has " + (isCustom ? "both custom and s3" : "neither custom nor s3")
                            + ", expected exactly one of them");
        }
        String kind = isCustom ? "custom" : "s3";
        JsonNode o = origin.get(kind);
        if (!o.isObject()) {
            throw wrongType("request.origin." + kind, o, "an object");
        }
        OriginRules.checkCompletionTimeout(number(o, "responseCompletionTimeout", 0));
        EdgeHeaders customHeaders =
                o.has("customHeaders") ? headers(o.get("customHeaders"), "customHeaders") : EdgeHeaders.empty();
        String domainName = text(o, "domainName", "");
        String path = text(o, "path", "");
        if (!isCustom) {
            int usualSeconds =
                    sent instanceof EdgeOrigin.S3 s3 ? s3.readTimeoutSeconds() : DEFAULT_READ_TIMEOUT_SECONDS;
            return new EdgeOrigin.S3(
                    domainName,
                    path,
                    customHeaders,
                    text(o, "authMethod", "none"),
                    text(o, "region", ""),
                    number(o, "readTimeout", usualSeconds));
        }
        return new EdgeOrigin.Custom(
                domainName,
                path,
                customHeaders,
                number(o, "port", 443),
                text(o, "protocol", "https"),
                number(o, "readTimeout", DEFAULT_READ_TIMEOUT_SECONDS),
                number(o, "keepaliveTimeout", DEFAULT_KEEPALIVE_SECONDS),
                texts(o, "sslProtocols"));
    }

    private static EdgeResponse response(JsonNode result) throws InvalidResultException {
        JsonNode status = result.get("status");
        if (status == null) {
            throw new InvalidResultException(ResultRule.STATUS, "the response has no status, expected 200 to 599");
        }
        String digits = status.isNumber() ? status.numberValue().toString() : status.asText();
        if (!digits.matches("[0-9]{3}")) {
            throw new InvalidResultException(
                    ResultRule.STATUS, "the response's status is " + Shown.json(status) + ", expected 200 to 599");
        }
        String body = result.hasNonNull("body") ? text(result, "body", "") : null;
        return new EdgeResponse(
                Integer.parseInt(digits),
                text(result, "statusDescription", ""),
                result.has("headers") ? headers(result.get("headers"), "headers") : EdgeHeaders.empty(),
                body,
                text(result, "bodyEncoding", "text"));
    }

    private static EdgeHeaders headers(JsonNode node, String member) throws InvalidResultException {
        if (!node.isObject()) {
            throw new InvalidResultException(
                    ResultRule.HEADERS_OBJECT, member + " is " + Shown.kind(node) + ", expected an object");
        }
        Map<String, List<EdgeHeaders.Field>> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : node.properties()) {
            String name = header.getKey();
            if (!TOKEN.matcher(name).matches()) {
                throw new InvalidResultException(
                        ResultRule.HEADER_NAME,
                        member + " has the name " + Shown.text(name)
                                + ", which holds a character that header names may not, expected letters, digits and -");
            }
            if (!header.getValue().isArray()) {
                throw new InvalidResultException(
                        ResultRule.HEADER_ARRAY,
                        entry(member, name) + " is " + Shown.header(name, header.getValue())
                                + ", expected an array of {key, value} objects");
            }
            List<EdgeHeaders.Field> fields = new ArrayList<>();
            for (JsonNode line : header.getValue()) {
                fields.add(field(name, line, member));
            }
            headers.merge(name.toLowerCase(Locale.ROOT), fields, (one, two) -> {
                List<EdgeHeaders.Field> both = new ArrayList<>(one);
                both.addAll(two);
                return both;
            });
        }
        return new EdgeHeaders(headers);
    }

    private static EdgeHeaders.Field field(String name, JsonNode line, String member) throws InvalidResultException {
        JsonNode value = line.get("value");
        if (value == null || !(value.isTextual() || value.isNumber() || value.isBoolean())) {
            throw new InvalidResultException(
                    ResultRule.HEADER_VALUE,
                    entry(member, name) + " holds " + Shown.header(name, line)
                            + ", expected an object with a string as value");
        }
        String text = value.asText();
        if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new InvalidResultException(
                    ResultRule.HEADER_CHARACTERS,
                    entry(member, name) + " has the value " + Shown.header(name, text)
                            + " with a control character, expected none but tabs");
        }
        String key = line.hasNonNull("key") ? line.get("key").asText() : null;
        if (key != null && !(TOKEN.matcher(key).matches() && key.equalsIgnoreCase(name))) {
            throw new InvalidResultException(
                    ResultRule.HEADER_KEY,
                    entry(member, name) + " has the key " + Shown.text(key) + ", expected the same name in any case");
        }
        return new EdgeHeaders.Field(key, withoutOuterSpace(text));
    }

    private static String entry(String member, String name) {
        return member + "[" + Shown.text(name) + "]";
    }

    /** Spaces and tabs around a value are no part of it (RFC 9110 §5.5). */
    private static String withoutOuterSpace(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static InvalidResultException wrongType(String member, JsonNode value, String expected) {
        return new InvalidResultException(
                ResultRule.RESULT_MEMBER, member + " is " + Shown.json(value) + ", expected " + expected);
    }

    private static String text(JsonNode object, String member, String otherwise) throws InvalidResultException {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw wrongType(member, value, "a string");
        }
        return value.asText();
    }

    private static int number(JsonNode object, String member, int otherwise) throws InvalidResultException {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.canConvertToExactIntegral() || !value.canConvertToInt()) {
            throw wrongType(member, value, "a whole number");
        }
        return value.asInt();
    }

    private static List<String> texts(JsonNode object, String member) throws InvalidResultException {
        List<String> texts = new ArrayList<>();
        JsonNode array = object.get(member);
        if (array == null || array.isNull()) {
            return texts;
        }
        boolean isListOfTexts = array.isArray();
        for (JsonNode element : array) {
            isListOfTexts &= element.isTextual();
            texts.add(element.asText());
        }
        if (!isListOfTexts) {
            throw wrongType(member, array, "an array of strings");
        }
        return texts;
    }
}
