package dev.nearside.edge.cache;

import java.util.ArrayList;
import java.util.Arrays;
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
     * Writes the bytes from a position up to another for as long as the sink is writable.
     *
     * @param end the position after the last byte to write, {@link #length()} at most
     * @return the position reached; {@code end} when all is written
     */
    long writeTo(Sink sink, long position, long end);

    /** Copies of the bytes from a position up to another, in order. */
    default List<byte[]> copied(long from, long end) {
        List<byte[]> copies = new ArrayList<>();
        Sink sink = new Sink() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                copies.add(Arrays.copyOfRange(bytes, offset, offset + length));
            }

            @Override
            public boolean isWritable() {
                return true;
            }
        };
        long reached = writeTo(sink, from, end);
        if (reached != end) {
            throw new IllegalStateException("copied up to byte " + reached + ", expected " + end);
        }
        return copies;
    }

    /** A body on the heap; small ones are one array, large ones arrays below G1's humongous size. */
    static StoredBody onHeap(List<byte[]> chunks) {
        return HeapBody.of(chunks);
    }
}
