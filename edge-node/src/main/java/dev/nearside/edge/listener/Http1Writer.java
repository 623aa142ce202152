package dev.nearside.edge.listener;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide.Written;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.StoredHead;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response in HTTP/1.1. Framing follows RFC 9112 §6: the length where it is known, else chunks, else the
 * connection's end.
 */
final class Http1Writer extends ResponseWriter {

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

    private final Asked asked;
    private final WireBytes wire;
    private final Framing framing;
    private final boolean keepAlive;
    private Set<DefaultFileRegion> fileParts = Set.of();

    Http1Writer(
            ChannelHandlerContext ctx,
            ViewerResponse response,
            Asked asked,
            WireBytes wire,
            Consumer<Written> whenDone) {
        super(ctx, response, asked.isHead(), whenDone);
        this.asked = asked;
        this.wire = wire;
        this.framing = framing();
        this.keepAlive = asked.keepAlive() && framing != Framing.UNTIL_CLOSE;
    }

    private Framing framing() {
        if (!hasBody()) {
            return Framing.NO_BODY;
        }
        if (response().length() >= 0) {
            return Framing.LENGTH;
        }
        return asked.isHttp10() ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
    }

    /** Whether the connection may serve another request after this response. */
    boolean keepsAlive() {
        return keepAlive;
    }

    @Override
    void start(NodeLines lines, ExchangeRecord record) {
        ViewerResponse response = response();
        StoredHead head = response.storedHead() == null ? StoredHead.of(response.head()) : response.storedHead();
        long length = response.length();
        boolean small = framing == Framing.LENGTH && head.wireLength() + length <= SINGLE_BUFFER_BYTES && isAtHand();
        ByteBuf out = ctx().alloc().buffer(head.wireLength() + 512 + (small ? (int) length : 0));
        head.writeTo(out::writeBytes);
        writeFraming(out, length);
        lines.write(out, response, record, keepAlive, asked.isHttp10());
        out.writeBytes(CRLF);
        if (small) {
            writeInto(out);
        }
        started(send(out), small);
    }

    private void writeFraming(ByteBuf out, long length) {
        boolean mayDeclare = !ResponseHead.isBodiless(response().status());
        if (mayDeclare && length >= 0) {
            out.writeBytes(NodeLines.CONTENT_LENGTH);
            NodeLines.writeNumber(out, length);
            out.writeBytes(CRLF);
        } else if (framing == Framing.CHUNKED) {
            out.writeBytes(NodeLines.TRANSFER_ENCODING_CHUNKED);
        }
    }

    @Override
    ChannelFuture writeBody(ByteBuf bytes) {
        return send(bytes);
    }

    private ChannelFuture send(ByteBuf bytes) {
        wire.addSent(bytes.readableBytes());
        return ctx().write(bytes);
    }

    @Override
    void writeStreamed(byte[] chunk) {
        if (framing == Framing.CHUNKED) {
            send(Unpooled.wrappedBuffer(
                    (Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII)));
            write(chunk, 0, chunk.length);
            send(Unpooled.wrappedBuffer(CRLF));
        } else {
            write(chunk, 0, chunk.length);
        }
    }

    /** Files leave without a copy through the socket alone; whatever encrypts or frames needs the bytes. */
    @Override
    public boolean takesFiles() {
        return ctx().channel() instanceof SocketChannel && ctx().pipeline().get(SslHandler.class) == null;
    }

    @Override
    public void writeFile(FileChannel file, long from, long count, Runnable sent) {
        wire.addSent(count);
        DefaultFileRegion part = new LentFileRegion(file, from, count);
        if (fileParts.isEmpty()) {
            fileParts = new HashSet<>();
        }
        fileParts.add(part);
        ChannelFuture write = ctx().write(part);
        wrote(count, write);
        write.addListener(_ -> {
            fileParts.remove(part);
            sent.run();
        });
    }

    @Override
    boolean waitsForViewer() {
        return super.waitsForViewer() || !fileParts.isEmpty();
    }

    @Override
    long progress() {
        long unsent = fileParts.stream()
                .mapToLong(part -> part.count() - part.transferred())
                .sum();
        return super.progress() - unsent;
    }

    @Override
    @Nullable
    ChannelFuture writeEnd() {
        return framing == Framing.CHUNKED ? send(Unpooled.wrappedBuffer(LAST_CHUNK)) : null;
    }

    /** The connection is reset. */
    @Override
    void cut() {
        ctx().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        closeWithoutGoodbye();
    }

    /** TLS would first say that this is the end, and a body until the end would look whole (RFC 9112 §9.8). */
    private void closeWithoutGoodbye() {
        ChannelHandlerContext encryption = ctx().pipeline().context(SslHandler.class);
        (encryption == null ? ctx() : encryption).close();
    }
}
