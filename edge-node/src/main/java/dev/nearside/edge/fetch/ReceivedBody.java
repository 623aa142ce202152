package dev.nearside.edge.fetch;

import dev.nearside.edge.encoding.Compression;
import dev.nearside.edge.encoding.ContentEncoders;
import dev.nearside.edge.encoding.EncodedBody;
import dev.nearside.edge.http.ResponseHead;

/** A body on its way from the origin: counted as it came, and compressed where CloudFront would. To be closed. */
final class ReceivedBody implements AutoCloseable {

    private final ResponseHead received;
    private final EncodedBody encoded;
    private final boolean hasLength;
    private long receivedBytes;

    /** The body that follows that head. */
    ReceivedBody(ContentEncoders encoders, FetchRequest fetch, ResponseHead received) {
        this.received = received;
        this.hasLength = !received.isBodiless() && !fetch.request().method().equals("HEAD");
        this.encoded = EncodedBody.open(
                encoders,
                new Compression.Asked(
                        fetch.route().behavior().compress(), fetch.route().cachePolicy(), fetch.request()),
                received);
    }

    /** The head to store and send instead of the origin's. */
    ResponseHead head() {
        return encoded.head();
    }

    /** Whether and why the body is compressed, for the timeline. */
    String note() {
        return encoded.note();
    }

    /** Takes bytes of the origin; returns the bytes to store and send, often none while it encodes. */
    byte[] append(byte[] bytes) {
        receivedBytes += bytes.length;
        return encoded.append(bytes);
    }

    long receivedBytes() {
        return receivedBytes;
    }

    /** Whether as much came as its head says, if that says so. */
    boolean isAsLongAsDeclared() {
        return !hasLength || received.contentLength().orElse(receivedBytes) == receivedBytes;
    }

    /** The share of the body that is there, 0 to 1; 0 if nobody knows how long it will be. */
    double shareReceived() {
        long length = received.contentLength().orElse(Long.MAX_VALUE);
        return length == 0 ? 1 : (double) receivedBytes / length;
    }

    /** The body is whole; returns the last bytes to store and send. */
    byte[] finish() {
        return encoded.finish();
    }

    @Override
    public void close() {
        encoded.close();
    }
}
