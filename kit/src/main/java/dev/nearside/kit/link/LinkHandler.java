package dev.nearside.kit.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a local connection behave as if the other end were far away. It belongs first in the pipeline, nearest to the
 * socket, of the side that opens the connection; one instance serves one channel.
 */
public final class LinkHandler extends ChannelDuplexHandler {
    // The emulated path lies between this handler and the socket. In each direction a TcpSender says when bytes leave
    // (for the other side's, they are read from the socket as soon as they are there), and a DelayLine holds what is
    // under way: half a round trip plus jitter, in order.
    //
    //   connect   its promise and channelActive, or the refusal, come one round trip after the call
    //   write     split where the window ends a burst; reaches the socket when it would reach the far end, and only
    //             then is its promise complete
    //   read      bytes, failures and the end of the stream arrive in the order in which the socket had them
    //   close     the socket closes when the FIN would have arrived behind all flushed bytes; until then the channel
    //             stays open, deaf to both sides. A channel that closes by itself fails and releases what is held.
    //
    // Both directions hold one window and a backlog. Beyond that, outbound, the channel is unwritable; inbound, the
    // socket is not read, and its peer feels it. (A read loop that has begun ends first, so that some socket buffers'
    // worth may come on top.) The application's own autoRead and read() govern what it is handed, as on a socket.
    //
    // The end of the stream must wait for the bytes ahead of it, but Netty would close the channel and dismantle the
    // pipeline at once. So half-closure is switched on at the socket and carried out here when the FIN arrives. Where
    // the socket is torn down all the same (a failed write does it), what is held is handed over early.

    /** What may wait for room in the window, in each direction. */
    static final int BACKLOG_BYTES = 64 * 1024;

    private final LinkProfile profile;
    private final RandomGenerator random;
    private final InboundPath inbound;
    private final OutboundPath outbound;
    private boolean connecting;
    private boolean established;
    private boolean activeIsDue;
    private boolean closing;

    /**
     * A link for one connection.
     *
     * @param random draws the jitter; used on the channel's event loop only
     */
    public LinkHandler(LinkProfile profile, RandomGenerator random) {
        this.profile = profile;
        this.random = random;
        inbound = new InboundPath(profile, random);
        outbound = new OutboundPath(profile, random);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Boolean halfCloses = ctx.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE);
        inbound.applicationHalfCloses(Boolean.TRUE.equals(halfCloses));
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (ctx.channel().isActive()) {
            establish();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        closing = true;
        inbound.end();
        outbound.end();
    }

    // --- Connect ---

    @Override
    public void connect(
            ChannelHandlerContext ctx, SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
        connecting = true;
        long jitterNanos = profile.jitterNanos() == 0 ? 0 : random.nextLong(profile.jitterNanos() + 1);
        long answerNanos = now(ctx) + profile.roundTripNanos() + jitterNanos;
        promise.addListener(done -> {
            if (done.isCancelled()) {
                var _ = ctx.close();
            }
        });
        ctx.connect(remote, local).addListener(done -> {
            long waitNanos = closing ? 0 : Math.max(0, answerNanos - now(ctx));
            Runnable answer = () -> finishConnect(ctx, done.cause(), promise);
            var _ = ctx.executor().schedule(answer, waitNanos, TimeUnit.NANOSECONDS);
        });
    }

    private void finishConnect(ChannelHandlerContext ctx, @Nullable Throwable failure, ChannelPromise promise) {
        if (failure != null) {
            promise.tryFailure(failure);
        } else if (closing) {
            promise.tryFailure(new ClosedChannelException());
        } else {
            establish();
            if (!promise.trySuccess()) {
                return;
            }
            if (activeIsDue) {
                activeIsDue = false;
                ctx.fireChannelActive();
                readIfAutomatic(ctx);
            }
            inbound.deliver(ctx);
            askSocket(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (connecting && !established) {
            activeIsDue = true;
        } else {
            establish();
            ctx.fireChannelActive();
        }
    }

    private void establish() {
        established = true;
        inbound.open();
    }

    // --- Inbound ---

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        inbound.take(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        inbound.deliver(ctx);
        if (inbound.hasRoom(ctx)) {
            askSocket(ctx);
        } else {
            stopSocket(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == ChannelInputShutdownReadComplete.INSTANCE) {
            inbound.take(ctx, new InboundPath.Item.Event(event));
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        inbound.take(ctx, new InboundPath.Item.Failure(cause));
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        inbound.ask(ctx);
        askSocket(ctx);
    }

    /** Reads ahead of the application, as a kernel does. */
    private void askSocket(ChannelHandlerContext ctx) {
        if (inbound.hasRoom(ctx)) {
            ctx.read();
        }
    }

    /**
     * Makes the transport stop reading. With autoRead on it goes on by itself unless the flag is turned off, but the
     * flag is the application's and must show its wish; so it goes off and on again, and the read that this triggers
     * ends in {@link #read}, which finds no room.
     */
    private static void stopSocket(ChannelHandlerContext ctx) {
        if (ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(false);
            ctx.channel().config().setAutoRead(true);
        }
    }

    static void readIfAutomatic(ChannelHandlerContext ctx) {
        if (ctx.channel().config().isAutoRead()) {
            ctx.channel().read();
        }
    }

    // --- Outbound ---

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        outbound.write(ctx, message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        outbound.flush(ctx);
    }

    // --- Close ---

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing) {
            ctx.channel().closeFuture().addListener(_ -> promise.trySuccess());
            return;
        }
        closing = true;
        inbound.end();
        if (established && ctx.channel().isActive()) {
            outbound.finish(ctx, promise);
        } else {
            outbound.end();
            var _ = ctx.close(promise);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closing) {
            closing = true;
            inbound.deliverEarly(ctx);
        }
        inbound.end();
        outbound.end();
        if (established) {
            ctx.fireChannelInactive();
        }
    }

    static long size(Object message) {
        return switch (message) {
            case ByteBuf buffer -> buffer.readableBytes();
            case ByteBufHolder holder -> holder.content().readableBytes();
            case FileRegion region -> region.count() - region.transferred();
            default -> 0;
        };
    }

    static long now(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }
}
