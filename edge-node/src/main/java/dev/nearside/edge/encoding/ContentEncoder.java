package dev.nearside.edge.encoding;

/**
 * Encodes one body, part by part. It only ever compresses: nothing that a viewer or an origin sends is inflated, so
 * there is no small input that makes a large output. It holds memory outside the heap until it is closed. Used by one
 * thread at a time.
 */
public interface ContentEncoder extends AutoCloseable {

    /**
     * Takes a part of the body; its time grows with the part's length alone, and callers pass what one read of a socket
     * brings.
     *
     * @return what has become ready, often nothing; the caller's to keep
     */
    byte[] encode(byte[] part);

    /** Ends the body; returns the rest. Nothing may be encoded afterwards. */
    byte[] finish();

    /** Frees its memory, whether the body has ended or not; closing twice does no harm. */
    @Override
    void close();
}
