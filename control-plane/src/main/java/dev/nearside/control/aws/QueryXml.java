package dev.nearside.control.aws;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Posted forms answered with XML, as STS speaks it.
 *
 * @param namespace of every element written
 */
public record QueryXml(String namespace) implements Protocol {

    @Override
    public boolean isSpokenBy(WireRequest request) {
        return request.actionName().isPresent();
    }

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        RequestMembers.setFromForm(builder, request.form());
        return Shapes.build(builder);
    }

    @Override
    public WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId) {
        String name = operation.name();
        String document = new String(XmlShapes.document(response, namespace, name + "Result"), StandardCharsets.UTF_8);
        String result = document.substring(document.indexOf("?>") + 2);
        String xml = "<" + name + "Response xmlns=\"" + namespace + "\">" + result
                + "<ResponseMetadata><RequestId>" + requestId + "</RequestId></ResponseMetadata></" + name
                + "Response>";
        return new WireResponse(operation.successStatus(), headers(requestId), XmlShapes.utf8(xml));
    }

    @Override
    public WireResponse error(AwsError error, String requestId) {
        return XmlShapes.error(namespace, error, requestId);
    }

    private static Map<String, String> headers(String requestId) {
        return Map.of("content-type", XmlShapes.XML, "x-amzn-requestid", requestId);
    }
}
