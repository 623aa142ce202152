package dev.nearside.edge.listener;

import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.framing.FrameGuard;
import dev.nearside.edge.http.Viewer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A viewer's HTTP/2 connection as a whole: its streams are each served by a {@link ViewerStream}; here is how long it
 * stays and how it ends. Stands behind the multiplexer. Confined to the connection's event loop.
 */
final class ViewerStreams extends ChannelInboundHandlerAdapter implements Drainable {

    /**
     * So much may come for all streams together that those whose bodies nobody takes do not stop the others: twice what
     * all streams may hold, because Netty gives the connection's window back by halves.
     */
    private static final int WINDOW_BYTES = 16 << 20;

    private final ViewerChannel.Service service;
    private final Viewer viewer;
    private final FrameGuard guard;
    private final HeadDeadline headDeadline;
    private final Set<ViewerStream> open = new LinkedHashSet<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> idleLook;
    private long streamsEnded;
    private boolean draining;

    /**
     * A connection with that viewer.
     *
     * @param viewer what is known before a request names a host
     */
    ViewerStreams(ViewerChannel.Service service, Viewer viewer, FrameGuard guard) {
        this.service = service;
        this.viewer = viewer;
        this.guard = guard;
        this.headDeadline = new HeadDeadline(guard, service.limits().headTimeoutMillis(), this::onSlowHead);
    }

    ViewerChannel.Service service() {
        return service;
    }

    Viewer viewer() {
        return viewer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE));
        lookLater(streamsEnded);
    }

    // ---- streams ----

    void opened(ViewerStream stream) {
        open.add(stream);
    }

    void closed(ViewerStream stream) {
        open.remove(stream);
        streamsEnded++;
        if (draining && open.isEmpty()) {
            // Later, because the stream is still being closed.
            context().executor().execute(() -> context().close());
        }
    }

    // ---- time ----

    /** Looks now and then whether there is anything to stay for, and whether every response is taken. */
    private void lookLater(long endedAtLastLook) {
        Runnable look = () -> {
            if (open.isEmpty() && streamsEnded == endedAtLastLook && !guard.isInHead()) {
                goAway(Http2Error.NO_ERROR);
                context().close();
            } else {
                List.copyOf(open).stream().filter(ViewerStream::isStalled).forEach(ViewerStream::giveUp);
                lookLater(streamsEnded);
            }
        };
        idleLook = context().executor().schedule(look, service.limits().idleTimeoutMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        headDeadline.onRead(ctx.channel());
    }

    /** Until the block of fields is whole, no other stream can go on (RFC 9113 §4.3). */
    private void onSlowHead() {
        service.exchanges().refusals().countViewers(Fault.SLOW_HEAD);
        goAway(Http2Error.ENHANCE_YOUR_CALM);
        context().close();
    }

    // ---- its end ----

    /** Lets no more streams begin, and ends the connection when the last has ended. */
    @Override
    public void drain() {
        draining = true;
        goAway(Http2Error.NO_ERROR);
        if (open.isEmpty()) {
            context().close();
        }
    }

    private void goAway(Http2Error error) {
        context().writeAndFlush(new DefaultHttp2GoAwayFrame(error));
    }

    /** More resets had to be sent than any sound viewer causes. */
    void onResetFlood() {
        guard.refuseAll();
        context().executor().execute(() -> {
            service.exchanges().refusals().countViewers(Fault.FRAME_FLOOD);
            goAway(Http2Error.ENHANCE_YOUR_CALM);
            context().close();
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // What is not of a stream, the codec has seen to.
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        headDeadline.cancel();
        if (idleLook != null) {
            idleLook.cancel(false);
        }
        List.copyOf(open).forEach(ViewerStream::connectionLost);
    }

    /** The codec says GOAWAY and closes after an error of the protocol. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        guard.refuseAll();
        countError(cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.close();
        }
    }

    void countError(Throwable cause) {
        Http2Exception error = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (error != null) {
            service.exchanges().refusals().countViewers(faultOf(error));
        }
    }

    private static Fault faultOf(Http2Exception error) {
        if (error instanceof FrameGuard.Refused refused) {
            return refused.fault();
        }
        return error.error() == Http2Error.ENHANCE_YOUR_CALM ? Fault.FRAME_FLOOD : Fault.FRAME;
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        return context;
    }
}
