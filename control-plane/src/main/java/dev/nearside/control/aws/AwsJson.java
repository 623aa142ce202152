package dev.nearside.control.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Posted JSON whose operation stands in the header {@code X-Amz-Target}, as KMS speaks it.
 *
 * @param version 1.0 or 1.1, which is all they differ in
 */
public record AwsJson(String version) implements Protocol {

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        if (request.body().length > 0) {
            JsonShapes.read(request.body(), builder);
        }
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
        return new WireResponse(error.status(), headers(requestId), XmlShapes.utf8(json));
    }

    private Map<String, String> headers(String requestId) {
        return Map.of("content-type", "application/x-amz-json-" + version, "x-amzn-requestid", requestId);
    }
}
