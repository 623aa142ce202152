package dev.nearside.edge.listener;

import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide.Written;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response while the viewer takes it: never more waits in the channel than its high-water mark and one
 * chunk. How a head looks and how a body ends is for each version of HTTP to say.
 */
abstract class ResponseWriter implements StoredBody.Sink {

    /** Up to this many bytes head and body leave as one buffer. */
    static final int SINGLE_BUFFER_BYTES = 8 * 1024;

    private final ChannelHandlerContext ctx;
    private final ViewerResponse response;
    private final Consumer<Written> whenDone;
    private final boolean hasBody;
    private long position;
    private int nextPart;
    private boolean preambleWritten;
    private long bodyBytes;
    private boolean done;
    private @Nullable ChannelFuture lastWrite;
    private @Nullable StoredBody opened;

    ResponseWriter(ChannelHandlerContext ctx, ViewerResponse response, boolean isHead, Consumer<Written> whenDone) {
        this.ctx = ctx;
        this.response = response;
        this.hasBody = !isHead && !ResponseHead.isBodiless(response.status());
        this.whenDone = whenDone;
    }

    // ---- what the version of HTTP decides ----

    /** Writes the head and as much of the body as goes. */
    abstract void start(NodeLines lines, ExchangeRecord record);

    /** Writes bytes of the body; takes over the buffer. */
    abstract ChannelFuture writeBody(ByteBuf bytes);

    /** Writes what shows that the body is whole; null if nothing more needs to be written. */
    abstract @Nullable ChannelFuture writeEnd();

    /** Ends the channel so that the viewer cannot take what it has for the whole. */
    abstract void cut();

    // ---- for start ----

    final ChannelHandlerContext ctx() {
        return ctx;
    }

    final ViewerResponse response() {
        return response;
    }

    /** Whether a body follows the head. */
    final boolean hasBody() {
        return hasBody;
    }

    /** Goes on after the head, with the body or what is left of it. */
    final void started(ChannelFuture headWritten, boolean bodyWritten) {
        lastWrite = headWritten;
        if (bodyWritten || !hasBody) {
            end(true);
        } else {
            pump();
        }
    }

    /** Whether the body can be copied at once. */
    final boolean isAtHand() {
        return switch (response.body()) {
            case ViewerResponse.Body.Stored stored -> stored.response().body().isAtHand();
            case ViewerResponse.Body.Multipart multipart ->
                multipart.response().body().isAtHand();
            case ViewerResponse.Body.Whole _ -> true;
            case ViewerResponse.Body.Streaming _ -> false;
        };
    }

    /** Copies the whole body, which {@link #isAtHand}. */
    final void writeInto(ByteBuf out) {
        switch (response.body()) {
            case ViewerResponse.Body.Stored stored ->
                stored.response().body().writeTo(new IntoBuffer(out), stored.from(), stored.end());
            case ViewerResponse.Body.Whole whole -> out.writeBytes(whole.bytes());
            case ViewerResponse.Body.Multipart multipart -> {
                StoredBody body = multipart.response().body();
                for (ViewerResponse.Part part : multipart.parts()) {
                    out.writeBytes(part.preamble());
                    body.writeTo(new IntoBuffer(out), part.from(), part.end());
                }
            }
            case ViewerResponse.Body.Streaming _ -> throw new IllegalStateException("a streamed body is never small");
        }
        bodyBytes = response.length();
    }

    /** Bytes of the body handed to the channel so far. */
    final long bodyBytes() {
        return bodyBytes;
    }

    /** Whether all has been handed over, or nothing more will be. */
    final boolean isDone() {
        return done;
    }

    /** Goes on after the channel has become writable or more bytes are there. */
    final void pump() {
        if (done || !hasBody) {
            return;
        }
        switch (response.body()) {
            case ViewerResponse.Body.Stored stored -> {
                StoredBody body = opened(stored.response().body());
                long reached = body.writeTo(this, stored.from() + position, stored.end());
                if (reached == StoredBody.BROKEN) {
                    breakOff();
                    return;
                }
                position = reached - stored.from();
                if (reached == stored.end()) {
                    end(true);
                }
            }
            case ViewerResponse.Body.Multipart multipart -> pumpParts(multipart);
            case ViewerResponse.Body.Whole whole -> {
                write(whole.bytes(), 0, whole.bytes().length);
                end(true);
            }
            case ViewerResponse.Body.Streaming streaming -> pumpStream(streaming);
        }
        if (!done) {
            ctx.flush();
        }
    }

    private StoredBody opened(StoredBody body) {
        if (opened == null) {
            opened = body.opened(ctx.channel().eventLoop(), this::pump);
        }
        return opened;
    }

    private void closeBody() {
        if (opened != null) {
            opened.close();
        }
    }

    /** The viewer has left: nothing more is written. */
    final void viewerLeft() {
        done = true;
        closeBody();
    }

    private void pumpParts(ViewerResponse.Body.Multipart multipart) {
        while (isWritable()) {
            if (nextPart == multipart.parts().size()) {
                end(true);
                return;
            }
            ViewerResponse.Part part = multipart.parts().get(nextPart);
            if (!preambleWritten) {
                write(part.preamble(), 0, part.preamble().length);
                preambleWritten = true;
                position = part.from();
            }
            long reached = opened(multipart.response().body()).writeTo(this, position, part.end());
            if (reached == StoredBody.BROKEN) {
                breakOff();
                return;
            }
            position = reached;
            if (position < part.end()) {
                // The viewer, or a body in a file, tells when it can go on.
                return;
            } else {
                nextPart++;
                preambleWritten = false;
            }
        }
    }

    private void pumpStream(ViewerResponse.Body.Streaming streaming) {
        Fill.Reader reader = streaming.reader();
        while (isWritable()) {
            // The state before the bytes: whoever sees the end and then no bytes has seen them all.
            Fill.State state = reader.fill().state();
            byte[] chunk = reader.poll();
            if (chunk != null) {
                writeStreamed(streaming, chunk);
                if (streaming.length() >= 0 && bodyBytes == streaming.length()) {
                    end(true);
                    return;
                }
            } else if (state == Fill.State.COMPLETE) {
                end(true);
                return;
            } else if (state == Fill.State.FAILED) {
                breakOff();
                return;
            } else {
                return;
            }
        }
    }

    /** What of a chunk belongs to the bytes that the viewer is to get. */
    private void writeStreamed(ViewerResponse.Body.Streaming streaming, byte[] chunk) {
        long start = position;
        position += chunk.length;
        if (streaming.length() < 0) {
            writeStreamed(chunk);
            return;
        }
        long from = Math.max(start, streaming.skip());
        long end = Math.min(position, streaming.skip() + streaming.length());
        if (from < end) {
            write(chunk, (int) (from - start), (int) (end - from));
        }
    }

    /** Writes bytes of a body whose length nobody knows yet. */
    void writeStreamed(byte[] chunk) {
        write(chunk, 0, chunk.length);
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) {
        wrote(length, writeBody(Unpooled.wrappedBuffer(bytes, offset, length)));
    }

    @Override
    public final void write(ByteBuffer bytes) {
        int length = bytes.remaining();
        wrote(length, writeBody(Unpooled.wrappedBuffer(bytes)));
    }

    final void wrote(long bytes, ChannelFuture write) {
        bodyBytes += bytes;
        lastWrite = write;
    }

    @Override
    public final boolean isWritable() {
        return ctx.channel().isWritable();
    }

    /** Whether bytes wait for the viewer to take them. */
    boolean waitsForViewer() {
        return !isWritable() || (done && lastWrite != null && !lastWrite.isDone());
    }

    /** A number that grows while the viewer takes bytes. */
    long progress() {
        return bodyBytes - waitingInChannel();
    }

    private long waitingInChannel() {
        return isWritable()
                ? ctx.channel().config().getWriteBufferHighWaterMark()
                        - ctx.channel().bytesBeforeUnwritable()
                : ctx.channel().config().getWriteBufferLowWaterMark()
                        + ctx.channel().bytesBeforeWritable();
    }

    private void end(boolean complete) {
        done = true;
        closeBody();
        ChannelFuture end = writeEnd();
        ChannelFuture last = end == null ? lastWrite : end;
        if (last == null) {
            throw new IllegalStateException("a response ends before its head was written");
        }
        lastWrite = last;
        ctx.flush();
        last.addListener(
                (ChannelFutureListener) sent -> whenDone.accept(new Written(bodyBytes, complete && sent.isSuccess())));
    }

    /** The viewer must not take what it has for the whole. */
    private void breakOff() {
        done = true;
        closeBody();
        ctx.flush();
        cut();
        whenDone.accept(new Written(bodyBytes, false));
    }

    /** Copies into a buffer that has room for all of it. */
    private record IntoBuffer(ByteBuf out) implements StoredBody.Sink {
        @Override
        public void write(byte[] bytes, int offset, int length) {
            out.writeBytes(bytes, offset, length);
        }

        @Override
        public void write(ByteBuffer bytes) {
            out.writeBytes(bytes);
        }

        @Override
        public boolean isWritable() {
            return true;
        }
    }
}
