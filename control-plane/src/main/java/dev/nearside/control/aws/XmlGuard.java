package dev.nearside.control.aws;

import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Refuses XML that the SDK's parser, made for answers of AWS itself, should not see: document types (and with them
 * entities), and nesting so deep that its recursion would overflow the stack.
 */
final class XmlGuard {

    private static final int MAX_DEPTH = 64;

    private static final XMLInputFactory FACTORY = factory();

    private XmlGuard() {}

    /**
     * Checks a document.
     *
     * @param root the name that its root element must have
     * @throws AwsError if it is not well-formed, has another root, a document type or too deep a nesting
     */
    static void check(byte[] xml, String root) {
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(xml));
            int depth = 0;
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.DTD -> throw malformed("it has a document type, which is not accepted");
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (depth == 0 && !reader.getLocalName().equals(root)) {
                            throw malformed("its root is '" + reader.getLocalName() + "', expected '" + root + "'");
                        }
                        if (++depth > MAX_DEPTH) {
                            throw malformed("it is nested deeper than " + MAX_DEPTH + " elements");
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    default -> {
                        // Text, comments and the like are the SDK parser's business.
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw malformed("line " + e.getLocation().getLineNumber() + " is not well-formed");
        }
    }

    private static AwsError malformed(String reason) {
        return AwsError.badRequest("MalformedXML", "The XML in the request cannot be used: " + reason);
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }
}
