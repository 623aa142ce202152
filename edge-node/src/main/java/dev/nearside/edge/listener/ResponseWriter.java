package dev.nearside.edge.listener;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.cache.Fill;
import dev.nearside.edge.cache.StoredBody;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide.Written;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.StoredHead;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response in HTTP/1.1 while the viewer takes it: never more waits in the channel than its high-water mark
 * and one chunk. Framing follows RFC 9112 §6: the length where it is known, else chunks, else the connection's end.
 */
final class ResponseWriter implements StoredBody.Sink {

    /** Up to this many bytes head and body leave as one buffer. */
    private static final int SINGLE_BUFFER_BYTES = 8 * 1024;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** How the viewer can tell where the body ends. */
    private enum Framing {
        NO_BODY,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    /**
     * What the writer must know of the request.
     *
     * @param isHead whether the method is HEAD
     * @param keepAlive whether the viewer wants the connection to stay open
     * @param isHttp10 whether it came as HTTP/1.0
     */
    record Asked(boolean isHead, boolean keepAlive, boolean isHttp10) {}

    private final ChannelHandlerContext ctx;
    private final ViewerResponse response;
    private final Asked asked;
    private final WireBytes wire;
    private final Consumer<Written> whenDone;
    private final Framing framing;
    private final boolean keepAlive;
    private long position;
    private int nextPart;
    private boolean preambleWritten;
    private long bodyBytes;
    private boolean done;
    private @Nullable ChannelFuture lastWrite;
    private @Nullable StoredBody opened;
    private Set<DefaultFileRegion> fileParts = Set.of();

    ResponseWriter(
            ChannelHandlerContext ctx,
            ViewerResponse response,
            Asked asked,
            WireBytes wire,
            Consumer<Written> whenDone) {
        this.ctx = ctx;
        this.response = response;
        this.asked = asked;
        this.wire = wire;
        this.whenDone = whenDone;
        this.framing = framing();
        this.keepAlive = asked.keepAlive() && framing != Framing.UNTIL_CLOSE;
    }

    private Framing framing() {
        if (asked.isHead() || ResponseHead.isBodiless(response.status())) {
            return Framing.NO_BODY;
        }
        if (response.length() >= 0) {
            return Framing.LENGTH;
        }
        return asked.isHttp10() ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
    }

    /** Whether the connection may serve another request after this response. */
    boolean keepsAlive() {
        return keepAlive;
    }

    /** Writes the head and as much of the body as goes. */
    void start(NodeLines lines, ExchangeRecord record) {
        StoredHead head = response.storedHead() == null ? StoredHead.of(response.head()) : response.storedHead();
        long length = response.length();
        boolean small = framing == Framing.LENGTH && head.wireLength() + length <= SINGLE_BUFFER_BYTES && isAtHand();
        ByteBuf out = ctx.alloc().buffer(head.wireLength() + 512 + (small ? (int) length : 0));
        head.writeTo(out::writeBytes);
        writeFraming(out, length);
        lines.write(out, response, record, keepAlive, asked.isHttp10());
        out.writeBytes(CRLF);
        if (small) {
            writeInto(out);
        }
        lastWrite = send(out);
        if (small || framing == Framing.NO_BODY) {
            end(true);
        } else {
            pump();
        }
    }

    private boolean isAtHand() {
        return switch (response.body()) {
            case ViewerResponse.Body.Stored stored -> stored.response().body().isAtHand();
            case ViewerResponse.Body.Multipart multipart ->
                multipart.response().body().isAtHand();
            case ViewerResponse.Body.Whole _ -> true;
            case ViewerResponse.Body.Streaming _ -> false;
        };
    }

    private void writeFraming(ByteBuf out, long length) {
        boolean mayDeclare = !ResponseHead.isBodiless(response.status());
        if (mayDeclare && length >= 0) {
            out.writeBytes(NodeLines.CONTENT_LENGTH);
            NodeLines.writeNumber(out, length);
            out.writeBytes(CRLF);
        } else if (framing == Framing.CHUNKED) {
            out.writeBytes(NodeLines.TRANSFER_ENCODING_CHUNKED);
        }
    }

    private void writeInto(ByteBuf out) {
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

    /** Goes on after the channel has become writable or more bytes are there. */
    void pump() {
        if (done || framing == Framing.NO_BODY) {
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
    void viewerLeft() {
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
            writeChunk(chunk);
            return;
        }
        long from = Math.max(start, streaming.skip());
        long end = Math.min(position, streaming.skip() + streaming.length());
        if (from < end) {
            write(chunk, (int) (from - start), (int) (end - from));
        }
    }

    private void writeChunk(byte[] chunk) {
        if (framing == Framing.CHUNKED) {
            send(Unpooled.wrappedBuffer(
                    (Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII)));
            write(chunk, 0, chunk.length);
            send(Unpooled.wrappedBuffer(CRLF));
        } else {
            write(chunk, 0, chunk.length);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        bodyBytes += length;
        lastWrite = send(Unpooled.wrappedBuffer(bytes, offset, length));
    }

    private ChannelFuture send(ByteBuf bytes) {
        wire.addSent(bytes.readableBytes());
        return ctx.write(bytes);
    }

    @Override
    public void write(ByteBuffer bytes) {
        bodyBytes += bytes.remaining();
        lastWrite = send(Unpooled.wrappedBuffer(bytes));
    }

    @Override
    public boolean isWritable() {
        return ctx.channel().isWritable();
    }

    /** Files leave without a copy through the socket alone; whatever encrypts or frames needs the bytes. */
    @Override
    public boolean takesFiles() {
        return ctx.channel() instanceof SocketChannel && ctx.pipeline().get(SslHandler.class) == null;
    }

    @Override
    public void writeFile(FileChannel file, long from, long count, Runnable sent) {
        bodyBytes += count;
        wire.addSent(count);
        DefaultFileRegion part = new LentFileRegion(file, from, count);
        if (fileParts.isEmpty()) {
            fileParts = new HashSet<>();
        }
        fileParts.add(part);
        ChannelFuture write = ctx.write(part);
        lastWrite = write;
        write.addListener(_ -> {
            fileParts.remove(part);
            sent.run();
        });
    }

    /** Whether bytes wait for the viewer to take them. */
    boolean waitsForViewer() {
        return !isWritable() || !fileParts.isEmpty();
    }

    /** A number that grows while the viewer takes bytes. */
    long progress() {
        long unsent = fileParts.stream()
                .mapToLong(part -> part.count() - part.transferred())
                .sum();
        return bodyBytes - unsent - ctx.channel().bytesBeforeWritable();
    }

    private void end(boolean complete) {
        done = true;
        closeBody();
        if (framing == Framing.CHUNKED) {
            lastWrite = send(Unpooled.wrappedBuffer(LAST_CHUNK));
        }
        ctx.flush();
        ChannelFuture last = lastWrite;
        if (last == null) {
            throw new IllegalStateException("a response ends before its head was written");
        }
        last.addListener(
                (ChannelFutureListener) sent -> whenDone.accept(new Written(bodyBytes, complete && sent.isSuccess())));
    }

    /** The viewer must not take what it has for the whole: the connection is reset. */
    private void breakOff() {
        done = true;
        closeBody();
        ctx.flush();
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        closeWithoutGoodbye();
        whenDone.accept(new Written(bodyBytes, false));
    }

    /** TLS would first say that this is the end, and a body until the end would look whole (RFC 9112 §9.8). */
    private void closeWithoutGoodbye() {
        ChannelHandlerContext encryption = ctx.pipeline().context(SslHandler.class);
        (encryption == null ? ctx : encryption).close();
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
