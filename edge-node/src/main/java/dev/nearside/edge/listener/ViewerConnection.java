package dev.nearside.edge.listener;

import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.exchange.EdgeError;
import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.exchange.ViewerExchange;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide;
import dev.nearside.edge.fetch.Upload;
import dev.nearside.edge.framing.Fault;
import dev.nearside.edge.framing.FramingGuard;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.HeadEncoder;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;
import dev.nearside.edge.trace.ExchangeRecord;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
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
final class ViewerConnection extends ChannelInboundHandlerAdapter implements ViewerSide {

    /** Pipelined messages that may wait before the socket is no longer read. */
    private static final int MAX_WAITING_MESSAGES = 64;

    /** How long the rest of an unwanted body is read before the connection is closed. */
    private static final long LINGER_MILLIS = 2_000;

    private static final int CRLF = '\r' << 8 | '\n';
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Exchanges exchanges;
    private final NodeLines lines;
    private final ViewerListener.Limits limits;
    private final FramingGuard guard;
    private final HeadDeadline headDeadline;
    private final BodyPace bodyPace;
    private final Deque<Object> waiting = new ArrayDeque<>(4);
    private final WireBytes wire = new WireBytes();
    private @Nullable ChannelHandlerContext context;
    private String clientIp = "";
    private Viewer.@Nullable Tls tls;
    private int clientPort;
    private @Nullable ViewerExchange exchange;
    private boolean busy;
    private @Nullable Upload upload;
    private @Nullable ResponseWriter writer;
    private ResponseWriter.Asked asked = new ResponseWriter.Asked(false, true, false);
    private boolean draining;
    private boolean lingering;
    private boolean unreadable;
    private boolean busyWithRefusal;
    private int waitingBytes;
    private long takenAtLastLook = -1;
    private @Nullable ScheduledFuture<?> idleLook;
    private boolean taking;
    private long exchangesEnded;

    ViewerConnection(Exchanges exchanges, NodeLines lines, ViewerListener.Limits limits, FramingGuard guard) {
        this.exchanges = exchanges;
        this.lines = lines;
        this.limits = limits;
        this.guard = guard;
        this.headDeadline = new HeadDeadline(guard, limits.headTimeoutMillis(), this::onSlowHead);
        this.bodyPace = new BodyPace(limits, this::onSlowBody);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
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
            boolean idle = !busy && exchangesEnded == endedAtLastLook && !guard.isInHead();
            if (idle) {
                context().close();
            } else if (isStalled()) {
                context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
                context().close();
            } else {
                closeWhenIdle(exchangesEnded);
            }
        };
        idleLook = loop().schedule(look, limits.idleTimeoutMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether a response waits for a viewer who has hardly taken any of it since the last look. */
    private boolean isStalled() {
        ResponseWriter writing = writer;
        if (writing == null || !writing.waitsForViewer()) {
            takenAtLastLook = -1;
            return false;
        }
        long taken = writing.progress();
        boolean stalled = takenAtLastLook >= 0 && taken - takenAtLastLook < limits.minReadBytes();
        takenAtLastLook = Math.max(0, taken);
        return stalled;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        headDeadline.onRead(ctx.channel());
    }

    private void onSlowHead() {
        if (busy) {
            draining = true;
        } else if (!draining) {
            refuse(
                    Fault.SLOW_HEAD,
                    "The request's head has not come whole within " + limits.headTimeoutMillis() + " ms.");
        }
    }

    private void onSlowBody(long bytes) {
        if (busy) {
            giveUpBody(
                    Fault.SLOW_BODY,
                    "The request's body brought " + bytes + " bytes in " + limits.bodyTimeoutMillis()
                            + " ms, expected at least " + limits.minBodyBytes() + ".");
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
        bodyPace.watch(loop(), upload);
    }

    private boolean isWanted(Object message) {
        return switch (message) {
            case HttpRequest _ -> !busy && !draining;
            case FramingGuard.Bad bad -> bad.inBody() || (!busy && !draining);
            case LastHttpContent _ -> true;
            default -> upload == null || upload.wantsMore();
        };
    }

    private void readOrNot() {
        boolean uploadIsFull = upload != null && !upload.wantsMore() && !upload.isEnded();
        boolean mayRead =
                !uploadIsFull && waiting.size() < MAX_WAITING_MESSAGES && waitingBytes < limits.maxWaitingBytes();
        if (!mayRead) {
            bodyPace.holdBack();
        }
        context().channel().config().setAutoRead(mayRead);
    }

    private void begin(HttpRequest request) {
        boolean isHead = request.method().name().equals("HEAD");
        boolean isHttp10 = request.protocolVersion().minorVersion() == 0;
        asked = new ResponseWriter.Asked(isHead, HttpUtil.isKeepAlive(request), isHttp10);
        switch (RequestReader.read(request, clientIp, tls)) {
            case RequestReader.Read.Good good -> {
                busy = true;
                wire.begin(wireLength(request));
                upload = good.head().announcesBody() ? new Upload(this::takeWaiting) : Upload.none();
                exchange = exchanges.start(
                        this, good.viewer().withClientPort(clientPort), good.head(), upload, this::onExchangeEnd);
                if (!busy) {
                    exchange = null;
                } else if (writer == null && HttpUtil.is100ContinueExpected(request)) {
                    wire.addSent(CONTINUE.length);
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
            asked = new ResponseWriter.Asked(false, false, false);
            refuse(bad.fault(), message);
        }
    }

    /** Nothing after a request that cannot be read can be trusted to be another. */
    private void refuse(Fault fault, String message) {
        exchanges.refusals().countViewers(fault);
        busy = true;
        draining = true;
        unreadable = true;
        asked = new ResponseWriter.Asked(asked.isHead(), false, asked.isHttp10());
        exchanges.refuse(
                this,
                RequestReader.viewer(clientIp, "", "1.1", tls),
                new RequestHead("GET", "/", "", Fields.EMPTY),
                EdgeError.of(fault.status(), fault.kind(), message),
                this::onExchangeEnd);
    }

    /**
     * The rest of a body will not come, or not be understood: the exchange that waits for it ends, so that the origin
     * never sees a whole request, and the viewer hears why unless its response has begun.
     */
    private void giveUpBody(Fault fault, String message) {
        ViewerExchange waitingForBody = exchange;
        boolean answered = writer != null || waitingForBody == null;
        draining = true;
        unreadable = true;
        if (waitingForBody != null && !answered) {
            busyWithRefusal = true;
            waitingForBody.requestBroken(EdgeError.of(fault.status(), fault.kind(), message));
            busyWithRefusal = false;
            refuse(fault, message);
        } else {
            exchanges.refusals().countViewers(fault);
            context().close();
        }
    }

    private void deliver(HttpContent content) {
        Upload receiving = upload;
        if (content.decoderResult().isFailure()) {
            content.release();
            giveUpBody(
                    Fault.BAD_REQUEST,
                    "The request's body is not valid HTTP: "
                            + content.decoderResult().cause().getMessage());
            return;
        }
        if (receiving == null) {
            content.release();
            return;
        }
        bodyPace.arrived(content.content().readableBytes());
        wire.addReceived(content.content().readableBytes());
        boolean last = content instanceof LastHttpContent;
        receiving.offer(content.content());
        if (last) {
            receiving.end();
            if (lingering) {
                context().close();
            }
        }
    }

    private void onExchangeEnd() {
        exchange = null;
        writer = null;
        busy = false;
        exchangesEnded++;
        if (busyWithRefusal) {
            return;
        }
        if (draining) {
            closeInOrder();
        }
        takeWaiting();
    }

    /**
     * Closes so that the viewer gets the whole response: closing with unread bytes would send a reset, which may
     * overtake what was written (RFC 9112 §9.6). So the output ends first, and the rest of the body is read and
     * dropped for a moment.
     */
    private void closeInOrder() {
        boolean unread = unreadable || (upload != null && !upload.isEnded());
        if (!unread || !(context().channel() instanceof DuplexChannel duplex)) {
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
    public EventLoop loop() {
        return context().channel().eventLoop();
    }

    @Override
    public void respond(ViewerResponse response, ExchangeRecord record, Consumer<Written> whenDone) {
        boolean bodyUnread = upload != null && !upload.isEnded();
        // The rest of a body that nobody reads would have to be read before the next request.
        ResponseWriter.Asked how =
                bodyUnread || draining ? new ResponseWriter.Asked(asked.isHead(), false, asked.isHttp10()) : asked;
        ResponseWriter starting = new ResponseWriter(context(), response, how, wire, whenDone);
        writer = starting;
        // Who has said "close" must not serve what comes after (RFC 9112 §9.6).
        draining = draining || !starting.keepsAlive();
        starting.start(lines, record);
    }

    @Override
    public void interim(ResponseHead head) {
        if (writer == null && !asked.isHttp10()) {
            byte[] block = HeadEncoder.encode(head);
            wire.addSent(block.length + 2L);
            context()
                    .writeAndFlush(context()
                            .alloc()
                            .buffer(block.length + 2)
                            .writeBytes(block)
                            .writeShort(CRLF));
        }
    }

    @Override
    public WireBytes wire() {
        return wire;
    }

    @Override
    public void bodyNews() {
        if (writer != null) {
            writer.pump();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (writer != null && ctx.channel().isWritable()) {
            writer.pump();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (idleLook != null) {
            idleLook.cancel(false);
        }
        headDeadline.cancel();
        bodyPace.cancel();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        draining = true;
        if (writer != null) {
            writer.viewerLeft();
        }
        if (exchange != null) {
            exchange.viewerLeft();
        }
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

    /** Ends the connection after the exchange that runs, or now if none does. On the connection's loop. */
    void drain() {
        draining = true;
        if (!busy) {
            context().close();
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        return context;
    }
}
