package dev.nearside.origin.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the origin: takes requests one after the other and sends each one's reply before the next is read. */
// A write or close that fails takes the channel with it, and channelInactive cleans up.
@SuppressWarnings("FutureReturnValueIgnored")
final class OriginConnection extends ChannelInboundHandlerAdapter {

    private enum State {
        AWAIT_HEAD,
        AWAIT_BODY,
        REPLY,
        /** Never answers; reads on only to notice when the other end leaves. */
        SILENT,
        /** Has said its last word and waits for the other end to hear it, so that no reset overtakes it. */
        LINGER
    }

    private static final Logger LOG = LoggerFactory.getLogger(OriginConnection.class);
    private static final long LINGER_MILLIS = 2_000;

    private final OriginService service;
    private State state = State.AWAIT_HEAD;
    private @Nullable Current current;
    private @Nullable ReplyWriter writer;
    private boolean inputShutdown;
    private boolean wanting;
    private boolean reading;
    private boolean readAgain;

    OriginConnection(OriginService service) {
        this.service = service;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        read(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        wanting = false;
        try {
            switch (state) {
                case AWAIT_HEAD -> onHead(ctx, (HttpRequest) message);
                case AWAIT_BODY -> onBody(ctx, (HttpContent) message);
                case SILENT, LINGER -> read(ctx);
                case REPLY -> throw new IllegalStateException("read " + message + " without asking for it");
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** The flow control forgets, at the end of a read, what was asked of it meanwhile. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (wanting) {
            read(ctx);
        }
    }

    private void onHead(ChannelHandlerContext ctx, HttpRequest request) {
        Optional<Reply> refusal =
                RequestChecks.refusal(request, service.limits().maxHeaderBytes());
        if (refusal.isPresent()) {
            send(ctx, refusal.get(), new ReplyWriter.Framing(isHead(request), false, isHttp10(request)));
            return;
        }
        OriginRequest parsed = OriginRequest.of(request);
        Endpoint.Exchange exchange = service.router().open(parsed);
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        current = new Current(parsed, exchange, new ReplyWriter.Framing(isHead(request), keepAlive, isHttp10(request)));
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        state = State.AWAIT_BODY;
        read(ctx);
    }

    private void onBody(ChannelHandlerContext ctx, HttpContent piece) {
        Current request = current;
        if (request == null) {
            throw new IllegalStateException("a body without a request: " + piece);
        }
        if (piece.decoderResult().isFailure()) {
            Reply refusal = RequestChecks.malformed(
                    piece.decoderResult().cause(), service.limits().maxHeaderBytes());
            send(ctx, refusal, request.framing.closing());
            return;
        }
        request.exchange.data(piece.content());
        if (piece instanceof LastHttpContent) {
            current = null;
            long served = Health.isAsked(request.head) ? service.served() : service.countServed();
            send(ctx, replyTo(request), request.framing, served);
        } else {
            read(ctx);
        }
    }

    private static Reply replyTo(Current request) {
        try {
            return Selection.of(request.head, request.exchange.reply());
        } catch (RuntimeException e) {
            LOG.error("no reply to {} {}", request.head.method(), request.head.path(), e);
            return Reply.line(HttpResponseStatus.INTERNAL_SERVER_ERROR, "the origin failed on this request: " + e);
        }
    }

    private void send(ChannelHandlerContext ctx, Reply reply, ReplyWriter.Framing framing) {
        send(ctx, reply, framing, service.countServed());
    }

    private void send(ChannelHandlerContext ctx, Reply reply, ReplyWriter.Framing framing, long served) {
        state = State.REPLY;
        reply.with("date", reply.headers().contains("date") ? reply.headers().get("date") : service.date())
                .with("server", "nearside-origin")
                .with("x-origin-served", served);
        writer = new ReplyWriter(ctx, reply, framing, end -> onReplied(ctx, end));
        writer.start();
    }

    private void onReplied(ChannelHandlerContext ctx, ReplyWriter.End end) {
        writer = null;
        switch (end) {
            case KEEP -> {
                state = State.AWAIT_HEAD;
                read(ctx);
                if (inputShutdown && state == State.AWAIT_HEAD) {
                    ctx.close();
                }
            }
            case CLOSE -> linger(ctx);
            case RESET -> ctx.close();
            case SILENCE -> {
                state = State.SILENT;
                if (inputShutdown) {
                    ctx.close();
                } else {
                    read(ctx);
                }
            }
        }
    }

    /** Asks for one more HTTP object; a loop instead of a recursion, however many requests are pipelined. */
    private void read(ChannelHandlerContext ctx) {
        wanting = true;
        readAgain = true;
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (readAgain) {
                readAgain = false;
                ctx.read();
            }
        } finally {
            reading = false;
        }
    }

    private void linger(ChannelHandlerContext ctx) {
        state = State.LINGER;
        if (inputShutdown || !(ctx.channel() instanceof DuplexChannel duplex)) {
            ctx.close();
            return;
        }
        duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        var close = ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        ctx.channel().closeFuture().addListener(_ -> close.cancel(false));
        read(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (writer != null) {
            writer.advance();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case ChannelInputShutdownEvent _ -> {
                inputShutdown = true;
                if (state != State.REPLY) {
                    ctx.close();
                }
            }
            case IdleStateEvent _ -> {
                boolean intended = state == State.SILENT || (writer != null && writer.isWaiting());
                if (!intended) {
                    ctx.close();
                }
            }
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (writer != null) {
            writer.cancel();
            writer = null;
        }
        current = null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{}: {}", ctx.channel(), cause.toString());
        } else {
            LOG.warn("{}: closing after a failure", ctx.channel(), cause);
        }
        ctx.close();
    }

    private static boolean isHead(HttpRequest request) {
        return request.method().name().equals("HEAD");
    }

    private static boolean isHttp10(HttpRequest request) {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    /** The request whose body is arriving. */
    private record Current(OriginRequest head, Endpoint.Exchange exchange, ReplyWriter.Framing framing) {}
}
