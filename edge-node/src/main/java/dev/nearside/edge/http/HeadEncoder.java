package dev.nearside.edge.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Encodes the status line and fields of a response for HTTP/1.1 (RFC 9112 §4, §5), without the framing fields. */
public final class HeadEncoder {

    /** Fields that whoever writes the message decides on. */
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "keep-alive", "age");

    private HeadEncoder() {}

    /** The lines, each ended, the header section left open; chars above 255 cannot occur in {@link Fields}. */
    public static byte[] encode(ResponseHead head) {
        StringBuilder out = new StringBuilder(256);
        appendStatusLine(out, head);
        appendLines(out, head.headers(), false);
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static void appendStatusLine(StringBuilder out, ResponseHead head) {
        out.append("HTTP/1.1 ")
                .append(head.status())
                .append(' ')
                .append(head.reason().isEmpty() ? Reasons.of(head.status()) : head.reason())
                .append("\r\n");
    }

    /** Appends the lines of the framing fields, or those of all others. */
    static void appendLines(StringBuilder out, Fields headers, boolean framing) {
        for (int i = 0; i < headers.size(); i++) {
            if (FRAMING.contains(headers.name(i).toLowerCase(Locale.ROOT)) == framing) {
                out.append(headers.name(i))
                        .append(": ")
                        .append(headers.value(i))
                        .append("\r\n");
            }
        }
    }
}
