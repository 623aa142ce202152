package dev.nearside.control.aws;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.http.SdkHttpFullRequest;

/**
 * REST with XML bodies, as CloudFront speaks it: the body is one member of the request or response, or holds the members
 * of the request that are nowhere else: texts, bytes and structures.
 *
 * @param namespace of every element written
 */
public record RestXml(String namespace) implements Protocol {

    @Override
    public boolean isSpokenBy(WireRequest request) {
        return request.operationName().isEmpty();
    }

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        RequestMembers.set(builder, request, members);
        for (SdkField<?> field : builder.sdkFields()) {
            if (field.containsTrait(PayloadTrait.class)) {
                SdkPojo payload = field.constructor().get();
                field.set(builder, XmlShapes.read(request.body(), field.locationName(), payload));
            }
        }
        if (RequestMembers.areInBody(builder)) {
            String root = operation.name() + "Request";
            XmlShapes.readStructures(request.body(), root, RequestMembers.structuresInBody(builder), builder);
            RequestMembers.setFromBody(builder, XmlShapes.texts(request.body(), root));
        }
        return Shapes.build(builder);
    }

    @Override
    public WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId) {
        SdkHttpFullRequest marshalled = XmlShapes.write(response, namespace, null);
        byte[] body = Shapes.body(marshalled);
        Map<String, String> headers = new LinkedHashMap<>();
        for (SdkField<?> field : response.sdkFields()) {
            // The marshaller has a content type of its own for bytes, which is not what the response says.
            boolean isText =
                    field.location() == MarshallLocation.HEADER && field.getValueOrDefault(response) instanceof String;
            Optional<String> value = isText
                    ? Optional.of(field.getValueOrDefault(response).toString())
                    : marshalled.firstMatchingHeader(field.locationName());
            value.ifPresent(it -> headers.put(field.locationName(), it));
        }
        headers.put("x-amzn-requestid", requestId);
        if (body.length > 0 && headers.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            headers.put("content-type", XmlShapes.XML);
        }
        return new WireResponse(operation.successStatus(), headers, body);
    }

    @Override
    public WireResponse error(AwsError error, String requestId) {
        return XmlShapes.error(namespace, error, requestId);
    }
}
