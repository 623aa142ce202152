package dev.nearside.control.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;

/** REST with JSON bodies, as Lambda speaks it: the body is an object of all members that are not elsewhere. */
public record RestJson() implements Protocol {

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        if (request.body().length > 0 && hasBody(builder)) {
            JsonShapes.read(request.body(), builder);
        }
        RequestMembers.set(builder, request, members);
        return Shapes.build(builder);
    }

    @Override
    public WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId) {
        boolean hasBody = operation.successStatus() != 204;
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amzn-requestid", requestId);
        if (hasBody) {
            headers.put("content-type", JsonShapes.JSON);
        }
        for (SdkField<?> field : response.sdkFields()) {
            Object value = field.location() == MarshallLocation.HEADER ? field.getValueOrDefault(response) : null;
            if (value != null) {
                headers.put(field.locationName(), value.toString());
            }
        }
        byte[] body = hasBody ? JsonShapes.write(response) : new byte[0];
        return new WireResponse(operation.successStatus(), headers, body);
    }

    @Override
    public WireResponse error(AwsError error, String requestId) {
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("__type", error.code())
                .put("Type", error.isCallersFault() ? "User" : "Service")
                .put("Message", error.text())
                .toString();
        return new WireResponse(
                error.status(),
                Map.of(
                        "content-type",
                        JsonShapes.JSON,
                        "x-amzn-errortype",
                        error.code(),
                        "x-amzn-requestid",
                        requestId),
                XmlShapes.utf8(json));
    }

    private static boolean hasBody(SdkPojo builder) {
        return builder.sdkFields().stream().anyMatch(field -> field.location() == MarshallLocation.PAYLOAD);
    }
}
