package dev.nearside.control.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Posted JSON objects whose operation is named in {@code X-Amz-Target}, as SQS speaks it.
 *
 * @param version {@code 1.0} or {@code 1.1}, which differ in the content type
 * @param queryCodes for a service that spoke the query protocol before: the codes that errors had there, by the codes of
 *     today; answers then name both. Empty for other services
 */
public record AwsJson(String version, Map<String, String> queryCodes) implements Protocol {

    static final String TARGET = "x-amz-target";

    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    public AwsJson {
        queryCodes = Map.copyOf(queryCodes);
    }

    /** For a service that never spoke the query protocol. */
    public AwsJson(String version) {
        this(version, Map.of());
    }

    @Override
    public boolean isSpokenBy(WireRequest request) {
        return request.header(TARGET).isPresent();
    }

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        JsonShapes.readRequest(request.body().length == 0 ? EMPTY_OBJECT : request.body(), builder);
        return Shapes.build(builder);
    }

    @Override
    public WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId) {
        byte[] body = response.sdkFields().isEmpty() ? new byte[0] : JsonShapes.write(response);
        return new WireResponse(operation.successStatus(), headers(requestId), body);
    }

    @Override
    public WireResponse error(AwsError error, String requestId) {
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("__type", error.code())
                .put("message", error.text())
                .toString();
        Map<String, String> headers = headers(requestId);
        headers.put("x-amzn-errortype", error.code());
        if (!queryCodes.isEmpty()) {
            String code = queryCodes.getOrDefault(error.code(), error.code());
            headers.put("x-amzn-query-error", code + ";" + (error.isCallersFault() ? "Sender" : "Receiver"));
        }
        return new WireResponse(error.status(), headers, XmlShapes.utf8(json));
    }

    private Map<String, String> headers(String requestId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/x-amz-json-" + version);
        headers.put("x-amzn-requestid", requestId);
        return headers;
    }
}
