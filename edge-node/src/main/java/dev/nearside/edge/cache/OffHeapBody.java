package dev.nearside.edge.cache;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A body outside the heap: a socket takes it from there without another copy, and no collection looks at it. */
final class OffHeapBody implements StoredBody {

    /** Below this the copy costs less than the buffer around it. */
    static final int MIN_BYTES = 16 * 1024;

    /** As much as a sink gets at once. */
    private static final int MAX_WRITE_BYTES = 1 << 20;

    private final ByteBuffer bytes;

    private OffHeapBody(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** The chunks as one body; null if it is too small to be worth it, too large for one buffer, or there is no room. */
    static @Nullable OffHeapBody of(List<byte[]> chunks, OffHeapMemory memory) {
        long length = chunks.stream().mapToLong(chunk -> chunk.length).sum();
        if (length < MIN_BYTES || length > Integer.MAX_VALUE) {
            return null;
        }
        ByteBuffer bytes = memory.allocate((int) length);
        if (bytes == null) {
            return null;
        }
        chunks.forEach(bytes::put);
        return new OffHeapBody(bytes.flip());
    }

    @Override
    public long length() {
        return bytes.limit();
    }

    @Override
    public long weight() {
        // The buffer, what it hangs on, and what frees it.
        return bytes.limit() + 320L;
    }

    @Override
    public long writeTo(Sink sink, long position, long end) {
        long at = position;
        while (at < end && sink.isWritable()) {
            int count = (int) Math.min(MAX_WRITE_BYTES, end - at);
            sink.write(bytes.slice((int) at, count));
            at += count;
        }
        return at;
    }
}
