package dev.nearside.edge.encoding;

import dev.nearside.edge.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * One response on its way from the origin into a fill: compressed where {@link Compression} says so, else as it is. It
 * is to be closed on every way out, whole or not. Used on the fetch's event loop only.
 */
public final class EncodedBody implements AutoCloseable {

    private static final byte[] NOTHING = new byte[0];

    private final ResponseHead head;
    private final String note;
    private final @Nullable ContentEncoder encoder;

    private EncodedBody(ResponseHead head, String note, @Nullable ContentEncoder encoder) {
        this.head = head;
        this.note = note;
        this.encoder = encoder;
    }

    /** Decides for a response whose head is there and whose body is to come. */
    public static EncodedBody open(ContentEncoders encoders, Compression.Asked asked, ResponseHead head) {
        return switch (Compression.decide(asked, head, encoders.available())) {
            case Compression.Verdict.Encode(ContentCoding coding) -> {
                // A HEAD says what GET would (RFC 9110 §9.3.2), without anything to encode.
                boolean hasBody = !asked.request().method().equals("HEAD");
                ContentEncoder encoder = hasBody ? encoders.start(coding) : null;
                yield hasBody && encoder == null
                        ? asItIs(head, NotCompressedReason.BUSY)
                        : new EncodedBody(EncodedHead.of(head, coding), "compressed: " + coding.token(), encoder);
            }
            case Compression.Verdict.Pass(NotCompressedReason why) -> asItIs(head, why);
        };
    }

    private static EncodedBody asItIs(ResponseHead head, NotCompressedReason why) {
        return new EncodedBody(
                why.isOfTheMoment() ? EncodedHead.withVary(head) : head, "not compressed: " + why.label(), null);
    }

    /** The head to store and send instead of the origin's. */
    public ResponseHead head() {
        return head;
    }

    /** What was decided, for the timeline. */
    public String note() {
        return note;
    }

    /** Takes bytes of the origin; returns the bytes to store and send, often none while it encodes. */
    public byte[] append(byte[] bytes) {
        return encoder == null ? bytes : encoder.encode(bytes);
    }

    /** The body is whole; returns the last bytes to store and send. */
    public byte[] finish() {
        return encoder == null ? NOTHING : encoder.finish();
    }

    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
        }
    }
}
