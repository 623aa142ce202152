package dev.nearside.edge.listener;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide.Written;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one response on an HTTP/2 stream (RFC 9113 §8.1); the channel's writability includes flow control. */
final class Http2Writer extends ResponseWriter {

    /** What is of an HTTP/1.1 connection (RFC 9113 §8.2.2), and what this writer says itself. */
    private static final Set<String> NOT_SENT = Set.of(
            "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length", "age");

    /** Length, type, flags and stream of a frame (RFC 9113 §4.1). */
    static final int FRAME_HEAD_BYTES = 9;

    private final WireBytes wire;
    private boolean ended;

    Http2Writer(
            ChannelHandlerContext ctx,
            ViewerResponse response,
            boolean isHead,
            WireBytes wire,
            Consumer<Written> whenDone) {
        super(ctx, response, isHead, whenDone);
        this.wire = wire;
    }

    /** Whether the viewer has been told that the response is whole. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    void start(NodeLines lines, ExchangeRecord record) {
        ViewerResponse response = response();
        long length = response.length();
        Http2Headers headers = headersOf(response.head());
        if (length >= 0 && !ResponseHead.isBodiless(response.status())) {
            headers.add("content-length", Long.toString(length));
        }
        lines.addTo(headers, response, record);
        boolean small = hasBody() && length >= 0 && length <= SINGLE_BUFFER_BYTES && isAtHand();
        ended = !hasBody() || (small && length == 0);
        wire.addSent(bytesOf(headers));
        ChannelFuture written = ctx().write(new DefaultHttp2HeadersFrame(headers, ended));
        if (small && !ended) {
            ByteBuf body = ctx().alloc().buffer((int) length);
            writeInto(body);
            ended = true;
            wire.addSent(FRAME_HEAD_BYTES + body.readableBytes());
            written = ctx().write(new DefaultHttp2DataFrame(body, true));
        }
        started(written, small);
    }

    /** Status and fields of a head, with names in lower case (RFC 9113 §8.2). */
    static Http2Headers headersOf(ResponseHead head) {
        Fields fields = head.headers();
        Http2Headers headers =
                new DefaultHttp2Headers(false, fields.size() + 16).status(Integer.toString(head.status()));
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i).toLowerCase(Locale.ROOT);
            if (!NOT_SENT.contains(name)) {
                headers.add(name, fields.value(i));
            }
        }
        return headers;
    }

    /** What a head takes before its compression (RFC 7541), which nobody here knows the outcome of. */
    static long bytesOf(Http2Headers headers) {
        long bytes = FRAME_HEAD_BYTES;
        for (var field : headers) {
            bytes += field.getKey().length() + field.getValue().length();
        }
        return bytes;
    }

    @Override
    ChannelFuture writeBody(ByteBuf bytes) {
        wire.addSent(FRAME_HEAD_BYTES + bytes.readableBytes());
        return ctx().write(new DefaultHttp2DataFrame(bytes));
    }

    @Override
    @Nullable
    ChannelFuture writeEnd() {
        if (ended) {
            return null;
        }
        ended = true;
        wire.addSent(FRAME_HEAD_BYTES);
        return ctx().write(new DefaultHttp2DataFrame(true));
    }

    /** The stream is reset, so that a part cannot pass for the whole (RFC 9113 §8.1). */
    @Override
    void cut() {
        ctx().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
    }
}
