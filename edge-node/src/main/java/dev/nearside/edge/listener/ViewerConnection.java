package dev.nearside.edge.listener;

import dev.nearside.edge.exchange.EdgeError;
import dev.nearside.edge.exchange.Exchanges;
import dev.nearside.edge.exchange.ViewerExchange;
import dev.nearside.edge.exchange.ViewerResponse;
import dev.nearside.edge.exchange.ViewerSide;
import dev.nearside.edge.fetch.Upload;
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
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
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
    private final long idleTimeoutMillis;
    private final Deque<Object> waiting = new ArrayDeque<>(4);
    private @Nullable ChannelHandlerContext context;
    private String clientIp = "";
    private @Nullable ViewerExchange exchange;
    private boolean busy;
    private @Nullable Upload upload;
    private @Nullable ResponseWriter writer;
    private ResponseWriter.Asked asked = new ResponseWriter.Asked(false, true, false);
    private boolean draining;
    private boolean lingering;
    private boolean unreadable;
    private long receivedMessages;
    private long progressAtLastLook = -1;
    private @Nullable ScheduledFuture<?> idleLook;
    private boolean taking;
    private long exchangesEnded;

    ViewerConnection(Exchanges exchanges, NodeLines lines, long idleTimeoutMillis) {
        this.exchanges = exchanges;
        this.lines = lines;
        this.idleTimeoutMillis = idleTimeoutMillis;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        clientIp = ctx.channel().remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "127.0.0.1";
        closeWhenIdle(exchangesEnded);
    }

    /**
     * Looks at the connection now and then, and closes it if nothing has come of it since the last look: no exchange
     * ended and none runs, or one runs that only waits for a viewer who neither reads nor sends.
     */
    private void closeWhenIdle(long endedAtLastLook) {
        idleLook = context()
                .executor()
                .schedule(
                        () -> {
                            boolean idle = !busy && exchangesEnded == endedAtLastLook;
                            if (idle) {
                                context().close();
                            } else if (isStalled()) {
                                context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
                                context().close();
                            } else {
                                closeWhenIdle(exchangesEnded);
                            }
                        },
                        idleTimeoutMillis,
                        TimeUnit.MILLISECONDS);
    }

    private boolean isStalled() {
        boolean viewerDoesNotRead = writer != null && writer.waitsForViewer();
        boolean viewerDoesNotSend = upload != null && !upload.isEnded() && upload.wantsMore();
        long progress = exchangesEnded + receivedMessages + (writer == null ? 0 : writer.progress());
        boolean moved = progress != progressAtLastLook;
        progressAtLastLook = progress;
        return busy && !moved && (viewerDoesNotRead || viewerDoesNotSend);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        receivedMessages++;
        waiting.add(message);
        takeWaiting();
    }

    /** Hands waiting messages on for as long as somebody wants them. */
    private void takeWaiting() {
        if (taking) {
            return;
        }
        taking = true;
        while (!waiting.isEmpty()) {
            Object next = waiting.element();
            if (next instanceof HttpRequest request) {
                if (busy || draining) {
                    break;
                }
                waiting.remove();
                begin(request);
            } else {
                if (upload != null && !upload.wantsMore() && !(next instanceof LastHttpContent)) {
                    break;
                }
                waiting.remove();
                deliver((HttpContent) next);
            }
        }
        taking = false;
        readOrNot();
    }

    private void readOrNot() {
        boolean uploadIsFull = upload != null && !upload.wantsMore() && !upload.isEnded();
        context().channel().config().setAutoRead(!uploadIsFull && waiting.size() < MAX_WAITING_MESSAGES);
    }

    private void begin(HttpRequest request) {
        boolean isHead = request.method().name().equals("HEAD");
        boolean isHttp10 = request.protocolVersion().minorVersion() == 0;
        asked = new ResponseWriter.Asked(isHead, HttpUtil.isKeepAlive(request), isHttp10);
        switch (RequestReader.read(request, clientIp)) {
            case RequestReader.Read.Good good -> {
                busy = true;
                upload = good.head().announcesBody() ? new Upload(this::takeWaiting) : Upload.none();
                exchange = exchanges.start(this, good.viewer(), good.head(), upload, this::onExchangeEnd);
                if (!busy) {
                    exchange = null;
                } else if (writer == null && HttpUtil.is100ContinueExpected(request)) {
                    context().writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
                }
            }
            case RequestReader.Read.Bad(EdgeError error) -> refuse(request, error);
        }
        ReferenceCountUtil.release(request);
    }

    /** Nothing after a request that cannot be read can be trusted to be another. */
    private void refuse(HttpRequest request, EdgeError error) {
        busy = true;
        draining = true;
        unreadable = true;
        asked = new ResponseWriter.Asked(asked.isHead(), false, asked.isHttp10());
        exchanges.refuse(
                this,
                new Viewer(clientIp, "http", "", "1.1"),
                new RequestHead(request.method().name(), "/", "", Fields.EMPTY),
                error,
                this::onExchangeEnd);
    }

    private void deliver(HttpContent content) {
        Upload receiving = upload;
        if (receiving == null || content.decoderResult().isFailure()) {
            content.release();
            if (content.decoderResult().isFailure()) {
                context().close();
            }
            return;
        }
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
        duplex.shutdownOutput();
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
        ResponseWriter starting = new ResponseWriter(context(), response, how, whenDone);
        writer = starting;
        // Who has said "close" must not serve what comes after (RFC 9112 §9.6).
        draining = draining || !starting.keepsAlive();
        starting.start(lines, record);
    }

    @Override
    public void interim(ResponseHead head) {
        if (writer == null && !asked.isHttp10()) {
            byte[] block = HeadEncoder.encode(head);
            context()
                    .writeAndFlush(context()
                            .alloc()
                            .buffer(block.length + 2)
                            .writeBytes(block)
                            .writeShort(CRLF));
        }
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
