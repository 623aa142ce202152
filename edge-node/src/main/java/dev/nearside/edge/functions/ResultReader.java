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
            throw new InvalidResultException("the function's result is not JSON");
        }
        if (!result.isObject()) {
            throw new InvalidResultException("the function returned " + shown(result) + ", expected "
                    + (eventType.isRequest() ? "the request or a response object" : "the response object"));
        }
        if (!eventType.isRequest() || result.has("status")) {
            return response(result);
        }
        return request(result, sent);
    }

    private static EdgeRequest request(JsonNode result, EdgeRequest sent) throws InvalidResultException {
        EdgeHeaders headers = result.has("headers") ? headers(result.get("headers"), "headers") : EdgeHeaders.empty();
        return new EdgeRequest(
                text(result, "clientIp", sent.clientIp()),
                text(result, "method", sent.method()),
                text(result, "uri", sent.uri()),
                text(result, "querystring", ""),
                headers,
                body(result.get("body")),
                origin(result.get("origin")));
    }

    private static EdgeRequest.@Nullable Body body(@Nullable JsonNode body) throws InvalidResultException {
        if (body == null || body.isNull()) {
            return null;
        }
        if (!body.isObject()) {
            throw new InvalidResultException("request.body is " + shown(body) + ", expected an object");
        }
        return new EdgeRequest.Body(
                body.path("inputTruncated").asBoolean(),
                text(body, "action", "read-only"),
                text(body, "encoding", "base64"),
                text(body, "data", ""));
    }

    private static @Nullable EdgeOrigin origin(@Nullable JsonNode origin) throws InvalidResultException {
        if (origin == null || origin.isNull()) {
            return null;
        }
        boolean isCustom = origin.has("custom");
        if (isCustom == origin.has("s3")) {
            throw new InvalidResultException("request.origin has "
                    + (isCustom ? "both custom and s3" : "neither custom nor s3") + ", expected exactly one of them");
        }
        JsonNode o = origin.get(isCustom ? "custom" : "s3");
        if (!o.isObject()) {
            throw new InvalidResultException(
                    "request.origin." + (isCustom ? "custom" : "s3") + " is " + shown(o) + ", expected an object");
        }
        EdgeHeaders customHeaders =
                o.has("customHeaders") ? headers(o.get("customHeaders"), "customHeaders") : EdgeHeaders.empty();
        String domainName = text(o, "domainName", "");
        String path = text(o, "path", "");
        return isCustom
                ? new EdgeOrigin.Custom(
                        domainName,
                        path,
                        customHeaders,
                        number(o, "port", 443),
                        text(o, "protocol", "https"),
                        number(o, "readTimeout", 30),
                        number(o, "keepaliveTimeout", 5),
                        texts(o, "sslProtocols"))
                : new EdgeOrigin.S3(
                        domainName, path, customHeaders, text(o, "authMethod", "none"), text(o, "region", ""));
    }

    private static EdgeResponse response(JsonNode result) throws InvalidResultException {
        JsonNode status = result.get("status");
        if (status == null) {
            throw new InvalidResultException("the response has no status, expected 200 to 599");
        }
        String digits = status.isNumber() ? status.numberValue().toString() : status.asText();
        if (!digits.matches("[0-9]{3}")) {
            throw new InvalidResultException("the response's status is " + shown(status) + ", expected 200 to 599");
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
            throw new InvalidResultException(member + " is " + shown(node) + ", expected an object");
        }
        Map<String, List<EdgeHeaders.Field>> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : node.properties()) {
            String name = header.getKey();
            if (!TOKEN.matcher(name).matches()) {
                throw new InvalidResultException(
                        member + " has the name '" + name + "', which holds a character that header names may not");
            }
            if (!header.getValue().isArray()) {
                throw new InvalidResultException(member + "['" + name + "'] is " + shown(header.getValue())
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
                    member + "['" + name + "'] holds " + shown(line) + ", expected an object with a string as value");
        }
        String text = value.asText();
        if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new InvalidResultException(
                    member + "['" + name + "'] has a control character in its value, which header values may not hold");
        }
        String key = line.hasNonNull("key") ? line.get("key").asText() : null;
        if (key != null && !(TOKEN.matcher(key).matches() && key.equalsIgnoreCase(name))) {
            throw new InvalidResultException(
                    member + "['" + name + "'] has the key '" + key + "', expected the same name in any case");
        }
        return new EdgeHeaders.Field(key, text.strip());
    }

    private static String text(JsonNode object, String member, String otherwise) throws InvalidResultException {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw new InvalidResultException(member + " is " + shown(value) + ", expected a string");
        }
        return value.asText();
    }

    private static int number(JsonNode object, String member, int otherwise) throws InvalidResultException {
        JsonNode value = object.get(member);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.canConvertToExactIntegral() || !value.canConvertToInt()) {
            throw new InvalidResultException(member + " is " + shown(value) + ", expected a whole number");
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
            throw new InvalidResultException(member + " is " + shown(array) + ", expected an array of strings");
        }
        return texts;
    }

    private static String shown(JsonNode value) {
        String json = value.toString();
        return json.length() > 80 ? json.substring(0, 80) + "…" : json;
    }
}
