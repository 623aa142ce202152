package dev.nearside.edge.cache;

import java.lang.foreign.Arena;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap, bounded. What nobody can reach any more comes back with a garbage collection, like an object
 * on the heap: there is no count to get wrong, and no reader can see memory that has become somebody else's. Until then
 * it counts, and whoever finds no room takes the heap, which brings the collection nearer. Safe for use by many threads.
 */
final class OffHeapMemory {

    /** A process may use half as much outside its heap as its heap can grow to; the rest is left to sockets and TLS. */
    static final OffHeapMemory OF_PROCESS =
            new OffHeapMemory(Runtime.getRuntime().maxMemory() / 2);

    private static final Cleaner CLEANER = Cleaner.create();

    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    OffHeapMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A buffer of that many bytes, or null if there is no room. */
    @Nullable
    ByteBuffer allocate(int bytes) {
        if (usedBytes.addAndGet(bytes) > maxBytes) {
            usedBytes.addAndGet(-bytes);
            return null;
        }
        ByteBuffer buffer;
        try {
            buffer = Arena.ofAuto().allocate(bytes).asByteBuffer();
        } catch (OutOfMemoryError e) {
            // Others in the process have taken what there was.
            usedBytes.addAndGet(-bytes);
            return null;
        }
        CLEANER.register(buffer, () -> usedBytes.addAndGet(-bytes));
        return buffer;
    }

    /** Bytes in buffers that were not collected yet. */
    long usedBytes() {
        return usedBytes.get();
    }
}
