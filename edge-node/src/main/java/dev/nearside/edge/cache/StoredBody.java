package dev.nearside.edge.cache;

import java.util.List;

/** The bytes of a stored response, in whatever form suits their number. */
public interface StoredBody {

    /** Takes bytes on their way to a viewer. */
    interface Sink {
        /** Takes part of an array that will never change; it is not copied before it must be. */
        void write(byte[] bytes, int offset, int length);

        /** Whether more may be written now. */
        boolean isWritable();
    }

    /** Number of bytes. */
    long length();

    /** Bytes of memory. */
    long weight();

    /**
     * Writes on from a position for as long as the sink is writable.
     *
     * @return the position reached; {@link #length()} when all is written
     */
    long writeTo(Sink sink, long position);

    /** A body on the heap; small ones are one array, large ones arrays below G1's humongous size. */
    static StoredBody onHeap(List<byte[]> chunks) {
        return HeapBody.of(chunks);
    }
}
