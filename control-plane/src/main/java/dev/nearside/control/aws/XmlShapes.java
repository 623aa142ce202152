package dev.nearside.control.aws;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.protocols.core.OperationInfo;
import software.amazon.awssdk.protocols.query.unmarshall.XmlDomParser;
import software.amazon.awssdk.protocols.query.unmarshall.XmlElement;
import software.amazon.awssdk.protocols.xml.AwsXmlProtocolFactory;
import software.amazon.awssdk.protocols.xml.internal.marshall.XmlGenerator;
import software.amazon.awssdk.protocols.xml.internal.marshall.XmlProtocolMarshaller;
import software.amazon.awssdk.protocols.xml.internal.unmarshall.XmlProtocolUnmarshaller;

/** SDK shapes to and from XML, by the SDK's own code. */
public final class XmlShapes {

    static final String XML = "text/xml";

    private static final URI NOWHERE = URI.create("http://localhost/");

    private static final SdkHttpFullResponse WITH_BODY = SdkHttpFullResponse.builder()
            .statusCode(200)
            .content(AbortableInputStream.createEmpty())
            .build();

    private XmlShapes() {}

    /**
     * Reads one structure.
     *
     * @param builder of the structure, to be filled
     * @param root the element that holds it
     * @throws AwsError if the XML is malformed or a value does not fit its member
     */
    public static SdkPojo read(byte[] xml, String root, SdkPojo builder) {
        XmlGuard.check(xml, root);
        return unmarshalled(builder, XmlDomParser.parse(new ByteArrayInputStream(xml)));
    }

    /**
     * The texts of a structure's scalar elements by name, the first of each.
     *
     * @param root the element that holds it
     * @throws AwsError if the XML is malformed
     */
    static Map<String, String> texts(byte[] xml, String root) {
        XmlGuard.check(xml, root);
        Map<String, String> texts = new LinkedHashMap<>();
        XmlDomParser.parse(new ByteArrayInputStream(xml))
                .children()
                .forEach(element -> texts.putIfAbsent(element.elementName(), element.textContent()));
        return texts;
    }

    /**
     * Reads members that are structures, each in an element of its own, and sets those that are there.
     *
     * @param root the element that holds them
     * @throws AwsError if the XML is malformed or a value does not fit its member
     */
    static void readStructures(byte[] xml, String root, List<SdkField<?>> fields, SdkPojo builder) {
        XmlGuard.check(xml, root);
        XmlElement whole = XmlDomParser.parse(new ByteArrayInputStream(xml));
        for (SdkField<?> field : fields) {
            XmlElement element = whole.getElementByName(field.locationName());
            if (element != null) {
                field.set(builder, unmarshalled(field.constructor().get(), element));
            }
        }
    }

    private static SdkPojo unmarshalled(SdkPojo builder, XmlElement element) {
        try {
            return XmlProtocolUnmarshaller.create().unmarshall(builder, element, WITH_BODY);
        } catch (RuntimeException e) {
            // The SDK has no type of its own for a value that does not fit, for example letters in a number.
            throw AwsError.badRequest("MalformedXML", "The XML in the request cannot be used: " + e.getMessage());
        }
    }

    /** What a response's or request's members are as headers and body. */
    static SdkHttpFullRequest write(SdkPojo shape, String namespace, @Nullable String root) {
        OperationInfo operation = OperationInfo.builder()
                .requestUri("/")
                .httpMethod(SdkHttpMethod.POST)
                .hasExplicitPayloadMember(root == null)
                .hasPayloadMembers(true)
                .putAdditionalMetadata(AwsXmlProtocolFactory.ROOT_MARSHALL_LOCATION_ATTRIBUTE, root)
                .putAdditionalMetadata(AwsXmlProtocolFactory.XML_NAMESPACE_ATTRIBUTE, namespace)
                .build();
        return XmlProtocolMarshaller.builder()
                .endpoint(NOWHERE)
                .xmlGenerator(XmlGenerator.create(namespace, false))
                .operationInfo(operation)
                .build()
                .marshall(shape);
    }

    /** A structure as one document, to be read again with {@link #read}. */
    public static byte[] document(SdkPojo shape, String namespace, String root) {
        return Shapes.body(write(shape, namespace, root));
    }

    /** AWS's envelope for refusals. */
    static WireResponse error(String namespace, AwsError error, String requestId) {
        String xml = "<ErrorResponse xmlns=\"" + namespace + "\"><Error><Type>"
                + (error.isCallersFault() ? "Sender" : "Receiver") + "</Type><Code>" + escape(error.code())
                + "</Code><Message>" + escape(error.text()) + "</Message></Error><RequestId>" + requestId
                + "</RequestId></ErrorResponse>";
        return new WireResponse(error.status(), Map.of("content-type", XML, "x-amzn-requestid", requestId), utf8(xml));
    }

    /** Text as it may stand between tags. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '\t', '\n', '\r' -> escaped.appendCodePoint(c);
                default -> escaped.appendCodePoint(c < ' ' || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
            }
        });
        return escaped.toString();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
