package dev.nearside.edge.cache;

import java.util.List;

/** A body in arrays on the heap. */
final class HeapBody implements StoredBody {

    /** Arrays of half a G1 region or more are humongous; regions have 1 MiB at least. */
    private static final int MAX_ARRAY_BYTES = 256 * 1024;

    private final byte[][] chunks;
    private final long length;

    private HeapBody(byte[][] chunks, long length) {
        this.chunks = chunks;
        this.length = length;
    }

    static HeapBody of(List<byte[]> parts) {
        long length = parts.stream().mapToLong(part -> part.length).sum();
        byte[][] chunks = new byte[Math.toIntExact((length + MAX_ARRAY_BYTES - 1) / MAX_ARRAY_BYTES)][];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = new byte[(int) Math.min(MAX_ARRAY_BYTES, length - (long) i * MAX_ARRAY_BYTES)];
        }
        long position = 0;
        for (byte[] part : parts) {
            int taken = 0;
            while (taken < part.length) {
                byte[] chunk = chunks[(int) (position / MAX_ARRAY_BYTES)];
                int at = (int) (position % MAX_ARRAY_BYTES);
                int count = Math.min(part.length - taken, chunk.length - at);
                System.arraycopy(part, taken, chunk, at, count);
                taken += count;
                position += count;
            }
        }
        return new HeapBody(chunks, length);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long weight() {
        return length + 24L * (chunks.length + 1);
    }

    @Override
    public long writeTo(Sink sink, long position, long end) {
        long at = position;
        while (at < end && sink.isWritable()) {
            byte[] chunk = chunks[(int) (at / MAX_ARRAY_BYTES)];
            int offset = (int) (at % MAX_ARRAY_BYTES);
            int count = (int) Math.min(chunk.length - offset, end - at);
            sink.write(chunk, offset, count);
            at += count;
        }
        return at;
    }
}
