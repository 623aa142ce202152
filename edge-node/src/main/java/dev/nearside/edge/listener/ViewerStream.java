package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.framing.RequestBlock;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One stream of a viewer's HTTP/2 connection: one request and its response (RFC 9113 §8.1). */
final class ViewerStream extends ViewerChannel {

    private final ViewerStreams connection;
    private boolean isHead;
    private boolean begun;
    private boolean requestEnded;
    private long declaredBytes = -1;
    private long receivedBytes;
    private @Nullable Http2Writer response;

    ViewerStream(ViewerStreams connection) {
        super(connection.service());
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        opened(ctx);
        connection.opened(this);
    }

    // ---- what comes in ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case Http2HeadersFrame head
            when head.headers() instanceof RequestBlock block -> {
                requestEnded |= head.isEndStream();
                if (begun) {
                    trailers(block);
                } else {
                    begun = true;
                    head(block);
                }
            }
            case Http2DataFrame data -> data(data);
            default -> ReferenceCountUtil.release(message);
        }
        if (ctx.channel().isActive()) {
            readOrNot();
        }
    }

    private void head(RequestBlock block) {
        isHead = "HEAD".equals(block.method());
        declaredBytes = block.contentLength();
        switch (BlockReader.read(block, requestEnded, connection.viewer())) {
            case RequestReader.Read.Good good -> {
                if (requestEnded && declaredBytes > 0) {
                    malformed(Fault.LENGTH_MISMATCH);
                } else {
                    wire().begin(Http2Writer.FRAME_HEAD_BYTES + block.bytes());
                    begin(good.viewer(), good.head());
                    sendContinue(good.head());
                }
            }
            case RequestReader.Read.Bad bad -> refuse(bad.fault(), bad.message());
        }
    }

    private void sendContinue(RequestHead head) {
        if (!requestEnded
                && isBusy()
                && !isAnswering()
                && "100-continue".equalsIgnoreCase(head.headers().first("expect"))) {
            Http2Headers goOn = new DefaultHttp2Headers(false, 2).status("100");
            wire().addSent(Http2Writer.bytesOf(goOn));
            context().writeAndFlush(new DefaultHttp2HeadersFrame(goOn));
        }
    }

    private void data(Http2DataFrame data) {
        int bytes = data.content().readableBytes();
        requestEnded |= data.isEndStream();
        receivedBytes += bytes;
        boolean tooLong = declaredBytes >= 0 && receivedBytes > declaredBytes;
        if (tooLong || (data.isEndStream() && isTooShort())) {
            data.release();
            malformed(Fault.LENGTH_MISMATCH);
        } else if (receivedBytes > FramingGuard.MAX_BODY_BYTES) {
            data.release();
            if (receivedBytes - bytes > FramingGuard.MAX_BODY_BYTES) {
                return; // refused already
            }
            giveUpBody(Fault.BODY_TOO_LARGE, "The request is too large: " + Fault.BODY_TOO_LARGE.meaning() + ".");
        } else {
            deliver(data.content(), data.isEndStream());
        }
    }

    private boolean isTooShort() {
        return declaredBytes >= 0 && receivedBytes < declaredBytes;
    }

    /** Trailers end a body; what is in them goes no further. */
    private void trailers(RequestBlock block) {
        Fault fault = block.faultAsTrailers();
        if (fault == null && isTooShort()) {
            fault = Fault.LENGTH_MISMATCH;
        }
        if (fault != null) {
            malformed(fault);
        } else {
            Upload body = upload();
            if (body != null) {
                body.end();
            }
        }
    }

    /** A stream error of the type PROTOCOL_ERROR (RFC 9113 §8.1.1); nothing of the request passes for whole. */
    private void malformed(Fault fault) {
        service().exchanges().refusals().countViewers(fault);
        reset(Http2Error.PROTOCOL_ERROR);
    }

    private void reset(Http2Error error) {
        context().writeAndFlush(new DefaultHttp2ResetFrame(error));
    }

    private void readOrNot() {
        Upload body = upload();
        boolean isFull = body != null && !body.wantsMore() && !body.isEnded();
        if (isFull) {
            bodyPace().holdBack();
        }
        context().channel().config().setAutoRead(!isFull);
        bodyPace().watch(loop(), body);
    }

    @Override
    void onDemand() {
        if (context().channel().isActive()) {
            readOrNot();
        }
    }

    @Override
    Viewer unknownViewer() {
        return connection.viewer();
    }

    @Override
    void onUnreadable() {
        // Other streams do not depend on this one.
    }

    @Override
    void breakOff() {
        reset(Http2Error.CANCEL);
    }

    /** The viewer has taken next to nothing of a response for long. */
    void giveUp() {
        reset(Http2Error.CANCEL);
    }

    // ---- what goes out ----

    @Override
    ResponseWriter newWriter(ViewerResponse answer, Consumer<Written> whenDone) {
        Http2Writer starting = new Http2Writer(context(), answer, isHead, wire(), whenDone);
        response = starting;
        return starting;
    }

    @Override
    public void interim(ResponseHead head) {
        if (!isAnswering()) {
            Http2Headers headers = Http2Writer.headersOf(head);
            wire().addSent(Http2Writer.bytesOf(headers));
            context().writeAndFlush(new DefaultHttp2HeadersFrame(headers));
        }
    }

    /** Nobody reads the rest of a body whose answer is whole (RFC 9113 §8.1); what is not whole must not end well. */
    @Override
    void onExchangeEnd() {
        boolean isWhole = response != null && response.hasEnded();
        if (context().channel().isActive() && (!isWhole || !requestEnded)) {
            reset(isWhole ? Http2Error.NO_ERROR : Http2Error.INTERNAL_ERROR);
        }
    }

    // ---- its end ----

    /** The connection is gone, whatever of this stream still waits to be read. */
    void connectionLost() {
        if (!isOnlySending()) {
            left();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.closed(this);
        if (isOnlySending()) {
            // Whether the last bytes have left, the write that carries them tells.
            bodyPace().cancel();
        } else {
            left();
        }
    }

    /** Also while what it has sent waits here unread, so that the channel does not look closed yet. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame) {
            left();
        }
        ReferenceCountUtil.release(event);
    }

    /** An error of the protocol is told by the multiplexer, with its own code, after this. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.countError(cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close();
        }
    }
}
