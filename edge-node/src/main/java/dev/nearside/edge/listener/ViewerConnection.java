package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.http.HeadEncoder;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's HTTP/1.1 connection: decoded messages in, one exchange at a time, responses out in order. Messages that
 * come while an exchange runs wait here, and beyond a few the socket is not read.
 */
final class ViewerConnection extends ViewerChannel implements Drainable {

    /** Pipelined messages that may wait before the socket is no longer read. */
    private static final int MAX_WAITING_MESSAGES = 64;

    /** How long the rest of an unwanted body is read before the connection is closed. */
    private static final long LINGER_MILLIS = 2_000;

    private static final int CRLF = '\r' << 8 | '\n';
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final FramingGuard guard;
    private final HeadDeadline headDeadline;
    private final Deque<Object> waiting = new ArrayDeque<>(4);
    private String clientIp = "";
    private Viewer.@Nullable Tls tls;
    private int clientPort;
    private Http1Writer.Asked asked = new Http1Writer.Asked(false, true, false);
    private boolean draining;
    private boolean lingering;
    private int waitingBytes;
    private @Nullable ScheduledFuture<?> idleLook;
    private boolean taking;
    private long exchangesEnded;

    ViewerConnection(Service service, FramingGuard guard) {
        super(service);
        this.guard = guard;
        this.headDeadline = new HeadDeadline(guard, service.limits().headTimeoutMillis(), this::onSlowHead);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        opened(ctx);
        clientIp = ctx.channel().remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "127.0.0.1";
        clientPort = ctx.channel().remoteAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
        closeWhenIdle(exchangesEnded);
    }

    // ---- time ----

    /**
     * Looks at the connection now and then, and closes it if nothing has come of it since the last look: no exchange
     * ended and none runs, or one runs that only waits for a viewer who does not read.
     */
    private void closeWhenIdle(long endedAtLastLook) {
        Runnable look = () -> {
            boolean idle = !isBusy() && exchangesEnded == endedAtLastLook && !guard.isInHead();
            if (idle) {
                context().close();
            } else if (isStalled()) {
                context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
                context().close();
            } else {
                closeWhenIdle(exchangesEnded);
            }
        };
        idleLook = loop().schedule(look, limits().idleTimeoutMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        headDeadline.onRead(ctx.channel());
    }

    private void onSlowHead() {
        if (isBusy()) {
            draining = true;
        } else if (!draining) {
            refuse(
                    Fault.SLOW_HEAD,
                    "The request's head has not come whole within " + limits().headTimeoutMillis() + " ms.");
        }
    }

    // ---- what comes in ----

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        waitingBytes += bytes(message);
        waiting.add(message);
        takeWaiting();
    }

    private static int bytes(Object message) {
        return switch (message) {
            case HttpContent content -> content.content().readableBytes();
            case HttpRequest request
            when request.decoderResult() instanceof HttpMessageDecoderResult size -> size.totalSize();
            default -> 0;
        };
    }

    /** A head's bytes: the decoder counts its lines without their ends. */
    private static int wireLength(HttpRequest request) {
        int lines = 2 + request.headers().size();
        return bytes(request) + 2 * lines;
    }

    /** Hands waiting messages on for as long as somebody wants them. */
    private void takeWaiting() {
        if (taking) {
            return;
        }
        taking = true;
        while (!waiting.isEmpty() && isWanted(waiting.element())) {
            Object next = waiting.remove();
            waitingBytes -= bytes(next);
            switch (next) {
                case HttpRequest request -> begin(request);
                case HttpContent content -> deliver(content);
                case FramingGuard.Bad bad -> refuse(bad);
                default -> ReferenceCountUtil.release(next);
            }
        }
        taking = false;
        readOrNot();
        bodyPace().watch(loop(), upload());
    }

    private boolean isWanted(Object message) {
        return switch (message) {
            case HttpRequest _ -> !isBusy() && !draining;
            case FramingGuard.Bad bad -> bad.inBody() || (!isBusy() && !draining);
            case LastHttpContent _ -> true;
            default -> {
                Upload body = upload();
                yield body == null || body.wantsMore();
            }
        };
    }

    private void readOrNot() {
        Upload body = upload();
        boolean uploadIsFull = body != null && !body.wantsMore() && !body.isEnded();
        boolean mayRead =
                !uploadIsFull && waiting.size() < MAX_WAITING_MESSAGES && waitingBytes < limits().maxWaitingBytes();
        if (!mayRead) {
            bodyPace().holdBack();
        }
        context().channel().config().setAutoRead(mayRead);
    }

    private void begin(HttpRequest request) {
        boolean isHead = request.method().name().equals("HEAD");
        boolean isHttp10 = request.protocolVersion().minorVersion() == 0;
        asked = new Http1Writer.Asked(isHead, HttpUtil.isKeepAlive(request), isHttp10);
        switch (RequestReader.read(request, clientIp, tls)) {
            case RequestReader.Read.Good good -> {
                wire().begin(wireLength(request));
                begin(good.viewer().withClientPort(clientPort), good.head());
                if (isBusy() && !isAnswering() && HttpUtil.is100ContinueExpected(request)) {
                    wire().addSent(CONTINUE.length);
                    context().writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
                }
            }
            case RequestReader.Read.Bad bad -> refuse(bad.fault(), bad.message());
        }
        ReferenceCountUtil.release(request);
    }

    private void refuse(FramingGuard.Bad bad) {
        String message = "The request is not valid HTTP/1.1: " + bad.message() + ".";
        if (bad.inBody()) {
            giveUpBody(bad.fault(), message);
        } else {
            asked = new Http1Writer.Asked(false, false, false);
            refuse(bad.fault(), message);
        }
    }

    /** Nothing after a request that cannot be read can be trusted to be another. */
    @Override
    void onUnreadable() {
        draining = true;
    }

    @Override
    Viewer unknownViewer() {
        return RequestReader.viewer(clientIp, "", "1.1", tls);
    }

    @Override
    void breakOff() {
        context().close();
    }

    private void deliver(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            giveUpBody(
                    Fault.BAD_REQUEST,
                    "The request's body is not valid HTTP: "
                            + content.decoderResult().cause().getMessage());
            return;
        }
        boolean last = content instanceof LastHttpContent;
        deliver(content.content(), last);
        if (last && lingering && upload() != null) {
            context().close();
        }
    }

    @Override
    void onExchangeEnd() {
        exchangesEnded++;
        if (draining) {
            closeInOrder();
        }
        takeWaiting();
    }

    @Override
    void onDemand() {
        takeWaiting();
    }

    /**
     * Closes so that the viewer gets the whole response: closing with unread bytes would send a reset, which may
     * overtake what was written (RFC 9112 §9.6). So the output ends first, and the rest of the body is read and
     * dropped for a moment.
     */
    private void closeInOrder() {
        if (!hasUnreadBody() || !(context().channel() instanceof DuplexChannel duplex)) {
            context().close();
            return;
        }
        lingering = true;
        SslHandler encryption = context().pipeline().get(SslHandler.class);
        if (encryption == null) {
            duplex.shutdownOutput();
        } else {
            // The end must be told under TLS, or the viewer takes it for a truncation (RFC 8446 §6.1).
            encryption.closeOutbound();
        }
        context().executor().schedule(() -> context().close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    ResponseWriter newWriter(ViewerResponse response, Consumer<Written> whenDone) {
        Upload body = upload();
        // The rest of a body that nobody reads would have to be read before the next request.
        boolean mustClose = draining || (body != null && !body.isEnded());
        Http1Writer.Asked how = mustClose ? new Http1Writer.Asked(asked.isHead(), false, asked.isHttp10()) : asked;
        Http1Writer starting = new Http1Writer(context(), response, how, wire(), whenDone);
        // Who has said "close" must not serve what comes after (RFC 9112 §9.6).
        draining = draining || !starting.keepsAlive();
        return starting;
    }

    @Override
    public void interim(ResponseHead head) {
        if (!isAnswering() && !asked.isHttp10()) {
            byte[] block = HeadEncoder.encode(head);
            wire().addSent(block.length + 2L);
            context()
                    .writeAndFlush(context()
                            .alloc()
                            .buffer(block.length + 2)
                            .writeBytes(block)
                            .writeShort(CRLF));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (idleLook != null) {
            idleLook.cancel(false);
        }
        headDeadline.cancel();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        draining = true;
        left();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Viewer.Tls agreed) {
            tls = agreed;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    public void drain() {
        draining = true;
        if (!isBusy()) {
            context().close();
        }
    }
}
