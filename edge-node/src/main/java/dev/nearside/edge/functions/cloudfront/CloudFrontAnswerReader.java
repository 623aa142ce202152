package dev.nearside.edge.functions.cloudfront;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.Shown;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToRequest;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToResponse;
import dev.nearside.edge.functions.cloudfront.EventParts.SetCookie;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a function returned, strictly in shape. */
final class CloudFrontAnswerReader {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CloudFrontAnswerReader() {}

    /**
     * The answer to an event. What a returned request or response leaves out stays as it was, or empty.
     *
     * @param sentResponse null in viewer-request events
     */
    static CloudFrontAnswer read(RequestHead sentRequest, @Nullable ResponseHead sentResponse, byte[] json)
            throws InvalidAnswerException {
        JsonNode result = parsed(json);
        if (!result.isObject()) {
            throw new InvalidAnswerException("the function returned " + Shown.kind(result) + ", expected the "
                    + (sentResponse == null ? "request or a response" : "response") + " object");
        }
        boolean isResponse = sentResponse != null || result.has("statusCode");
        return isResponse ? response(sentResponse, result) : request(sentRequest, result);
    }

    private static JsonNode parsed(byte[] json) throws InvalidAnswerException {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new InvalidAnswerException("the function's result is not JSON");
        }
    }

    private static ToRequest request(RequestHead sent, JsonNode result) throws InvalidAnswerException {
        return new ToRequest(
                text(result, "method", sent.method()),
                text(result, "uri", EventHeaders.textOf(sent.uri())),
                query(sent, result.path("querystring")),
                Multimap.read(result.path("headers"), "headers"),
                Multimap.read(result.path("cookies"), "cookies"));
    }

    /** A query that the function left alone comes back as the viewer wrote it. */
    private static String query(RequestHead sent, JsonNode result) throws InvalidAnswerException {
        if (result.isTextual()) {
            return result.asText();
        }
        Multimap query = Multimap.read(result, "querystring");
        return query.equals(EventParts.query(sent.querystring()))
                ? EventHeaders.textOf(sent.querystring())
                : EventParts.querystring(query);
    }

    private static ToResponse response(@Nullable ResponseHead sent, JsonNode result) throws InvalidAnswerException {
        int status = sent == null ? 0 : sent.status();
        JsonNode statusCode = result.path("statusCode");
        if (!statusCode.isMissingNode() || sent == null) {
            if (!statusCode.canConvertToExactIntegral() || !statusCode.canConvertToInt()) {
                throw new InvalidAnswerException("statusCode is " + Shown.kind(statusCode) + ", expected a number");
            }
            status = statusCode.asInt();
        }
        return new ToResponse(
                status,
                text(result, "statusDescription", ""),
                Multimap.read(result.path("headers"), "headers"),
                cookies(result.path("cookies")),
                body(result.path("body")));
    }

    private static List<SetCookie> cookies(JsonNode json) throws InvalidAnswerException {
        Multimap values = Multimap.read(json, "cookies");
        List<SetCookie> cookies = new ArrayList<>();
        for (Map.Entry<String, List<String>> entry : values.values().entrySet()) {
            JsonNode one = json.path(entry.getKey());
            JsonNode multiValue = one.path("multiValue");
            for (int i = 0; i < entry.getValue().size(); i++) {
                JsonNode line = multiValue.isArray() ? multiValue.path(i) : one;
                cookies.add(new SetCookie(entry.getKey(), entry.getValue().get(i), text(line, "attributes", "")));
            }
        }
        return cookies;
    }

    private static byte @Nullable [] body(JsonNode body) throws InvalidAnswerException {
        if (body.isMissingNode() || body.isNull()) {
            return null;
        }
        if (body.isTextual()) {
            return body.asText().getBytes(StandardCharsets.UTF_8);
        }
        String encoding = body.path("encoding").asText("text");
        JsonNode data = body.path("data");
        if (!data.isTextual() || !(encoding.equals("text") || encoding.equals("base64"))) {
            throw new InvalidAnswerException("body is " + Shown.kind(body)
                    + ", expected a string or {encoding: 'text' or 'base64', data: string}");
        }
        if (encoding.equals("text")) {
            return data.asText().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(data.asText());
        } catch (IllegalArgumentException e) {
            throw new InvalidAnswerException("body.data is not valid base64: " + e.getMessage());
        }
    }

    private static String text(JsonNode object, String member, String otherwise) throws InvalidAnswerException {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw new InvalidAnswerException(member + " is " + Shown.kind(value) + ", expected a string");
        }
        return value.asText();
    }
}
