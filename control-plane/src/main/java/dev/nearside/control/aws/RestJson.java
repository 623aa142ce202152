package dev.nearside.control.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.PayloadTrait;

/** REST with JSON bodies, as Lambda speaks it: the body is an object of all members that are not elsewhere. */
public record RestJson() implements Protocol {

    @Override
    public boolean isSpokenBy(WireRequest request) {
        return request.operationName().isEmpty();
    }

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        Optional<SdkField<?>> raw = rawBody(builder);
        if (raw.isPresent()) {
            raw.get().set(builder, SdkBytes.fromByteArray(request.body()));
        } else if (request.body().length > 0 && hasBody(builder)) {
            JsonShapes.readRequest(request.body(), builder);
        }
        RequestMembers.set(builder, request, members);
        return Shapes.build(builder);
    }

    @Override
    public WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId) {
        Optional<SdkField<?>> raw = rawBody(response);
        if (raw.isPresent()) {
            return writeRaw(operation, response, raw.get(), requestId);
        }
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

    /** A response whose body is one member's bytes, and whose other members travel in headers and as the status. */
    private static WireResponse writeRaw(
            Operation<?, ?> operation, SdkPojo response, SdkField<?> raw, String requestId) {
        int status = operation.successStatus();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amzn-requestid", requestId);
        for (SdkField<?> field : response.sdkFields()) {
            Object value = field.getValueOrDefault(response);
            if (value != null && field.location() == MarshallLocation.HEADER) {
                headers.put(field.locationName(), value.toString());
            } else if (value instanceof Integer given && field.location() == MarshallLocation.STATUS_CODE) {
                status = given;
            }
        }
        byte[] body =
                raw.getValueOrDefault(response) instanceof SdkBytes bytes ? bytes.asByteArrayUnsafe() : new byte[0];
        if (body.length > 0) {
            headers.put("content-type", JsonShapes.JSON);
        }
        return new WireResponse(status, headers, body);
    }

    /** The member that is the body itself and no JSON of ours, as Invoke's payload. */
    private static Optional<SdkField<?>> rawBody(SdkPojo shape) {
        return shape.sdkFields().stream()
                .filter(field -> field.containsTrait(PayloadTrait.class)
                        && field.marshallingType().getKnownType() == MarshallingKnownType.SDK_BYTES)
                .findFirst();
    }

    private static boolean hasBody(SdkPojo builder) {
        return builder.sdkFields().stream().anyMatch(field -> field.location() == MarshallLocation.PAYLOAD);
    }
}
