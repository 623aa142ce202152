package dev.nearside.edge.cache;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The bytes of a stored response, in whatever form suits their number. */
public interface StoredBody {

    /** Takes bytes on their way to a viewer. */
    interface Sink {
        /** Takes part of an array that will never change; it is not copied before it must be. */
        void write(byte[] bytes, int offset, int length);

        /**
         * The same for what remains in a buffer outside the heap, which stays reachable for as long as it is used. Only a
         * sink that can do without a copy on the heap needs a way of its own.
         */
        default void write(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            write(copy, 0, copy.length);
        }

        /** Whether more may be written now. */
        boolean isWritable();

        /** Whether {@link #writeFile} may be used. */
        default boolean takesFiles() {
            return false;
        }

        /**
         * Takes part of a file that must stay open until it is sent.
         *
         * @param sent run on the viewer's loop when the bytes are sent or never will be
         */
        default void writeFile(FileChannel file, long position, long count, Runnable sent) {
            throw new UnsupportedOperationException("this sink takes no files");
        }
    }

    /** What {@link #writeTo} returns when the rest of the body is not to be had: the viewer must not take it as whole. */
    long BROKEN = -1;

    /** Number of bytes. */
    long length();

    /** Bytes of memory. */
    long weight();

    /** Whether all bytes are at hand, so that only the sink can make {@link #writeTo} stop early. */
    default boolean isAtHand() {
        return true;
    }

    /**
     * Opens this body for one viewer, without blocking: what is not at hand may have gone since it was looked up, and
     * that must be known before a head is sent.
     *
     * @param loop of the viewer, where the opened body is used
     * @param from the first byte that will be wanted
     * @param whenOpened told once, on that loop
     */
    default void open(Executor loop, long from, Consumer<BodyOpening> whenOpened) {
        whenOpened.accept(new BodyOpening.Opened(this));
    }

    /**
     * The body that one viewer's bytes are written from, on that viewer's loop; it is closed when it is not needed any
     * more. One that is not at hand must come from {@link #open}.
     *
     * @param news posted to the loop when {@link #writeTo} can go on although nothing has changed about the sink
     */
    default StoredBody opened(Executor loop, Runnable news) {
        return this;
    }

    /** Ends what {@link #open} began, once or several times; bytes that a sink has taken are sent all the same. */
    default void close() {}

    /**
     * Writes the bytes from a position up to another for as long as the sink is writable.
     *
     * @param end the position after the last byte to write, {@link #length()} at most
     * @return the position reached; {@code end} when all is written; {@link #BROKEN} if that cannot be
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
            public void write(ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                copies.add(copy);
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

    /** A body in memory: small ones on the heap, larger ones outside it while there is room. */
    static StoredBody of(List<byte[]> chunks) {
        OffHeapBody outside = OffHeapBody.of(chunks, OffHeapMemory.OF_PROCESS);
        return outside == null ? HeapBody.of(chunks) : outside;
    }
}
