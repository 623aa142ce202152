package dev.nearside.edge.functions.js;

import dev.nearside.edge.functions.js.OutboundOutcome.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request of a handler on its connection; whoever ends it first reports. */
final class OutboundExchange {

    private final OutboundRequest request;
    private final int maxResponseBytes;
    private final Consumer<OutboundOutcome> whenDone;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Channel channel;

    OutboundExchange(OutboundRequest request, int maxResponseBytes, Consumer<OutboundOutcome> whenDone) {
        this.request = request;
        this.maxResponseBytes = maxResponseBytes;
        this.whenDone = whenDone;
    }

    OutboundRequest request() {
        return request;
    }

    boolean isOver() {
        return over.get();
    }

    /** The connection that serves it from now on. */
    void adopt(Channel opened) {
        channel = opened;
        if (isOver()) {
            opened.close();
        }
    }

    /** Ends it without a report. */
    void cancel() {
        over.set(true);
        closeChannel();
    }

    void timeOut() {
        fail(new Failure("ETIMEDOUT", "", "the response did not come within the time that the invocation had left"));
    }

    void fail(Failure failure) {
        end(failure);
    }

    /** There is no connection. */
    void failConnecting(Throwable cause, InetSocketAddress address) {
        String code = switch (cause) {
            case ConnectTimeoutException _ -> "ETIMEDOUT";
            case NoRouteToHostException _ -> "EHOSTUNREACH";
            default -> "ECONNREFUSED";
        };
        String where = address.getAddress().getHostAddress() + ':' + address.getPort();
        fail(new Failure(code, "connect", "connect " + code + ' ' + where));
    }

    /** What sends the request and takes the response. */
    ChannelHandler receiver() {
        return new Receiver();
    }

    private void end(OutboundOutcome outcome) {
        if (over.compareAndSet(false, true)) {
            closeChannel();
            whenDone.accept(outcome);
        }
    }

    private void closeChannel() {
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    private final class Receiver extends SimpleChannelInboundHandler<HttpObject> {

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable HttpResponse head;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!request.target().secure()) {
                send(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                send(context);
            }
            context.fireUserEventTriggered(event);
        }

        private void send(ChannelHandlerContext context) {
            ByteBuf content = Unpooled.wrappedBuffer(request.body());
            var _ = context.writeAndFlush(new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1,
                    HttpMethod.valueOf(request.method()),
                    request.path(),
                    content,
                    request.headers(),
                    DefaultHttpHeadersFactory.trailersFactory().newHeaders()));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part.decoderResult().isFailure()) {
                fail(new Failure("HPE_INVALID_CONSTANT", "", "Parse Error: the response is not HTTP/1.1"));
                return;
            }
            if (part instanceof HttpResponse response) {
                head = response.status().codeClass() == HttpStatusClass.INFORMATIONAL ? null : response;
            }
            HttpResponse known = head;
            if (part instanceof HttpContent content && known != null) {
                take(content.content());
                if (part instanceof LastHttpContent) {
                    end(new OutboundOutcome.Response(known, body.toByteArray()));
                }
            }
        }

        private void take(ByteBuf content) {
            if (body.size() + content.readableBytes() > maxResponseBytes) {
                fail(new Failure(
                        "ERR_RESPONSE_TOO_LARGE", "", "the response is longer than " + maxResponseBytes + " bytes"));
                return;
            }
            byte[] bytes = new byte[content.readableBytes()];
            content.readBytes(bytes);
            body.writeBytes(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new Failure("ECONNRESET", "", "socket hang up"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            SSLException tls = tlsFault(cause);
            fail(
                    tls == null
                            ? new Failure("ECONNRESET", "read", "read ECONNRESET")
                            : new Failure("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "", String.valueOf(tls.getMessage())));
        }

        private static @Nullable SSLException tlsFault(Throwable cause) {
            for (Throwable at = cause; at != null; at = at.getCause()) {
                if (at instanceof SSLException fault) {
                    return fault;
                }
            }
            return null;
        }
    }
}
