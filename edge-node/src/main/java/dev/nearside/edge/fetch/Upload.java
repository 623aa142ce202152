package dev.nearside.edge.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The viewer's request body on its way to the origin, confined to the viewer's event loop. The viewer's socket is read
 * only while less than a window waits here. Whoever takes a buffer owns it.
 */
public final class Upload {

    private static final int WINDOW_BYTES = 64 * 1024;

    /** What waits here may be news to its taker. */
    private Runnable taker = () -> {};

    private final Runnable demand;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long windowBytes = WINDOW_BYTES;
    private boolean ended;
    private boolean discarding;

    /** A body of which nothing has arrived; {@code demand} runs whenever more may be read. */
    public Upload(Runnable demand) {
        this.demand = demand;
    }

    /** A request without a body. */
    public static Upload none() {
        Upload upload = new Upload(() -> {});
        upload.ended = true;
        return upload;
    }

    /** A body of bytes that are there already. */
    static Upload of(byte[] bytes) {
        Upload body = new Upload(() -> {});
        body.offer(Unpooled.wrappedBuffer(bytes));
        body.end();
        return body;
    }

    // ---- from the viewer ----

    /** Takes over the buffer. */
    public void offer(ByteBuf bytes) {
        if (discarding || ended || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        waiting.add(bytes);
        waitingBytes += bytes.readableBytes();
        taker.run();
    }

    /** The viewer's body is complete. */
    public void end() {
        ended = true;
        taker.run();
    }

    /** Whether the viewer's socket may be read. */
    public boolean wantsMore() {
        return !ended && (discarding || waitingBytes < windowBytes);
    }

    // ---- to the origin ----

    /** Names who hears of news. */
    public void takenBy(Runnable newTaker) {
        taker = newTaker;
    }

    /** Lets as many bytes wait as a function may see of a body. */
    public void widenWindow(long bytes) {
        windowBytes = Math.max(windowBytes, bytes);
        demand.run();
    }

    public @Nullable ByteBuf poll() {
        ByteBuf bytes = waiting.poll();
        if (bytes != null) {
            waitingBytes -= bytes.readableBytes();
            demand.run();
        }
        return bytes;
    }

    /** The first bytes that wait, up to a number, without taking them. */
    public byte[] peek(int maxBytes) {
        byte[] peeked = new byte[(int) Math.min(maxBytes, waitingBytes)];
        int at = 0;
        for (ByteBuf bytes : waiting) {
            int count = Math.min(bytes.readableBytes(), peeked.length - at);
            bytes.getBytes(bytes.readerIndex(), peeked, at, count);
            at += count;
        }
        return peeked;
    }

    public long waitingBytes() {
        return waitingBytes;
    }

    /** Whether the viewer has sent all of it. */
    public boolean isEnded() {
        return ended;
    }

    /** Whether everything has been sent and taken. */
    public boolean isDrained() {
        return ended && waiting.isEmpty();
    }

    /** Whether it was given up before the viewer had sent all of it, so that it will never be whole. */
    boolean isCut() {
        return discarding && !ended;
    }

    /** Nobody wants the rest: what waits and what comes is released. Whoever sends it on hears of it at once. */
    public void discard() {
        Runnable told = taker;
        discarding = true;
        taker = () -> {};
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
        told.run();
        demand.run();
    }
}
