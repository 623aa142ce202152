package dev.nearside.control.aws;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/**
 * The query protocol with flattened lists and maps, as SQS spoke it before JSON, and as older clients still do: each item
 * stands by itself under the singular of the list's name, numbered from one in forms.
 *
 * @param namespace of every element written
 * @param errorCodes the codes that errors have in this protocol, by the ones they have in others
 */
public record FlatQueryXml(String namespace, Map<String, String> errorCodes) implements Protocol {

    public FlatQueryXml {
        errorCodes = Map.copyOf(errorCodes);
    }

    @Override
    public boolean isSpokenBy(WireRequest request) {
        return request.actionName().isPresent();
    }

    @Override
    public SdkPojo read(Operation<?, ?> operation, WireRequest request, Map<String, String> members) {
        SdkPojo builder = operation.newRequest().get();
        new FlatForm(operation.name(), new TreeMap<>(request.form())).read(builder, "");
        return Shapes.build(builder);
    }

    @Override
    public WireResponse write(Operation<?, ?> operation, SdkPojo response, String requestId) {
        String name = operation.name();
        StringBuilder xml = new StringBuilder()
                .append("<?xml version=\"1.0\"?><")
                .append(name)
                .append("Response xmlns=\"")
                .append(namespace)
                .append("\"><")
                .append(name)
                .append("Result>");
        members(xml, name, response);
        xml.append("</")
                .append(name)
                .append("Result><ResponseMetadata><RequestId>")
                .append(requestId)
                .append("</RequestId></ResponseMetadata></")
                .append(name)
                .append("Response>");
        return new WireResponse(
                operation.successStatus(),
                Map.of("content-type", XmlShapes.XML, "x-amzn-requestid", requestId),
                XmlShapes.utf8(xml.toString()));
    }

    @Override
    public WireResponse error(AwsError error, String requestId) {
        String code = errorCodes.getOrDefault(error.code(), error.code());
        return XmlShapes.error(namespace, new AwsError(error.status(), code, error.text()), requestId);
    }

    /** The name of an item of a list or a map; a map of tags has keys where others have names. */
    static String item(String operation, String list) {
        return switch (list) {
            case "Entries" -> operation + "RequestEntry";
            case "Successful" -> operation + "ResultEntry";
            case "Failed" -> "BatchResultErrorEntry";
            case "tags" -> "Tag";
            default -> list.endsWith("s") ? list.substring(0, list.length() - 1) : list;
        };
    }

    static String key(String map) {
        return map.equalsIgnoreCase("Tags") ? "Key" : "Name";
    }

    private static void members(StringBuilder xml, String operation, SdkPojo shape) {
        for (SdkField<?> field : shape.sdkFields()) {
            Object value = field.getValueOrDefault(shape);
            String name = field.memberName();
            switch (value) {
                case null -> {}
                case SdkAutoConstructList<?> _ -> {}
                case SdkAutoConstructMap<?, ?> _ -> {}
                case List<?> list -> list.forEach(one -> element(xml, operation, item(operation, name), one));
                case Map<?, ?> map ->
                    map.forEach((key, one) -> {
                        xml.append('<').append(item(operation, name)).append('>');
                        element(xml, operation, key(name), key);
                        element(xml, operation, "Value", one);
                        xml.append("</").append(item(operation, name)).append('>');
                    });
                default -> element(xml, operation, name, value);
            }
        }
    }

    private static void element(StringBuilder xml, String operation, String name, Object value) {
        xml.append('<').append(name).append('>');
        switch (value) {
            case SdkPojo shape -> members(xml, operation, shape);
            case SdkBytes bytes -> xml.append(Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()));
            default -> xml.append(XmlShapes.escape(value.toString()));
        }
        xml.append("</").append(name).append('>');
    }
}
