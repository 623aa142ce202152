package dev.nearside.edge.http;

import java.nio.charset.StandardCharsets;

/**
 * The head of a stored response in the one form that a hit needs, as it goes to an HTTP/1.1 viewer; whoever wants to
 * know more than the status has it read out. Immutable. A node holds millions of these: the bytes take a third of what
 * texts for each name and value would.
 */
public final class StoredHead {

    /** Where bytes go that are copied at once. */
    @FunctionalInterface
    public interface Out {
        void write(byte[] bytes, int offset, int length);
    }

    private final byte[] bytes;
    private final int wireLength;
    private final short status;

    /** Whether the sender gave no reason phrase, so that the one in the status line is ours. */
    private final boolean reasonIsOurs;

    private StoredHead(byte[] bytes, int wireLength, ResponseHead head) {
        this.bytes = bytes;
        this.wireLength = wireLength;
        this.status = (short) head.status();
        this.reasonIsOurs = head.reason().isEmpty();
    }

    public static StoredHead of(ResponseHead head) {
        StringBuilder lines = new StringBuilder(512);
        HeadEncoder.appendStatusLine(lines, head);
        HeadEncoder.appendLines(lines, head.headers(), false);
        int wireLength = lines.length();
        // Fields that whoever writes the message decides on are kept behind those that are written.
        HeadEncoder.appendLines(lines, head.headers(), true);
        return new StoredHead(lines.toString().getBytes(StandardCharsets.ISO_8859_1), wireLength, head);
    }

    public int status() {
        return status;
    }

    /** Number of bytes that {@link #writeTo} writes. */
    public int wireLength() {
        return wireLength;
    }

    /** Writes status line and fields, each line ended, without framing fields, the section left open. */
    public void writeTo(Out out) {
        out.write(bytes, 0, wireLength);
    }

    /** The head as it was, but that the framing fields come last. */
    public ResponseHead decoded() {
        int end = lineEnd(0);
        int reasonAt = "HTTP/1.1 200 ".length();
        String reason = reasonIsOurs ? "" : text(reasonAt, end);
        Fields.Builder fields = Fields.builder();
        for (int at = end + 2; at < bytes.length; at = end + 2) {
            end = lineEnd(at);
            int colon = at;
            while (bytes[colon] != ':') {
                colon++;
            }
            fields.add(text(at, colon), text(colon + 2, end));
        }
        return new ResponseHead(status, reason, fields.build());
    }

    private int lineEnd(int from) {
        int at = from;
        while (bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private String text(int from, int end) {
        return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }

    /** Bytes of memory. */
    public long weight() {
        return 40L + bytes.length;
    }
}
